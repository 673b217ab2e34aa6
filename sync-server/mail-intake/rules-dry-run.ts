import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type * as Y from 'yjs';
import type { MailRule } from '../../src/lib/domain/desk-config.ts';
import { foldTicket } from '../../src/lib/domain/fold-ticket.ts';
import type { BlobId, DocumentId } from '../../src/lib/domain/ids.ts';
import { applyMailRules, type RuleMail } from '../../src/lib/domain/mail-rule.ts';
import { readRecord } from '../../src/lib/document/record-document.ts';
import type { RulesDryRun } from '../../src/lib/protocol/mail-rules.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import { splitRawMail } from '../mail/raw-mail.ts';
import type { MailIndex } from './mail-index.ts';
import { ruleMail } from './rule-mail.ts';

export interface RulesDryRunParts {
	index: Pick<MailIndex, 'newestTickets'>;
	blobs: Pick<BlobStore, 'locate'>;
	readDocument(id: DocumentId): Y.Doc | undefined;
}

const mostMails = 500;
const headerBytes = 256 * 1024;

/** What these rules would have done with the newest mails that opened a ticket. Changes nothing. */
export async function rulesDryRun(
	rules: readonly MailRule[],
	{ index, blobs, readDocument }: RulesDryRunParts,
	most = mostMails,
): Promise<RulesDryRun> {
	const tried = rules.map((rule) => ({ ...rule, active: true }));
	const run: RulesDryRun = { mails: 0, hits: [], counts: {} };
	for (const ticket of index.newestTickets(most)) {
		const doc = readDocument(ticket);
		const reading = doc === undefined ? undefined : readRecord(doc);
		const folded = reading?.kind === 'record' ? foldTicket(reading.facts) : undefined;
		const message = folded?.timeline.find((entry) => entry.kind === 'message' && entry.raw !== undefined);
		if (folded === undefined || message?.kind !== 'message' || message.raw === undefined) continue;
		const headers = await headersOf(blobs, message.raw);
		const { from, subject, text } = message;
		const mail: RuleMail = {
			from: from.address === '' ? undefined : from,
			to: headers?.to ?? [...message.to, ...message.cc],
			subject,
			text,
			header: (name) => headers?.header(name),
		};
		run.mails++;
		const { hits, queue, priority, tags } = applyMailRules(tried, mail);
		for (const rule of hits) run.counts[rule] = (run.counts[rule] ?? 0) + 1;
		if (hits.length > 0) {
			const { number } = folded;
			const put = { ...(queue === undefined ? {} : { queue }), ...(priority === undefined ? {} : { priority }), tags };
			run.hits.push({ ticket, number, subject, from: from.address, rules: hits, ...put });
		}
		await setImmediate();
	}
	return run;
}

/** The headers of the mail as it came; the body is read from its ticket. */
async function headersOf(blobs: RulesDryRunParts['blobs'], raw: BlobId): Promise<RuleMail | undefined> {
	const found = blobs.locate(raw);
	if (found === undefined) return undefined;
	try {
		const file = await open(found.path);
		try {
			const start = new Uint8Array(Math.min(found.size, headerBytes));
			await file.read(start, 0, start.length, 0);
			const { parseMail } = await import('../mail/parse-mail.ts');
			const parsed = await parseMail(splitRawMail(start).header);
			return parsed.kind === 'parsed' ? ruleMail(parsed.mail) : undefined;
		} finally {
			await file.close();
		}
	} catch {
		return undefined;
	}
}
