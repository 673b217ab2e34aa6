import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { relayDevice, type DeviceId } from '../../src/lib/domain/ids.ts';
import { blockSize, firstBlock, ticketNumber, type TicketNumber } from '../../src/lib/domain/ticket-number.ts';

/**
 * Which numbers were given away stands in a file beside the database, written before the database: a restored backup
 * then never gives a block twice.
 */
export interface NumberBlocks {
	of(device: DeviceId): number[];
	/** A new block, this device's own for ever. */
	give(device: DeviceId): number;
	/** A block that a restored backup does not know of: it is given to the device that comes with it first. False if it is not one. */
	adopt(device: DeviceId, block: number): boolean;
	/** The next number of the relay itself, for tickets that it opens. */
	nextNumber(): TicketNumber;
}

const fileName = 'numbers.json';
/** The relay reserves its own numbers in lots; a crash skips the rest of one. */
const lot = 50;

const given = v.object({
	highestBlock: v.number(),
	relayBlock: v.nullable(v.number()),
	relayNext: v.number(),
	/** Blocks that were left out when a backup was put back: somebody may have them. */
	skipped: v.optional(v.array(v.object({ from: v.number(), to: v.number() }))),
});
type Given = v.InferOutput<typeof given>;

/** More than were ever given between two backups. */
const blocksSkipped = 300;

/** What numbers.json says after a backup was put back, of which `content` is the file as it was and `highest` the last block known. */
export function skipBlocks(content: string, highest: number): string {
	const read = v.safeParse(given, JSON.parse(content));
	const last = Math.max(highest, read.success ? read.output.highestBlock : 0, firstBlock - 1);
	const skipped = [...((read.success && read.output.skipped) || []), { from: last + 1, to: last + blocksSkipped }];
	return JSON.stringify({
		highestBlock: last + blocksSkipped,
		relayBlock: null,
		relayNext: 0,
		skipped,
	} satisfies Given);
}

export function createNumberBlocks(database: DatabaseSync, directory: string, now: () => number): NumberBlocks {
	const path = join(directory, fileName);
	const insert = database.prepare('INSERT INTO number_blocks (block, device, given_at) VALUES (?, ?, ?)');
	const ofDevice = database.prepare('SELECT block FROM number_blocks WHERE device = ? ORDER BY block');
	const ownerOf = database.prepare('SELECT device FROM number_blocks WHERE block = ?');
	const highest = database.prepare('SELECT max(block) AS block FROM number_blocks').get()?.block as number | null;
	const state = readGiven(path);
	state.highestBlock = Math.max(state.highestBlock, highest ?? 0, firstBlock - 1);
	let reservedUntil = state.relayNext;

	const give = (device: DeviceId): number => {
		state.highestBlock++;
		writeGiven(path, { ...state, relayNext: Math.max(state.relayNext, reservedUntil) });
		insert.run(state.highestBlock, device, now());
		return state.highestBlock;
	};
	return {
		of: (device) => ofDevice.all(device).map((row) => row.block as number),
		give,
		adopt(device, block) {
			if (!(state.skipped ?? []).some(({ from, to }) => from <= block && block <= to)) return false;
			const owner = ownerOf.get(block)?.device;
			if (owner === undefined) insert.run(block, device, now());
			return owner === undefined || owner === device;
		},
		nextNumber() {
			if (state.relayBlock === null || state.relayNext >= blockSize) {
				state.relayBlock = null;
				state.relayNext = 0;
				reservedUntil = 0;
				state.relayBlock = give(relayDevice);
			}
			if (state.relayNext >= reservedUntil) {
				reservedUntil = Math.min(state.relayNext + lot, blockSize);
				writeGiven(path, { ...state, relayNext: reservedUntil });
			}
			return ticketNumber(state.relayBlock, state.relayNext++);
		},
	};
}

function readGiven(path: string): Given {
	const none: Given = { highestBlock: 0, relayBlock: null, relayNext: 0 };
	let content: string;
	try {
		content = readFileSync(path, 'utf8');
	} catch (thrown) {
		if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return none;
		throw thrown;
	}
	return v.parse(given, JSON.parse(content));
}

function writeGiven(path: string, content: Given): void {
	const temporary = `${path}.new`;
	const file = openSync(temporary, 'w', 0o600);
	try {
		writeSync(file, JSON.stringify(content));
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	renameSync(temporary, path);
	const folder = openSync(dirname(path), 'r');
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
}
