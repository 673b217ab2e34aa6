import { getRandomValues } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Draft } from '../../../src/lib/domain/entry.ts';
import type { Facts } from '../../../src/lib/domain/facts.ts';
import { createClock } from '../../../src/lib/domain/hlc.ts';
import {
	deskDocument,
	recordId,
	type AgentId,
	type DeviceId,
	type DocumentId,
	type EntryId,
	type LineId,
} from '../../../src/lib/domain/ids.ts';
import { createUlid } from '../../../src/lib/domain/ulid.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import { appendEntries, readRecord, writeMeta } from '../../../src/lib/document/record-document.ts';
import { openInstallation, type Installation } from '../../../sync-server/installation.ts';
import { afterTest, configOf, emptyFolder } from '../running-relay.ts';

/** Somebody with a name that stands nowhere by chance, in all the ways in which mail writes it. */
export const anneliese = {
	name: 'Anneliese Quittenbäum',
	address: 'Anneliese.Quittenbaeum@kundin.example',
	phone: '+49 171 555 01 99',
	words: ['meine Katze Mohrle', 'Gallensteine'],
};

const clock = createClock(() => Date.now());
export const newEntry = () => createUlid(Date.now(), (bytes) => getRandomValues(bytes)) as EntryId;

/** Writes as an agent's device, past the rules. */
export async function write(
	{ relay }: Installation,
	document: DocumentId,
	drafts: readonly Draft[],
	as = 'maria',
): Promise<EntryId[]> {
	let ids: EntryId[] = [];
	const author = { agent: as as AgentId, device: `${as}-1` as DeviceId, tick: () => clock.tick(), newId: newEntry };
	const outcome = await relay.write(document, (doc) => {
		if (doc.getMap('meta').size === 0) writeMeta(doc, document.slice(0, document.indexOf('/')) as 'ticket');
		ids = appendEntries(doc, author, drafts);
	});
	if (outcome.kind !== 'ok') throw new Error(outcome.kind);
	return ids;
}

export function factsOf({ relay }: Installation, document: DocumentId): Facts {
	const doc = relay.read(document);
	const reading = doc === undefined ? undefined : readRecord(doc);
	if (reading === undefined || reading.kind === 'empty') throw new Error(`no ${document}`);
	return reading.facts;
}

export const newId = (kind: 'ticket' | 'person' | 'interaction') => recordId(kind, newEntry());

export async function addPerson(
	installation: Installation,
	{ name, address, phone }: { name: string; address: string; phone: string },
): Promise<DocumentId> {
	const person = newId('person');
	await write(installation, person, [
		{ kind: 'created', name, lines: ['support' as LineId] },
		{ kind: 'address-added', address },
		{ kind: 'phone-added', phone },
		{ kind: 'position-set', division: 'Gallensteine', role: 'x', replaces: [] },
		{ kind: 'note', text: `${name} mag meine Katze Mohrle`, attachments: [] },
	]);
	return person;
}

export const call = (person: DocumentId | undefined, from: { name: string; address: string; phone: string }) =>
	({
		kind: 'contacted',
		...{ line: 'support' as LineId, channel: 'phone', direction: 'in', from, began: Date.now() },
		...(person === undefined ? {} : { person }),
	}) as const satisfies Draft;

