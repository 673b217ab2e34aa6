import { classifyStoreError, type Entrance, type LeftBehind, type RelayResult } from '../desk.ts';
import type { Session } from '../protocol/session.ts';
import { relayTrouble, type ErrorKey } from './error-text.ts';

/** Coming in: setting up, enrolling and signing in are one attempt after the other, each with its reason when refused. */
export class Door {
	readonly entrance: Entrance;
	isBusy = $state(false);
	trouble = $state.raw<{ key: ErrorKey; code: string } | undefined>(undefined);
	/** What this browser still holds of the device it was before. */
	left = $state.raw<LeftBehind | undefined>();
	/** What of it was not sent may be deleted. */
	isReplacing = $state(false);

	constructor(entrance: Entrance) {
		this.entrance = entrance;
	}

	/** The session, or undefined with the reason in `trouble`. */
	async try(attempt: (entrance: Entrance) => Promise<RelayResult<Session>>): Promise<Session | undefined> {
		if (this.isBusy) return undefined;
		this.isBusy = true;
		this.trouble = undefined;
		const result = await attempt(this.entrance).catch(unreadable);
		this.isBusy = false;
		if (result.kind === 'ok') return result.value;
		this.trouble = relayTrouble(result);
		if (result.why === 'unsent-left') await this.look();
		return undefined;
	}

	async look(): Promise<void> {
		try {
			this.left = await this.entrance.leftBehind();
		} catch (error) {
			this.trouble = relayTrouble(unreadable(error));
		}
	}

	async exportLeft(): Promise<Blob | undefined> {
		try {
			return new Blob([await this.entrance.exportLeftBehind()]);
		} catch (error) {
			this.trouble = relayTrouble(unreadable(error));
			return undefined;
		}
	}
}

/** The store throws where this browser's data cannot be read. */
function unreadable(error: unknown): { kind: 'failed'; why: string } {
	return { kind: 'failed', why: `store-${classifyStoreError(error)}` };
}

/** The way in that a pasted link means, if it is a link of this desk. */
export function readInvitationLink(text: string, origin: string): string | undefined {
	if (!URL.canParse(text.trim())) return undefined;
	const { origin: from, pathname, searchParams } = new URL(text.trim());
	const token = searchParams.get('token') ?? '';
	if (from !== origin || token === '' || (pathname !== '/enrol' && pathname !== '/setup')) return undefined;
	return `${pathname}?token=${encodeURIComponent(token)}`;
}

/** What a device is called until somebody calls it otherwise. */
export function guessDeviceName(userAgent: string): string {
	const systems: readonly [RegExp, string][] = [
		[/iPhone/, 'iPhone'],
		[/iPad/, 'iPad'],
		[/Android/, 'Android'],
		[/Windows/, 'Windows'],
		[/Macintosh/, 'Mac'],
		[/CrOS/, 'Chromebook'],
		[/Linux/, 'Linux'],
	];
	const browsers: readonly [RegExp, string][] = [
		[/Edg\//, 'Edge'],
		[/Firefox\//, 'Firefox'],
		[/Chrome\//, 'Chrome'],
		[/Safari\//, 'Safari'],
	];
	const named = (list: readonly [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent))?.[1];
	return [named(browsers), named(systems)].filter((part) => part !== undefined).join(', ');
}
