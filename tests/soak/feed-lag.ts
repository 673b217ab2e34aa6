import { quantile } from '../bench/spread.ts';

/** From the relay's ack of an edit to its arrival on each of the other devices. */
export interface FeedLag {
	acknowledged(device: number, seq: number): void;
	/** A page brought this device so far. `goodSince`: since when its line is well. */
	arrived(device: number, cursor: number, goodSince: number | undefined): void;
	connected(device: number, isConnected: boolean): void;
	/** What arrived since the last look, ms. */
	take(): LagFigures;
	readonly all: LagFigures;
}

export interface LagFigures {
	/** To devices whose line and poke socket were there from ack to arrival. */
	connected: Spread;
	/** To all, those included that were away. */
	everybody: Spread;
	/** The same, counted from when the line was well: what is not the line's. */
	onLine: Spread;
}
export interface Spread {
	count: number;
	p50: number;
	p95: number;
	most: number;
}

/** Opening a line again, saying so and asking takes a moment that is not the feed's. */
const settlingMs = 500;

export function createFeedLag(devices: number): FeedLag {
	const acks: { seq: number; at: number; device: number }[] = [];
	const places = Array.from({ length: devices }, () => 0);
	const cursors = Array.from({ length: devices }, () => 0);
	const since: (number | undefined)[] = Array.from({ length: devices });
	const samples = { connected: [] as number[], everybody: [] as number[], onLine: [] as number[] };
	let taken = { connected: 0, everybody: 0, onLine: 0 };

	function note(device: number, ack: { at: number; device: number }, goodSince: number | undefined): void {
		if (ack.device === device) return;
		const ms = Math.max(0, Date.now() - ack.at);
		samples.everybody.push(ms);
		if (goodSince !== undefined) samples.onLine.push(Math.max(0, Math.min(ms, Date.now() - goodSince)));
		const poked = since[device];
		const isConnected = goodSince !== undefined && poked !== undefined;
		if (isConnected && Math.max(goodSince, poked) + settlingMs < ack.at) samples.connected.push(ms);
	}

	const figuresFrom = (from: typeof taken): LagFigures => ({
		connected: spreadOf(samples.connected.slice(from.connected)),
		everybody: spreadOf(samples.everybody.slice(from.everybody)),
		onLine: spreadOf(samples.onLine.slice(from.onLine)),
	});

	return {
		acknowledged(device, seq) {
			const ack = { seq, at: Date.now(), device };
			// The answers of two devices may pass each other.
			let place = acks.length;
			while (place > 0 && (acks[place - 1] as { seq: number }).seq > seq) place--;
			acks.splice(place, 0, ack);
			for (let other = 0; other < devices; other++) {
				if (places[other]! > place) places[other]!++;
				// News may overtake the ack.
				else if (cursors[other]! >= seq) places[other] = Math.max(places[other]!, place + 1);
			}
		},
		arrived(device, cursor, goodSince) {
			cursors[device] = Math.max(cursors[device]!, cursor);
			let place = places[device]!;
			for (; place < acks.length && acks[place]!.seq <= cursor; place++) note(device, acks[place]!, goodSince);
			places[device] = place;
		},
		connected(device, isConnected) {
			since[device] = isConnected ? Date.now() : undefined;
		},
		take() {
			const from = taken;
			taken = {
				...{ connected: samples.connected.length, everybody: samples.everybody.length },
				onLine: samples.onLine.length,
			};
			return figuresFrom(from);
		},
		get all() {
			return figuresFrom({ connected: 0, everybody: 0, onLine: 0 });
		},
	};
}

export function spreadOf(values: readonly number[]): Spread {
	if (values.length === 0) return { count: 0, p50: 0, p95: 0, most: 0 };
	const [p50, p95, most] = [quantile(values, 0.5), quantile(values, 0.95), quantile(values, 1)];
	return { count: values.length, p50, p95, most };
}
