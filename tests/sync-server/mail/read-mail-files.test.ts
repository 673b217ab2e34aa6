import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readMailFiles } from '../../../sync-server/mail/read-mail-files.ts';
import { corpusPath } from './mail-corpus.ts';

const MAX = 1024 * 1024;

async function read(files: string[], max = MAX): Promise<string[]> {
	const entries = await Array.fromAsync(readMailFiles(files, max));
	return entries.map((entry) => `${entry.index} ${entry.kind === 'mail' ? `${entry.raw.length > 0}` : entry.reason}`);
}

describe('[F107] mail files', () => {
	test('what a file is, its first bytes say: one mail or many', async () => {
		expect(await read([corpusPath('plain.eml'), corpusPath('three.mbox')])).toEqual([
			'0 true',
			'0 true',
			'1 true',
			'2 true',
		]);
	});

	test('a file that cannot be read is told, and the rest goes on', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'mail-'));
		onTestFinished(() => rmSync(folder, { recursive: true }));
		const files = [join(folder, 'none.eml'), folder, corpusPath('plain.eml')];
		expect(await read(files)).toEqual(['0 not-found', '0 not-a-file', '0 true']);
	});

	test('a file above the limit is not loaded', async () => {
		expect(await read([corpusPath('plain.eml')], 100)).toEqual(['0 too-large']);
		expect(await read([corpusPath('three.mbox')], 160)).toEqual(['0 true', '1 too-large', '2 true']);
	});

	test('an empty file is a mail for the parser to refuse', async () => {
		expect(await read([corpusPath('empty.eml')])).toEqual(['0 false']);
	});
});
