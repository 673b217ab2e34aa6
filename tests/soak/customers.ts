import type { Line } from '../../src/lib/domain/desk-config.ts';
import { createRandom } from '../../sync-server/demo/random.ts';
import type { Dovecot } from '../support/dovecot-server.ts';
import type { SmtpSink } from '../support/smtp-sink.ts';
import { words } from './week-plan.ts';

/** Those who write mails to the desk, and answer some of its replies. Their mails lie in a real IMAP server. */
export interface Customers {
	/** Message-IDs of all mails that were delivered. */
	readonly written: ReadonlySet<string>;
	write(mail: { line: Line; customer: number; words: string; answers?: string; subject?: string }): void;
	/** Nobody answers any more. */
	rest(): void;
}

export function createCustomers(
	dovecot: Dovecot,
	sink: SmtpSink,
	lines: readonly Line[],
	answerShare: number,
): Customers {
	const written = new Set<string>();
	let isResting = false;
	let answered = 0;

	function write({
		line,
		customer,
		words: text,
		answers,
		subject = text.slice(0, 60),
	}: Parameters<Customers['write']>[0]) {
		const id = `soak-${written.size}@customer.example`;
		written.add(id);
		const head = [
			`From: Kunde ${customer} <kunde-${customer}@customer.example>`,
			`To: ${line.addresses[0]}`,
			`Subject: ${subject}`,
			`Message-ID: <${id}>`,
			`Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
			...(answers === undefined ? [] : [`In-Reply-To: <${answers}>`, `References: <${answers}>`]),
			'MIME-Version: 1.0',
			'Content-Type: text/plain; charset=utf-8',
		];
		dovecot.deliver(line.id, [[...head, '', `${text}. ${text}.`, ''].join('\r\n')]);
	}

	sink.onMoment = (moment) => {
		if (moment !== 'answered' || isResting) return;
		for (const { messageId, to, raw } of sink.mails.slice(answered)) {
			answered++;
			const random = createRandom(hash(messageId));
			const customer = Number(/kunde-(\d+)@/.exec(to[0] ?? '')?.[1] ?? Number.NaN);
			const line = lines.find(({ addresses }) => raw.includes(addresses[0] ?? '?'));
			if (line === undefined || Number.isNaN(customer) || !random.chance(answerShare)) continue;
			write({ line, customer, words: words(random), answers: messageId, subject: 'Re: Ihre Antwort' });
		}
	};
	return { written, write, rest: () => void (isResting = true) };
}

function hash(text: string): number {
	let value = 0;
	for (const sign of text) value = (Math.imul(value, 31) + (sign.codePointAt(0) ?? 0)) >>> 0;
	return value;
}
