import { setTimeout as after } from 'node:timers/promises';
import type { RelayTruth } from './relay-truth.ts';
import type { SoakDevice } from './soak-device.ts';

/** Waits until all devices have all and owe nothing; says what is still to be done if that does not come. */
export async function untilQuiet(
	devices: readonly SoakDevice[],
	truth: RelayTruth,
	patienceMs: number,
	isDone: () => boolean = () => true,
): Promise<string | undefined> {
	const end = performance.now() + patienceMs;
	for (;;) {
		const noise = isDone() ? await firstNoise(devices, truth) : 'mails are under way, or facts without a verdict';
		if (noise === undefined || performance.now() > end) return noise;
		await after(50);
	}
}

async function firstNoise(devices: readonly SoakDevice[], truth: RelayTruth): Promise<string | undefined> {
	const head = truth.head();
	for (const device of devices) {
		const unsent = await device.store.outbox();
		if (unsent.length > 0) return `device ${device.index} has ${unsent.length} unsent edits`;
		const cursor = await device.cursor();
		if (cursor < head) return `device ${device.index} is at ${cursor} of ${head}`;
	}
	return truth.head() === head ? undefined : 'the relay has news';
}
