/** What Chromium hands over when the app can be installed. */
interface InstallPrompt extends Event {
	prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** Whether this browser lets the app be installed, and how. Begins to listen when it is first imported. */
class InstallOffer {
	#prompt = $state.raw<InstallPrompt | undefined>(undefined);
	isInstalled = $state(false);
	readonly isIos: boolean;

	constructor(page: Window | undefined) {
		const agent = page?.navigator.userAgent ?? '';
		// An iPad calls itself a Mac, but no Mac has a touch screen.
		this.isIos = /iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && (page?.navigator.maxTouchPoints ?? 0) > 1);
		this.isInstalled = page?.matchMedia('(display-mode: standalone)').matches ?? false;
		page?.addEventListener('beforeinstallprompt', (event) => {
			event.preventDefault();
			this.#prompt = event as InstallPrompt;
		});
		page?.addEventListener('appinstalled', () => {
			this.isInstalled = true;
			this.#prompt = undefined;
		});
	}

	get canAsk(): boolean {
		return this.#prompt !== undefined;
	}

	async ask(): Promise<void> {
		const prompt = this.#prompt;
		this.#prompt = undefined;
		await prompt?.prompt();
	}
}

export const installOffer = new InstallOffer(typeof window === 'undefined' ? undefined : window);
