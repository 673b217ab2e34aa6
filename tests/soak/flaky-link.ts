import type { Random } from '../../sync-server/demo/random.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';

/**
 * The way from one device to the relay, through a proxy that spoils it by chance: it delays, cuts (connections are reset), swallows
 * (connections stay and nothing passes, as on a half-open line) and closes one direction.
 */
export interface FlakyLink {
	readonly url: string;
	/** Since when nothing was wrong with it, ms since 1970; undefined while something is. */
	readonly goodSince: number | undefined;
	/** The longest trouble so far, ms. */
	readonly longestTrouble: number;
	readonly troubles: number;
	/** Begins to go wrong. */
	begin(): void;
	/** All is well from now on. */
	heal(): void;
	retarget(port: number): void;
	close(): Promise<void>;
}

/** In the office the line is nearly always there, on the train it is mostly not. */
export const places = {
	office: { goodMs: 40_000, badMs: 2_000 },
	home: { goodMs: 15_000, badMs: 4_000 },
	train: { goodMs: 6_000, badMs: 8_000 },
} as const;
export type Place = keyof typeof places;

export async function createFlakyLink(
	port: number,
	options: { random: Random; place: Place; /** 1: as above; less: everything happens sooner. */ pace: number },
): Promise<FlakyLink> {
	const { random, place, pace } = options;
	const proxy = await createTcpProxy(port);
	let timer: NodeJS.Timeout | undefined;
	let goodSince: number | undefined = Date.now();
	let badSince = 0;
	let longestTrouble = 0;
	let troubles = 0;

	/** Between a fifth and thrice the usual, so that long and short ones meet. */
	const around = (ms: number) => ms * pace * (0.2 + 2.8 * random.next() ** 2);

	function recover(): void {
		if (goodSince === undefined) longestTrouble = Math.max(longestTrouble, Date.now() - badSince);
		goodSince ??= Date.now();
		proxy.open({ delayMs: random.chance(0.5) ? 0 : random.below(60) });
	}

	function good(): void {
		recover();
		timer = setTimeout(bad, around(places[place].goodMs));
	}

	function bad(): void {
		const draw = random.next();
		if (draw < 0.15) {
			proxy.halfClose();
			return good();
		}
		troubles++;
		badSince = Date.now();
		goodSince = undefined;
		if (draw < 0.6) proxy.cut();
		else if (draw < 0.85) proxy.swallow();
		else proxy.open({ delayMs: 400 });
		timer = setTimeout(good, around(places[place].badMs));
	}

	return {
		url: proxy.url,
		get goodSince() {
			return goodSince;
		},
		get longestTrouble() {
			return longestTrouble;
		},
		get troubles() {
			return troubles;
		},
		begin: good,
		heal() {
			clearTimeout(timer);
			timer = undefined;
			recover();
			proxy.open();
		},
		retarget: (next) => proxy.retarget(next),
		async close() {
			clearTimeout(timer);
			await proxy.close();
		},
	};
}
