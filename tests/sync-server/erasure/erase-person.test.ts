import { expect, test } from 'vitest';
import { foldTicket } from '../../../src/lib/domain/fold-ticket.ts';
import { foldParty } from '../../../src/lib/domain/fold-party.ts';
import type { DocumentId } from '../../../src/lib/domain/ids.ts';
import { openInstallation, type Installation } from '../../../sync-server/installation.ts';
import { afterTest, configOf, emptyFolder } from '../running-relay.ts';
import { deskDocument } from '../../../src/lib/domain/ids.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import type { LineId } from '../../../src/lib/domain/ids.ts';
import { addPerson, anneliese, call, factsOf, mailsOf, newId, placesOf, write } from './erased-desk.ts';

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

const told = [
	anneliese.name,
	'Quittenbäum',
	'Quittenbaeum',
	anneliese.address,
	anneliese.phone,
	'01715550199',
	...anneliese.words,
];

async function fill(installation: Installation) {
	const person = await addPerson(installation, anneliese);
	for (const raw of mailsOf(anneliese)) {
		const { outcome } = await installation.mails.take(Buffer.from(raw), 'mail', {});
		expect(outcome).toBe('created');
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

test('[F86][F106] after an erasure no byte of the data directory names the person, and what tickets are stays', async () => {
	const data = emptyFolder();
	const installation = await openDesk(data);
	const { person, tickets, other } = await fill(installation);
	expect(placesOf(told, data).length).toBeGreaterThan(10);
	const before = tickets.map((ticket) => foldTicket(factsOf(installation, ticket)));
	const verdicts = tickets.map((ticket) => [...factsOf(installation, ticket).verdicts]);

	const order = { who: { person }, texts: 'theirs', agent: null } as const;
	expect(await installation.erasures.erase(order)).toEqual({ kind: 'refused', code: 'mail-under-way' });
	installation.database.db.exec("UPDATE outbound_mail SET state = 'sent'");
	const planned = await installation.erasures.plan({ person }, 'theirs');
	expect(planned).toMatchObject({ plan: { tickets: 3, calls: 1, others: 1, underWay: 0, inConfiguration: false } });
	const result = await installation.erasures.erase(order);
	expect(result).toMatchObject({ kind: 'erased', number: 1, forgotten: true });

	expect(placesOf(told, data)).toEqual([]);
	const after = tickets.map((ticket) => foldTicket(factsOf(installation, ticket)));
	for (const [i, ticket] of after.entries()) {
		const was = before[i];
		expect(ticket).toMatchObject({
			...{ number: was?.number, status: was?.status, slot: was?.slot, changedAt: was?.changedAt },
			...{ openedAt: was?.openedAt, claim: was?.claim, tenures: was?.tenures, queue: was?.queue },
		});
		expect(ticket?.timeline.filter(({ kind }) => kind !== 'erased').map(({ id, time }) => [id, time])).toEqual(
			was?.timeline.map(({ id, time }) => [id, time]),
		);
		expect([...factsOf(installation, tickets[i] as DocumentId).verdicts]).toEqual(verdicts[i]);
	}
	expect(foldParty(factsOf(installation, person))).toMatchObject({
		name: 'Gelöschte Person 1',
		erased: true,
		notes: [{ text: '█████' }],
	});
	expect(foldTicket(factsOf(installation, other))).toMatchObject({ from: { name: 'Kim Weiß' } });
	expect(JSON.stringify([...factsOf(installation, other).entries])).toContain('Kim bleibt');
	await installation.close();
	expect(placesOf(told, data)).toEqual([]);
});
