import { readMessageIds } from './message-id.ts';
import { cleanLine } from './clean-text.ts';
import type { ParsedMail } from './parsed-mail.ts';

/** What a mail server tells of a mail of ours (RFC 3464), as far as it can be read. */
export interface DeliveryReport {
	outcome: 'failed' | 'delayed' | 'delivered';
	/** Message-IDs of the mail that it is about. */
	originalMessageIds: string[];
	recipient?: string;
	/** Enhanced status code: `5.1.1`. */
	status?: string;
	/** The server's own words. */
	diagnostic?: string;
}

type Reported = Pick<ParsedMail, 'attachments' | 'text' | 'headers' | 'subject' | 'from'>;

const partLooked = 64 * 1024;
const outcomes: Readonly<Record<string, DeliveryReport['outcome']>> = {
	failed: 'failed',
	delayed: 'delayed',
	delivered: 'delivered',
	relayed: 'delivered',
	expanded: 'delivered',
};

/** Undefined if no part of it is a machine's report of delivery. */
export function readDeliveryReport(mail: Reported): DeliveryReport | undefined {
	const status = mail.attachments.find(({ mime }) => mime === 'message/delivery-status');
	if (status === undefined) return undefined;
	const fields = readFields(textOf(status.bytes));
	const outcome = outcomes[fields.get('action')?.toLowerCase() ?? ''] ?? 'failed';
	const report: DeliveryReport = { outcome, originalMessageIds: originalMessageIds(mail) };
	const recipient = typed(fields.get('final-recipient') ?? fields.get('original-recipient'));
	if (recipient !== undefined) report.recipient = recipient.toLowerCase();
	const code = /^[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0];
	if (code !== undefined) report.status = code;
	const diagnostic = typed(fields.get('diagnostic-code'));
	if (diagnostic !== undefined) report.diagnostic = diagnostic;
	return report;
}

/** Ids of the mail that was given back, from its copy: a part of its own, or what follows in the text. */
export function originalMessageIds(mail: Pick<ParsedMail, 'attachments' | 'text'>): string[] {
	const copies = mail.attachments
		.filter(({ mime }) => mime === 'message/rfc822' || mime === 'text/rfc822-headers' || mime === 'message/global')
		.map(({ bytes }) => textOf(bytes));
	const ids: string[] = [];
	for (const copy of [...copies, mail.text.slice(0, partLooked)]) {
		for (const [, header = ''] of copy.matchAll(/^[ >\t]{0,8}message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{3,998}>)/gim)) {
			ids.push(...readMessageIds(header));
		}
	}
	return [...new Set(ids)].slice(0, 10);
}

/** The words of a report for a person to read, at most so many. */
export function reasonOf(report: DeliveryReport): string {
	return cleanLine([report.recipient, report.status, report.diagnostic].filter(Boolean).join(' · '), 500);
}

/** First value of each field over all blocks; those of a failed recipient before the others. */
function readFields(text: string): Map<string, string> {
	const blocks = text
		.replace(/\r\n?/g, '\n')
		.split(/\n{2,}/)
		.map(readBlock);
	const failed = blocks.find((block) => block.get('action')?.toLowerCase() === 'failed');
	const fields = new Map(failed);
	for (const block of blocks) for (const [name, value] of block) if (!fields.has(name)) fields.set(name, value);
	return fields;
}

function readBlock(block: string): Map<string, string> {
	const fields = new Map<string, string>();
	for (const line of block.replace(/\n[ \t]+/g, ' ').split('\n')) {
		const colon = line.indexOf(':');
		if (colon < 1 || colon > 60) continue;
		const name = line.slice(0, colon).trim().toLowerCase();
		if (!fields.has(name)) fields.set(name, cleanLine(line.slice(colon + 1), 500));
	}
	return fields;
}

/** `rfc822; anna@kunde.example` without its type. */
function typed(value: string | undefined): string | undefined {
	const bare = value?.slice(value.indexOf(';') + 1).trim();
	return bare === undefined || bare === '' ? undefined : bare.replace(/^<|>$/g, '');
}

function textOf(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, partLooked)).toString('utf8');
}
