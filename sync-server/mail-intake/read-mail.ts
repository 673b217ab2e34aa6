import { Worker } from 'node:worker_threads';
import { mailIdentity, type MailIdentity } from '../mail/mail-identity.ts';
import type { ParsedMail, ParseResult } from '../mail/parsed-mail.ts';

export type MailReading =
	{ kind: 'read'; mail: ParsedMail; identity: MailIdentity } | Extract<ParseResult, { kind: 'refused' }>;

/** Larger mails take seconds to read: a thread of its own does that, so that devices are answered meanwhile. */
const threadBytes = 256 * 1024;
const deadlineMs = 120_000;
const heapMb = 1024;

/** Reads a mail, large ones in a thread with a deadline and a memory cap. Never throws, whatever the bytes are. */
export function readMail(raw: Uint8Array): Promise<MailReading> {
	return raw.length > threadBytes ? readInThread(raw) : readHere(raw);
}

export async function readHere(raw: Uint8Array): Promise<MailReading> {
	// Loaded with the first mail: the parsers take a sixth of an idle relay's memory.
	const { parseMail } = await import('../mail/parse-mail.ts');
	const parsed = await parseMail(raw);
	if (parsed.kind === 'refused') return parsed;
	return { kind: 'read', mail: parsed.mail, identity: mailIdentity(parsed.mail, raw) };
}

function readInThread(raw: Uint8Array): Promise<MailReading> {
	return new Promise((resolve) => {
		const thread = new Worker(new URL('./reading-thread.ts', import.meta.url), {
			workerData: raw,
			resourceLimits: { maxOldGenerationSizeMb: heapMb },
		});
		const finish = (reading: MailReading) => {
			clearTimeout(timer);
			resolve(reading);
			void thread.terminate();
		};
		const unreadable = (detail: string) => finish({ kind: 'refused', reason: 'unreadable', detail });
		const timer = setTimeout(() => unreadable('it takes too long to read'), deadlineMs);
		thread.once('message', finish);
		thread.once('error', (error: Error) => unreadable(error.message));
		thread.once('exit', () => unreadable('the reading thread ended'));
	});
}
