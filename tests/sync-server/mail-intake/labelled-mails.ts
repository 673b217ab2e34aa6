import { mailText, type MailShape } from './taken-in.ts';

/** A closed ticket of Anna, and what its mails have left in the world. */
export interface Surroundings {
	/** `1042173` and `104-2173`. */
	number: string;
	spoken: string;
	/** Message-ID of Anna's first mail, of our signed answer, of what we sent to the workshop. */
	first: string;
	answer: string;
	forward: string;
	/** Our signed reply address. */
	address: string;
	/** Number and first mail of a ticket that was merged into this one. */
	mergedNumber: string;
	mergedFirst: string;
}

export interface Label {
	/** ticket: on the closed one; new: a new one; asked: a new one, and a person is asked. */
	goes: 'ticket' | 'new' | 'asked';
	/** What it becomes of the closed ticket. */
	reopens?: boolean;
	is?: 'auto-reply' | 'bounce' | 'list';
	/** Whether a machine of ours may answer. */
	answered?: boolean;
	internal?: boolean;
	replyText?: string;
}

export type LabelledMail = [name: string, build: (given: Surroundings) => MailShape | string, label: Label];

const follows: Label = { goes: 'ticket', reopens: true, answered: true };
const opens: Label = { goes: 'new', answered: true };
const asks: Label = { goes: 'asked', answered: true };
const machine: Label = { goes: 'ticket', is: 'auto-reply' };
const freshMachine: Label = { goes: 'new', is: 'auto-reply' };
const given: Label = { goes: 'ticket', is: 'bounce' };
const list: Label = { goes: 'new', is: 'list' };
const stranger = 'Fremd <fremd@sonst.example>';

/** A report in three parts, as RFC 3464 has it. */
function report(
	fields: readonly string[],
	original: readonly string[],
	{
		subject = 'Undelivered Mail Returned to Sender',
		from = 'Mail Delivery System <MAILER-DAEMON@mx.example>',
		copy = 'message/rfc822',
		headers = [] as string[],
	} = {},
): string {
	return [
		'Return-Path: <>',
		`From: ${from}`,
		'To: support@desk.example',
		`Subject: ${subject}`,
		`Message-ID: <report-${Math.random()}@mx.example>`,
		'MIME-Version: 1.0',
		...headers,
		'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
		'',
		'--b',
		'Content-Type: text/plain; charset=us-ascii',
		'',
		'The mail did not reach everybody.',
		'--b',
		'Content-Type: message/delivery-status',
		'',
		'Reporting-MTA: dns; mx.example',
		'',
		...fields,
		'--b',
		`Content-Type: ${copy}`,
		'',
		...original,
		'',
		'--b--',
		'',
	].join('\r\n');
}
const original = (id: string) => ['From: support@desk.example', 'Subject: Antwort', `Message-ID: <${id}>`, '', 'Text'];
const failed = [
	'Final-Recipient: rfc822; anna@kunde.example',
	'Action: failed',
	'Status: 5.1.1',
	'Diagnostic-Code: smtp; 550 no such user',
];

const calendar = (method: string, shape: MailShape = {}): MailShape => ({
	subject: 'Zugesagt: Termin',
	...shape,
	headers: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"'],
	body: [
		'--b',
		'Content-Type: text/plain',
		'',
		'Termin',
		'--b',
		`Content-Type: text/calendar; method=${method}`,
		'',
		'BEGIN:VCALENDAR',
		`METHOD:${method}`,
		'END:VCALENDAR',
		'--b--',
	].join('\r\n'),
});

