import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMbox, splitMbox } from '../../../sync-server/mail/mbox.ts';
import type { MboxMail } from '../../../sync-server/mail/mbox.ts';
import { corpusPath, parsed } from './mail-corpus.ts';

const MAX = 1024 * 1024;

async function* chunksOf(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	const bytes = Buffer.from(text);
	for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

async function split(text: string | Uint8Array, { chunk = 1_000, max = MAX } = {}): Promise<MboxMail[]> {
	return Array.fromAsync(splitMbox(chunksOf(text, chunk), max));
}

function texts(mails: MboxMail[]): string[] {
	return mails.map((mail) => (mail.kind === 'mail' ? Buffer.from(mail.raw).toString() : `too large: ${mail.size}`));
}

describe('[F107] an mbox file', () => {
	test.each(['three.mbox', 'three-crlf.mbox'])('is split at its separators, not at sentences: %s', async (name) => {
		const mails = await Array.fromAsync(readMbox(corpusPath(name), MAX));
		expect(mails.map((mail) => mail.index)).toEqual([0, 1, 2]);
		const read = await Promise.all(mails.map((mail) => parsed(mail.kind === 'mail' ? mail.raw : '')));
		expect(read.map((mail) => mail.subject)).toEqual(['Eins', 'Zwei', 'Drei']);
		expect(read[0]?.text).toBe('Erste Zeile\nFrom hier an zitiert\n>From doppelt\n\nFrom now on this is text\nEnde');
		expect(read[1]?.text).toBe('Zweite Mail\n\nFrom 2020 at 10:00 we were here\nkein Kopf');
	});

	const mails = ['A: 1\n\ntext\n', 'B: 2\n\n\n\ntext', 'C: 3\n\nlast\n'];
	const box = mails.map((mail) => `From x@a.example Tue Mar  3 09:15:00 2026\n${mail}\n`).join('\n');

	test('the pieces in which it is read do not matter', async () => {
		const whole = await split(box);
		for (let chunk = 1; chunk < 60; chunk++) expect(await split(box, { chunk })).toEqual(whole);
	});

	test('a mail above the limit is told with its size, and the others come', async () => {
		const large = `From -\nA: 1\n\n${'x\n'.repeat(1_000)}\nFrom -\nB: 2\n\nkurz\n`;
		expect(texts(await split(large, { max: 500 }))).toEqual(['too large: 2007', 'B: 2\n\nkurz\n']);
	});

	test('a line of many megabytes is held only up to the limit', async () => {
		async function* endless(): AsyncGenerator<Uint8Array> {
			yield Buffer.from('From -\nA: 1\n\n');
			const piece = Buffer.alloc(64 * 1024, 'x');
			for (let i = 0; i < 2_000; i++) yield piece;
			yield Buffer.from('\n\nFrom -\nB: 2\n\nkurz\n');
		}
		const before = process.memoryUsage().arrayBuffers;
		const found = await Array.fromAsync(splitMbox(endless(), MAX));
		expect(found.map((mail) => mail.kind)).toEqual(['too-large', 'mail']);
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * MAX);
	});

	test('nothing, and separators alone, hold no mail', async () => {
		expect(await split('')).toEqual([]);
		expect(await split('From a Tue Mar  3 09:15:00 2026\n')).toEqual([]);
		expect(await split('\n\n\n')).toEqual([]);
	});

	test('any bytes are split into mails that hold no more than the file', async () => {
		const piece = fc.constantFrom(
			'From ',
			'From - \n',
			'\n',
			'\r\n',
			'\n\nFrom a 10:00 2020\nA: b\n',
			'>From ',
			'>',
			'X: y\n',
			'\0',
			'ä',
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(piece, { size: 'max', maxLength: 60 }),
				fc.integer({ min: 1, max: 40 }),
				async (pieces, chunk) => {
					const text = pieces.join('');
					const found = await split(text, { chunk });
					const total = found.reduce((sum, mail) => sum + (mail.kind === 'mail' ? mail.raw.length : mail.size), 0);
					expect(total).toBeLessThanOrEqual(Buffer.byteLength(text));
					expect(found).toEqual(await split(text));
				},
			),
			{ numRuns: 500 },
		);
	});
});
