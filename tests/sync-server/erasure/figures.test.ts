import { expect, test } from 'vitest';
import { contactFigures, fateOfTicket, figuresByLine } from '../../../src/lib/domain/contact-figures.ts';
import { gapList } from '../../../src/lib/domain/gap-list.ts';
import { deskDocument, type DocumentId, type LineId } from '../../../src/lib/domain/ids.ts';
import { openCallBacks } from '../../../src/lib/domain/call-backs.ts';
import { repeatContacts } from '../../../src/lib/domain/same-matter.ts';
import { writeDeskValue } from '../../../src/lib/document/desk-document.ts';
import type { InteractionRow, TicketRow } from '../../../src/lib/projection/rows.ts';
import { boardOf } from '../../../src/lib/views/board-view.ts';
import { appDevice } from '../app-device.ts';
import { enrol, runRelay, setUp } from '../running-relay.ts';
import { addPerson, anneliese, call, fill, newId, write } from './erased-desk.ts';

type Device = ReturnType<typeof appDevice>;

async function rowsOf<R>(device: Device, kind: string): Promise<R[]> {
	const found: R[] = [];
	await device.store.rows.each(kind, 100, (rows) => void found.push(...(rows as R[])));
	return found.sort((a, b) => ((a as TicketRow).id < (b as TicketRow).id ? -1 : 1));
}

/** What the screens with figures show: contacts and their report, the board, the gaps; without words. */
async function figuresOf(device: Device) {
	const tickets = await rowsOf<TicketRow>(device, 'ticket');
	const contacts = await rowsOf<InteractionRow>(device, 'interaction');
	const fateOf = (id: DocumentId) => fateOfTicket(tickets.find((row) => row.id === id));
	const board = boardOf(tickets, { now: 2e12, isIdle: () => false, reader: undefined });
	const gaps = gapList(
		contacts.map((row) => ({ ...row, document: row.id, cases: row.cases.length, text: row.request, at: row.began })),
		tickets.map((row) => ({ ...row, document: row.id, cases: row.cases.length, text: row.subject, at: row.openedAt })),
		{ since: 0 },
	);
	return {
		total: contactFigures(contacts, fateOf),
		byLine: figuresByLine(contacts, fateOf),
		repeats: [...repeatContacts(contacts)].sort(),
		callBacks: openCallBacks(contacts).length,
		board: {
			lines: board.lines,
			holders: board.holders.map(({ agent, tickets: held }) => [agent, held.map(({ row }) => row.id)]),
			orphans: board.orphans.map(({ id }) => id),
		},
		gaps: gaps.map(({ category, requests }) => [category, requests.map(({ document, at }) => [document, at])]),
		statuses: tickets.map(({ id, status, priority, openedAt, changedAt, queue }) => [
			...[id, status, priority, openedAt, changedAt, queue],
		]),
	};
}

test('[F86] the figures of reports, board and gaps are the same on a device before and after an erasure', async () => {
	const relay = await runRelay();
	const admin = await setUp(relay);
	const { installation } = relay;
	await installation.relay.write(deskDocument, (doc) => {
		const id = 'support' as LineId;
		writeDeskValue(doc, `line:${id}`, { id, name: 'Support', addresses: ['support@desk.example'], colour: 1 });
	});
	const { person } = await fill(installation);
	const other = await addPerson(installation, { name: 'Kim Weiß', address: 'kim@else.example', phone: '030 123456' });
	const from = { name: anneliese.name, address: '', phone: '0171/5550199' };
	const kim = { name: 'Kim Weiß', address: '', phone: '030 123456' };
	// Once more about the same, twice about nothing but the name, and somebody else who names them.
	for (const [who, by, text] of [
		[person, from, 'fragt noch einmal nach der Rechnung'],
		[person, from, anneliese.name],
		[undefined, from, `${anneliese.name} ruft an`],
		[other, kim, `${anneliese.name} hat die Rechnung`],
		[other, kim, 'Drucker klemmt'],
	] as const)
		await write(installation, newId('interaction'), [
			call(who, by),
			{ kind: 'request-set', text, replaces: [] },
			{ kind: 'outcome-set', outcome: 'solved', seconds: 120, replaces: [] },
		]);
	await installation.relay.settled();
	installation.database.db.exec("UPDATE outbound_mail SET state = 'sent'");
	const device = appDevice(await enrol(relay, admin, { mail: 'a@desk.example' }), relay.url);
	await device.sync();
	const before = await figuresOf(device);
	expect(before.total).toMatchObject({ contacts: 6, calls: 6 });
	expect(before.total.repeats).toBeGreaterThan(0);
	expect(before.statuses).toHaveLength(4);
	await installation.erasures.erase({ who: { person }, texts: 'theirs', agent: null });
	await device.sync();
	expect(JSON.stringify(await rowsOf(device, 'interaction'))).not.toContain('Quittenb');
	expect(await figuresOf(device)).toEqual(before);

	// Without any words, contacts of no category are not known to be about the same any more; all else is.
	await installation.erasures.erase({ who: { person: other }, texts: 'all', agent: null });
	await device.sync();
	expect(JSON.stringify(await rowsOf(device, 'interaction'))).not.toContain('Drucker');
	const withoutRepeats = ({ total, byLine, repeats: _, ...rest }: typeof before) => ({
		...rest,
		...{ total: { ...total, repeats: 0 } },
		byLine: byLine.map(({ line, figures }) => ({ line, figures: { ...figures, repeats: 0 } })),
	});
	expect(withoutRepeats(await figuresOf(device))).toEqual(withoutRepeats(before));
});
