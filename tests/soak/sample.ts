import { performance } from 'node:perf_hooks';
import process from 'node:process';
import type { FeedLag, LagFigures } from './feed-lag.ts';
import { diskMb, type RelayChild } from './relay-child.ts';
import type { RelayTruth } from './relay-truth.ts';
import type { SoakDevice } from './soak-device.ts';
import { activeTimers } from './timers.ts';

/** What was seen at one moment. */
export interface Sample {
	seconds: number;
	documents: number;
	documentKbP95: number;
	documentKbMost: number;
	largest: string;
	/** Yjs clients that ever wrote in a document: the length of its state vector. */
	clientsP95: number;
	clientsMost: number;
	clientsInDesk: number;
	/** Of what arrived since the sample before. */
	lag: LagFigures;
	/** The oldest edit that waits, s. */
	outboxAge: number;
	/** The same, counted from when the line of its device was well. */
	outboxAgeOnLine: number;
	outboxMost: number;
	/** Heap of the process with all devices, divided by them, MB. */
	deviceMb: number;
	/** Timers of the process with all devices, divided by them. */
	deviceTimers: number;
	/** Share of the time in which the process with all devices had something to do, since the sample before. */
	busy: number;
	relayRssMb: number;
	relayHeapMb: number;
	relayFiles: number;
	relayTimers: number;
	databaseMb: number;
	logMb: number;
}

let lastLook = performance.eventLoopUtilization();

export async function takeSample(
	ms: number,
	devices: readonly SoakDevice[],
	relay: RelayChild,
	data: string,
	truth: RelayTruth,
	lag: FeedLag,
): Promise<Sample> {
	const sizes = truth.sizes();
	const clients = truth.clients();
	const { heapMb, timers } = await relay.resources();
	const now = Date.now();
	let outboxAge = 0;
	let outboxAgeOnLine = 0;
	let outboxMost = 0;
	for (const { store, link, desk } of devices) {
		if (desk === undefined) continue;
		const outbox = await store.outbox();
		outboxMost = Math.max(outboxMost, outbox.length);
		const skew = desk.sync.current.clockOffset;
		for (const { at } of outbox.slice(0, 1)) {
			const age = Math.max(0, now - (at - skew));
			outboxAge = Math.max(outboxAge, age);
			if (link.goodSince !== undefined)
				outboxAgeOnLine = Math.max(outboxAgeOnLine, Math.min(age, now - link.goodSince));
		}
	}
	(globalThis as { gc?: () => void }).gc?.();
	const look = performance.eventLoopUtilization();
	const busy = performance.eventLoopUtilization(look, lastLook).utilization;
	lastLook = look;
	const { database, log } = diskMb(data);
	return {
		seconds: ms / 1000,
		documents: sizes.documents,
		documentKbP95: sizes.p95 / 1024,
		documentKbMost: sizes.most / 1024,
		largest: sizes.largest,
		clientsP95: clients.p95,
		clientsMost: clients.most,
		clientsInDesk: clients.inDesk,
		lag: lag.take(),
		outboxAge: outboxAge / 1000,
		outboxAgeOnLine: outboxAgeOnLine / 1000,
		outboxMost,
		deviceMb: process.memoryUsage().heapUsed / 2 ** 20 / devices.length,
		deviceTimers: activeTimers() / devices.length,
		busy,
		relayRssMb: relay.rssMb(),
		relayHeapMb: heapMb,
		relayFiles: relay.files(),
		relayTimers: timers,
		databaseMb: database,
		logMb: log,
	};
}
