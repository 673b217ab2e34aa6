import { open, readFile } from 'node:fs/promises';
import { readMbox } from './mbox.ts';
import { startsWith } from './raw-mail.ts';

export type MailFileEntry =
	| { kind: 'mail'; file: string; index: number; raw: Uint8Array }
	| { kind: 'unreadable'; file: string; index: number; reason: MailFileProblem; detail: string };

export type MailFileProblem = 'not-found' | 'not-a-file' | 'not-readable' | 'too-large';

/**
 * The raw mails of .eml and .mbox files in their order; which of the two a file is, its first bytes say. `index` counts within the
 * file from 0. A file or mail that cannot be read becomes an entry, and the rest goes on.
 */
export async function* readMailFiles(files: Iterable<string>, maxBytes: number): AsyncGenerator<MailFileEntry> {
	for (const file of files) {
		let index = 0;
		try {
			for await (const entry of readMailFile(file, maxBytes)) {
				index = entry.index + 1;
				yield entry;
			}
		} catch (thrown) {
			yield { kind: 'unreadable', file, index, ...problemOf(thrown) };
		}
	}
}

async function* readMailFile(file: string, maxBytes: number): AsyncGenerator<MailFileEntry> {
	const { isFile, size, isMbox } = await inspect(file);
	if (!isFile) yield { kind: 'unreadable', file, index: 0, reason: 'not-a-file', detail: 'not a plain file' };
	else if (isMbox) {
		for await (const mail of readMbox(file, maxBytes)) {
			if (mail.kind === 'mail') yield { kind: 'mail', file, index: mail.index, raw: mail.raw };
			else yield tooLarge(file, mail.index, mail.size, maxBytes);
		}
	} else if (size > maxBytes) yield tooLarge(file, 0, size, maxBytes);
	else yield { kind: 'mail', file, index: 0, raw: await readFile(file) };
}

async function inspect(file: string) {
	const handle = await open(file);
	try {
		const stat = await handle.stat();
		if (!stat.isFile()) return { isFile: false, size: 0, isMbox: false };
		const { buffer } = await handle.read(Buffer.alloc(5), 0, 5, 0);
		return { isFile: true, size: stat.size, isMbox: startsWith(buffer, 0, 'From ') };
	} finally {
		await handle.close();
	}
}

function tooLarge(file: string, index: number, size: number, maxBytes: number): MailFileEntry {
	const detail = `${size} bytes, at most ${maxBytes} are taken`;
	return { kind: 'unreadable', file, index, reason: 'too-large', detail };
}

function problemOf(thrown: unknown): { reason: MailFileProblem; detail: string } {
	const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
	if (code === 'ENOENT') return { reason: 'not-found', detail: 'there is no such file' };
	if (code === 'EISDIR') return { reason: 'not-a-file', detail: 'not a plain file' };
	if (code !== '') return { reason: 'not-readable', detail: code };
	throw thrown;
}
