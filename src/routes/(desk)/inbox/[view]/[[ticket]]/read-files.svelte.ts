import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Desk } from '$lib/desk.ts';
import type { Attachment } from '$lib/domain/entry-parts.ts';

export type FileState = 'remote' | 'loading' | 'here' | 'waiting' | 'failed' | 'missing';

/** Pictures that may be shown as they are; everything else is only ever saved. */
const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

export function isPicture({ mime }: Attachment): boolean {
	return pictures.has(mime.toLowerCase());
}

/** Where the files of a message are; they are read from this device or the relay when somebody asks for them. */
export class ReadFiles {
	readonly #desk: Desk;
	readonly #states = new SvelteMap<string, FileState>();
	readonly #urls = new SvelteMap<string, string>();
	readonly #asked = new SvelteSet<string>();
	#isClosed = false;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	stateOf({ blob }: Attachment): FileState {
		return this.#states.get(blob) ?? 'remote';
	}

	/** Asks anew where they are; what is being read, or could not be read, stays as it was told. */
	async look(attachments: readonly Attachment[]): Promise<void> {
		if (attachments.length === 0) return;
		const found = await this.#desk.fileStates(attachments.map(({ blob }) => blob));
		for (const { blob } of attachments) {
			const before = this.#states.get(blob);
			const state = found.get(blob) ?? 'remote';
			const stays = state === 'remote' && before !== undefined && before !== 'here' && before !== 'waiting';
			if (!stays && before !== 'loading' && before !== state) this.#states.set(blob, state);
		}
	}

	/** The picture's address in this tab; reading begins with the first question. */
	url(attachment: Attachment): string | undefined {
		const known = this.#urls.get(attachment.blob);
		if (known === undefined && isPicture(attachment)) queueMicrotask(() => void this.#read(attachment));
		return known;
	}

	/** Shows a picture in its place, saves everything else. */
	async open(attachment: Attachment): Promise<void> {
		if (isPicture(attachment)) await this.#read(attachment);
		else await this.save(attachment);
	}

	async save(attachment: Attachment): Promise<void> {
		const url = await this.#read(attachment);
		if (url === undefined) return;
		const link = document.createElement('a');
		link.href = url;
		link.download = attachment.name || 'file';
		link.click();
	}

	shownUrl({ blob }: Attachment): string | undefined {
		return this.#urls.get(blob);
	}

	close(): void {
		this.#isClosed = true;
		for (const url of this.#urls.values()) URL.revokeObjectURL(url);
	}

	async #read(attachment: Attachment): Promise<string | undefined> {
		const { blob } = attachment;
		const known = this.#urls.get(blob);
		if (known !== undefined || this.#asked.has(blob)) return known;
		this.#asked.add(blob);
		this.#states.set(blob, 'loading');
		const file = await this.#desk.readFile(blob);
		this.#asked.delete(blob);
		if (this.#isClosed) return undefined;
		if (file.kind === 'missing') {
			this.#states.set(blob, file.why === 'gone' ? 'missing' : 'failed');
			return undefined;
		}
		// Under a neutral type: a file that calls itself HTML must not run in this origin.
		const type = isPicture(attachment) ? attachment.mime : 'application/octet-stream';
		const url = URL.createObjectURL(new Blob([file.bytes], { type }));
		this.#urls.set(blob, url);
		this.#states.delete(blob);
		await this.look([attachment]);
		return url;
	}
}