export const labelledMails: readonly LabelledMail[] = [
	// Answers of the customer.
	[
		'Re: with all headers',
		(t) => ({ subject: `Re: Drucker [#${t.spoken}]`, answers: t.answer, references: `<${t.first}> <${t.answer}>` }),
		follows,
	],
	['AW: with In-Reply-To alone', (t) => ({ subject: 'AW: Drucker', answers: t.answer }), follows],
	[
		'Antwort: of Notes, with References alone',
		(t) => ({ subject: 'Antwort: Drucker', references: `<${t.first}> <${t.answer}>` }),
		follows,
	],
	['Aw[2]: to her own first mail', (t) => ({ subject: 'Aw[2]: Drucker', answers: t.first }), follows],
	['WG: of our answer', (t) => ({ subject: 'WG: Drucker', answers: t.answer }), follows],
	['Fwd: without headers, with the number', (t) => ({ subject: `Fwd: Re: Drucker [#${t.spoken}]` }), follows],
	['no prefix, another subject, In-Reply-To alone', (t) => ({ subject: 'Noch etwas', answers: t.answer }), follows],
	['a subject in capitals without blanks', (t) => ({ subject: `RE:AW:WG:DRUCKER[#${t.number}]` }), follows],
	[
		'the subject encoded, no headers',
		(t) => ({ subject: `=?utf-8?Q?AW=3A_St=C3=B6rung_=5B=23${t.spoken}=5D?=` }),
		follows,
	],
	['the number spoken of', (t) => ({ subject: `Nachfrage zu Vorgang ${t.spoken}` }), follows],
	['headers lost, number without dash', (t) => ({ subject: `AW: Drucker [#${t.number}]` }), follows],
	[
		'headers lost, an external gateway\u2019s tag',
		(t) => ({ subject: `[EXTERN] AW: Drucker [#${t.spoken}]` }),
		follows,
	],
	['headers lost, our address with the token', (t) => ({ subject: 'hallo', to: t.address }), follows],
	[
		'the token in capitals, by Delivered-To',
		(t) => ({ subject: 'hallo', headers: [`Delivered-To: ${t.address.toUpperCase()}`] }),
		follows,
	],
	['the ids in capitals', (t) => ({ subject: 'x', answers: t.answer.toUpperCase() }), follows],
	['References cut to the oldest', (t) => ({ subject: 'AW: x', references: `<${t.first}>` }), follows],
	['References without brackets', (t) => ({ subject: 'AW: x', headers: [`References: ${t.answer}`] }), follows],
	[
		'In-Reply-To with words around',
		(t) => ({ subject: 'AW: x', headers: [`In-Reply-To: Your message of Monday <${t.answer}>`] }),
		follows,
	],
	[
		'from a colleague who was in none of it, by our id',
		(t) => ({ from: stranger, subject: 'AW: x', answers: t.answer }),
		follows,
	],
	[
		'from another address, by our reply address',
		(t) => ({ from: 'anna@privat.example', to: `x@y.example, ${t.address}` }),
		follows,
	],
	['a Swedish answer', (t) => ({ subject: `SV: Drucker [#${t.spoken}]` }), follows],
	[
		'a Chinese answer',
		(t) => ({ subject: `=?utf-8?B?${Buffer.from(`回复：Drucker [#${t.spoken}]`).toString('base64')}?=` }),
		follows,
	],
	// Merged tickets.
	['an answer to a merged ticket, by its thread', (t) => ({ answers: t.mergedFirst }), follows],
	['an answer to a merged ticket, by its number', (t) => ({ subject: `AW: [#${t.mergedNumber}]` }), follows],
	[
		'a stranger with the number of a merged ticket',
		(t) => ({ from: stranger, subject: `AW: [#${t.mergedNumber}]` }),
		asks,
	],
	// Strangers and numbers.
	['a stranger with the number', (t) => ({ from: stranger, subject: `Re: Drucker [#${t.spoken}]` }), asks],
	['a stranger with the number spoken of', (t) => ({ from: stranger, subject: `Frage zu Ticket ${t.number}` }), asks],
	[
		'a stranger with a forged token',
		(t) => ({ from: stranger, to: t.address.replace(/.@/, (end) => (end === 'q@' ? 'r@' : 'q@')) }),
		opens,
	],
	[
		'a stranger with a forged id',
		(t) => ({ from: stranger, answers: t.answer.replace(/^./, (first) => (first === 'q' ? 'r' : 'q')) }),
		opens,
	],
	['a stranger with the same subject', () => ({ from: stranger, subject: 'Re: Drucker' }), opens],
	['the customer with the same subject', () => ({ subject: 'Re: Drucker' }), opens],
	// Numbers that are none of ours.
	['a number of another system, sixteen digits', () => ({ subject: 'Re: [Ticket#2019040110000018] Drucker' }), opens],
	['a number of another system, with letters', () => ({ subject: '[JIRA] (SUP-104217) Drucker' }), opens],
	['a short number', () => ({ subject: 'AW: Bestellung #4711' }), opens],
	[
		'a wrong check digit',
		(t) => ({ subject: `AW: [#${t.number.slice(0, -1)}${(Number(t.number.at(-1)) + 3) % 10}]` }),
		opens,
	],
	['an invoice number', (t) => ({ subject: `Rechnung ${t.number}` }), opens],
	[
		'a thread of somebody else',
		() => ({ subject: 'AW: x', answers: 'unknown@elsewhere.example', references: '<a@b> <c@d>' }),
		opens,
	],
	// Machines that answer.
	[
		'out of office, Exchange, German',
		(t) => ({
			subject: 'Automatische Antwort: Drucker',
			answers: t.answer,
			headers: ['Auto-Submitted: auto-generated', 'X-Auto-Response-Suppress: All'],
		}),
		machine,
	],
	[
		'out of office, without any header of a machine',
		(t) => ({ subject: `Abwesenheitsnotiz: Re: Drucker [#${t.spoken}]` }),
		machine,
	],
	['out of office, English', (t) => ({ subject: 'Out of Office: Drucker', answers: t.answer }), machine],
	[
		'out of office, French',
		(t) => ({
			subject: 'R=?utf-8?Q?=C3=A9?=ponse automatique : Drucker',
			answers: t.answer,
			headers: ['Auto-Submitted: auto-replied'],
		}),
		machine,
	],
	['out of office, Italian', (t) => ({ subject: 'Risposta automatica: Drucker', answers: t.answer }), machine],
	[
		'out of office, Spanish',
		(t) => ({ subject: '=?utf-8?Q?Respuesta_autom=C3=A1tica=3A?= Drucker', answers: t.answer }),
		machine,
	],
	['out of office, Dutch', (t) => ({ subject: 'Automatisch antwoord: Drucker', answers: t.answer }), machine],
	[
		'out of office, Polish',
		(t) => ({ subject: '=?utf-8?Q?Automatyczna_odpowied=C5=BA=3A?= Drucker', answers: t.answer }),
		machine,
	],
	[
		'vacation of sieve',
		(t) => ({ subject: 'Auto: Drucker', answers: t.answer, headers: ['Auto-Submitted: auto-replied (vacation)'] }),
		machine,
	],
	[
		'Precedence: auto_reply',
		(t) => ({ subject: 'Danke', answers: t.answer, headers: ['Precedence: auto_reply'] }),
		machine,
	],
	['X-Autoreply', (t) => ({ subject: 'Danke', answers: t.answer, headers: ['X-Autoreply: yes'] }), machine],
	[
		'another help desk acknowledges',
		(t) => ({ subject: `[Ticket 4711] Re: Drucker [#${t.spoken}]`, headers: ['Auto-Submitted: auto-replied'] }),
		machine,
	],
	['a calendar accepts', (t) => calendar('REPLY', { answers: t.answer }), machine],
	['a calendar invites: a person asks', (t) => calendar('REQUEST', { answers: t.answer }), follows],
	[
		'out of office that follows nothing',
		() => ({ subject: 'Abwesenheit: Mo bis Fr', headers: ['Auto-Submitted: auto-replied'] }),
		freshMachine,
	],
	[
		'a machine reports',
		() => ({ from: 'cron@kunde.example', subject: 'Backup', headers: ['Auto-Submitted: auto-generated'] }),
		freshMachine,
	],
	[
		'an answer of a person whose mailer says no',
		(t) => ({ subject: 'AW: x', answers: t.answer, headers: ['Auto-Submitted: no'] }),
		follows,
	],
	[
		'a person who asks for no automatic answer',
		() => ({ subject: 'x', headers: ['X-Auto-Response-Suppress: OOF, AutoReply'] }),
		{ goes: 'new' },
	],
	['noreply writes', () => ({ from: 'Shop <no-reply@shop.example>', subject: 'Ihre Bestellung' }), { goes: 'new' }],
	[
		'donotreply in Reply-To',
		() => ({ subject: 'x', headers: ['Reply-To: donotreply@kunde.example'] }),
		{ goes: 'new' },
	],
	['our own address writes', () => ({ from: 'support@desk.example', subject: 'x' }), { goes: 'new' }],
	[
		'a mail that was round already',
		() => ({ subject: 'x', headers: ['X-Loop: support@desk.example'] }),
		{ goes: 'new' },
	],
	['nobody writes', () => ({ from: null, subject: 'x' }), { goes: 'new' }],
	[
		'our own answer comes back',
		(t) => ({ from: 'support@desk.example', id: t.answer, subject: 'Re: Drucker' }),
		{ goes: 'ticket' },
	],
	// Reports of delivery.
	[
		'Postfix gives it back',
		(t) => report(failed, original(t.answer), { headers: ['Auto-Submitted: auto-replied'] }),
		given,
	],
	['headers only', (t) => report(failed, original(t.answer).slice(0, -2), { copy: 'text/rfc822-headers' }), given],
	[
		'Exchange gives it back',
		(t) => report(failed, original(t.answer), { subject: 'Unzustellbar: Drucker', from: 'postmaster@kunde.example' }),
		given,
	],
	[
		'Exchange, English',
		(t) =>
			report(failed, original(t.answer), {
				subject: 'Undeliverable: Drucker',
				from: 'Microsoft Outlook <MicrosoftExchange329@kunde.example>',
			}),
		given,
	],
	[
		'of several, one failed',
		(t) =>
			report(['Final-Recipient: rfc822; a@b', 'Action: delivered', 'Status: 2.0.0', '', ...failed], original(t.answer)),
		given,
	],
	[
		'qmail gives it back, in plain text',
		(t) => ({
			from: 'MAILER-DAEMON@qmail.example',
			subject: 'failure notice',
			headers: ['Return-Path: <>'],
			body: `<anna@kunde.example>:\r\nno mailbox here.\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <${t.answer}>\r\nSubject: x\r\n\r\nText`,
		}),
		given,
	],
	[
		'Exim gives it back',
		(t) => ({
			from: 'Mail Delivery System <Mailer-Daemon@exim.example>',
			subject: 'Mail delivery failed: returning message to sender',
			headers: ['X-Failed-Recipients: anna@kunde.example', 'Auto-Submitted: auto-replied', `References: <${t.answer}>`],
		}),
		given,
	],
	[
		'it was only delayed',
		(t) =>
			report(['Final-Recipient: rfc822; anna@kunde.example', 'Action: delayed', 'Status: 4.4.1'], original(t.answer), {
				subject: 'Delayed Mail',
			}),
		machine,
	],
	[
		'it arrived',
		(t) =>
			report(
				['Final-Recipient: rfc822; anna@kunde.example', 'Action: delivered', 'Status: 2.0.0'],
				original(t.answer),
				{ subject: 'Successful Mail Delivery Report' },
			),
		machine,
	],
	[
		'a report about nothing of ours',
		() => report(failed, original('sonst@sonst.example')),
		{ goes: 'new', is: 'bounce' },
	],
	// Lists.
	[
		'a mailing list',
		() => ({ from: stranger, subject: '[liste] Hallo', headers: ['List-Id: <liste.example>', 'Precedence: list'] }),
		list,
	],
	[
		'a newsletter',
		() => ({ from: 'news@shop.example', subject: 'Angebote', headers: ['List-Unsubscribe: <https://shop.example/u>'] }),
		list,
	],
	['in bulk', () => ({ from: 'news@shop.example', subject: 'Angebote', headers: ['Precedence: bulk'] }), list],
	[
		'the customer answers over a list',
		(t) => ({ subject: 'AW: x', answers: t.answer, headers: ['List-Id: <team.kunde.example>'] }),
		{ goes: 'ticket', reopens: true, is: 'list' },
	],
	// Third parties.
	[
		'the workshop answers what we sent them',
		(t) => ({ from: 'werkstatt@dritte.example', subject: 'AW: WG: Drucker', answers: t.forward }),
		{ goes: 'ticket', answered: true, internal: true },
	],
	[
		'the workshop with the number alone',
		(t) => ({ from: 'werkstatt@dritte.example', subject: `AW: [#${t.spoken}]` }),
		{ goes: 'ticket', answered: true, internal: true },
	],
	[
		'the workshop is out of office',
		(t) => ({ from: 'werkstatt@dritte.example', subject: 'Abwesend: x', answers: t.forward }),
		{ goes: 'ticket', is: 'auto-reply', internal: true },
	],
	[
		'what we sent the workshop is given back',
		(t) => report(failed, original(t.forward)),
		{ goes: 'ticket', is: 'bounce', internal: true },
	],
	// New text and old.
	[
		'above the quote',
		(t) => ({
			answers: t.answer,
			body: 'Er heißt Erna.\r\n\r\nAm 02.11.2026 um 10:15 schrieb Support:\r\n> Wie heißt er?',
		}),
		{ ...follows, replyText: 'Er heißt Erna.' },
	],
	[
		'below the quote, with a signature',
		(t) => ({
			answers: t.answer,
			body: 'On Mon, 2 Nov 2026 Support wrote:\r\n> Wie heißt er?\r\n\r\nErna.\r\n\r\n-- \r\nAnna',
		}),
		{ ...follows, replyText: 'Erna.' },
	],
	[
		'above a block of Outlook',
		(t) => ({
			answers: t.answer,
			body: 'Erna.\r\n\r\nVon: Support\r\nGesendet: Montag\r\nAn: Anna\r\nBetreff: AW: x\r\n\r\nWie heißt er?',
		}),
		{ ...follows, replyText: 'Erna.' },
	],
	[
		'in HTML, as Gmail writes it',
		(t) => ({
			answers: t.answer,
			headers: ['Content-Type: text/html; charset=utf-8'],
			body: '<div dir="ltr">Erna.</div><br><div class="gmail_quote"><div class="gmail_attr">Am Mo., 2. Nov. 2026 um 10:15 Uhr schrieb Support &lt;<a href="mailto:support@desk.example">support@desk.example</a>&gt;:<br></div><blockquote class="gmail_quote">Wie heißt er?</blockquote></div>',
		}),
		{ ...follows, replyText: 'Erna.' },
	],
	[
		'in HTML, as Outlook writes it',
		(t) => ({
			answers: t.answer,
			headers: ['Content-Type: text/html; charset=utf-8'],
			body: '<p>Erna.</p><div id="divRplyFwdMsg"><b>Von:</b> Support<br><b>Gesendet:</b> Montag<br><b>An:</b> Anna<br><b>Betreff:</b> x</div><p>Wie heißt er?</p>',
		}),
		{ ...follows, replyText: 'Erna.' },
	],
	[
		'flowed and quoted',
		(t) => ({
			answers: t.answer,
			headers: ['Content-Type: text/plain; charset=utf-8; format=flowed'],
			body: 'Er heißt \r\nErna.\r\n\r\nOn 2.11.2026 Support wrote:\r\n> Wie heißt \r\n> er?',
		}),
		{ ...follows, replyText: 'Er heißt Erna.' },
	],
];

export function rawOf([, build]: LabelledMail, surroundings: Surroundings): string {
	const built = build(surroundings);
	return typeof built === 'string' ? built : mailText(built);
}