/** One mail in three ways: as it is, as quoted-printable, as base64; with a file. */
export function mailsOf({ name, address, words }: typeof anneliese): string[] {
	const text = `Guten Tag,\n\n${words.join(' und ')} machen mir Kummer.\n\nViele Grüße\n${name}`;
	const qp = Buffer.from(text, 'utf8')
		.toString('latin1')
		.replace(/[\x80-\xff=]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase()}`)
		.replaceAll('\n', '\r\n');
	const base64 = Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
	const encodedName = `=?utf-8?B?${Buffer.from(name).toString('base64')}?=`;
	const head = (n: number) => [
		`From: ${n === 1 ? `"${name}"` : encodedName} <${address}>`,
		'To: Support <support@desk.example>',
		`Subject: Anliegen ${n} ${n === 2 ? encodedName : ''}`,
		`Message-ID: <mail-${n}.quittenbaeum@kundin.example>`,
		'Date: Mon, 02 Nov 2026 10:00:00 +0000',
		'MIME-Version: 1.0',
	];
	return [
		[...head(1), 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', text, ''],
		[...head(2), 'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '', qp, ''],
		[
			...head(3),
			'Content-Type: multipart/mixed; boundary=b',
			'',
			'--b',
			'Content-Type: text/plain; charset=utf-8',
			'Content-Transfer-Encoding: base64',
			'',
			base64,
			'--b',
			'Content-Type: text/plain; charset=utf-8; name=befund.txt',
			'Content-Disposition: attachment; filename=befund.txt',
			'',
			`Befund von ${name}: Gallensteine`,
			'--b--',
			'',
		],
	].map((lines) => lines.join('\r\n'));
}

/** In how many ways bytes can hold a text. */
function formsOf(text: string): { form: string; bytes: Buffer }[] {
	const utf8 = Buffer.from(text, 'utf8');
	const base64 = [0, 1, 2].map((shift) =>
		Buffer.concat([Buffer.alloc(shift, 32), utf8])
			.toString('base64')
			.slice(shift === 0 ? 0 : 4, -4),
	);
	return [
		{ form: 'utf-8', bytes: utf8 },
		{ form: 'utf-8 in small letters', bytes: Buffer.from(text.toLowerCase(), 'utf8') },
		{ form: 'latin-1', bytes: Buffer.from(text, 'latin1') },
		{ form: 'utf-16', bytes: Buffer.from(text, 'utf16le') },
		{ form: 'quoted-printable', bytes: Buffer.from(quotedPrintable(utf8)) },
		...base64.filter((part) => part.length > 6).map((part) => ({ form: 'base64', bytes: Buffer.from(part) })),
	];
}

function quotedPrintable(bytes: Buffer): string {
	return bytes.toString('latin1').replace(/[\x80-\xff=]/g, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Every place under a folder where one of the texts stands, in any form; names of files included. */
export function placesOf(texts: readonly string[], folder: string): string[] {
	const places: string[] = [];
	for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
		const path = join(entry.parentPath, entry.name);
		const bytes = entry.isFile() ? readFileSync(path) : Buffer.alloc(0);
		for (const text of texts)
			for (const { form, bytes: wanted } of formsOf(text))
				if (bytes.includes(wanted) || path.includes(text))
					places.push(`${text} as ${form} in ${relative(folder, path)} at ${bytes.indexOf(wanted)}`);
	}
	return places;
}

export async function openDesk(data = emptyFolder()): Promise<Installation> {
	const opened = await openInstallation(configOf({ data }));
	if (opened.kind === 'refused') throw new Error(opened.message);
	const { installation } = opened;
	afterTest(() => installation.close());
	await installation.auth.ensureDesk({ name: 'Desk', language: 'de' });
	await installation.relay.write(deskDocument, (doc) => {
		const id = 'support' as LineId;
		writeDeskValue(doc, `line:${id}`, { id, name: 'Support', addresses: ['support@desk.example'], colour: 1 });
	});
	return installation;
}

export const told = [
	anneliese.name,
	'Quittenbäum',
	'Quittenbaeum',
	anneliese.address,
	anneliese.phone,
	'01715550199',
	...anneliese.words,
];

export async function fill(installation: Installation) {
	const person = await addPerson(installation, anneliese);
	for (const raw of mailsOf(anneliese)) {
		const { outcome } = await installation.mails.take(Buffer.from(raw), 'mail', {});
		if (outcome !== 'created') throw new Error(outcome);
	}
	const tickets = installation.relay.documentsOfKind('ticket');
	const [first] = tickets as [DocumentId];
	const facts = factsOf(installation, first);
	const slot = [...facts.entries].find(([, entry]) => entry.kind === 'message')?.[0] ?? null;
	const [claim] = await write(installation, first, [{ kind: 'claimed' }]);
	await write(installation, first, [
		{ kind: 'note', text: `Frau Quittenbäum rief an: 0171 5550199`, attachments: [] },
		{
			...{ kind: 'reply-requested', slot, claim: claim ?? null, cc: [], subject: 'Re: Anliegen', attachments: [] },
			to: [{ name: anneliese.name, address: anneliese.address }],
			text: `Liebe Frau Quittenbäum,\n\nwir helfen.\n\n> meine Katze Mohrle und Gallensteine machen mir Kummer.`,
		},
		{ kind: 'status-set', status: 'closed', seen: slot, replaces: [] },
	]);
	const interaction = newId('interaction');
	await write(installation, interaction, [
		call(person, { name: anneliese.name, address: '', phone: '0171/5550199' }),
		{ kind: 'request-set', text: `${anneliese.name} fragt nach der Rechnung`, replaces: [] },
		{ kind: 'outcome-set', outcome: 'solved', seconds: 60, replaces: [] },
	]);
	const other = newId('ticket');
	await write(installation, other, [
		{
			...{ kind: 'opened', number: installation.auth.numbers.nextNumber(), subject: `Frage zu ${anneliese.name}` },
			...{ line: 'support' as LineId, queue: 'q' as never, channel: 'mail' },
			from: { name: 'Kim Weiß', address: 'kim@example.org' },
		},
		{
			kind: 'note',
			text: `Siehe ${anneliese.address.toLowerCase()}, Tel. +49 (171) 5550199. Kim bleibt.`,
			attachments: [],
		},
	]);
	await installation.relay.settled();
	return { person, tickets, interaction, other };
}
