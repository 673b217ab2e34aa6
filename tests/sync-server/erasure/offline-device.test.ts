import { expect, test } from 'vitest';
import type { BegunTicket } from '../../../src/lib/domain/begun-form.ts';
import type { DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import { encodePush } from '../../../src/lib/protocol/replica.ts';
import { settingKeys } from '../../../src/lib/sync/setting-keys.ts';
import { erasureSentence } from '../../../sync-server/commands/open-erasures.ts';
import { appDevice } from '../app-device.ts';
import { emptyFolder, enrol, runRelay, setUp, type TestDevice, type TestRelay } from '../running-relay.ts';
import { addPerson, anneliese, factsOf, placesOf } from './erased-desk.ts';

const secret = 'Zwiebelfisch47';
const note = (text: string) => ({ kind: 'note' as const, text, attachments: [] });

/** Two tickets on a device and on the relay, one with a word that must not stand there. */
async function ticketWithSecret(relay: TestRelay, known: TestDevice) {
	const device = appDevice(known, relay.url);
	await device.sync();
	const stained = await device.open('Zugang');
	const [entry] = await device.write(stained, [note(`${secret} ist das Kennwort`)]);
	const other = await device.open('Drucker');
	await device.sync();
	expect(await device.store.outbox()).toEqual([]);
	const redact = () =>
		relay.installation.erasures.redact({
			...{ document: stained, entry: entry as EntryId, ranges: [[0, secret.length]] as [number, number][] },
			...{ reason: 'Kennwort', agent: null },
		});
	return { device, stained, other, redact };
}

const begun = (text: string) =>
	({
		...{ agent: 'x', began: 1, line: null, subject: text, text: '', attachments: [], queue: null },
		...{ name: '', phone: '', address: '', person: null, channel: 'phone', priority: null, claimIt: false },
	}) as unknown as BegunTicket;

test('[F106][ES7] a device that quoted a word before it learnt that it was blacked out sends nothing of it, wherever it wrote it', async () => {
	const data = emptyFolder();
	const relay = await runRelay({ data });
	const admin = await setUp(relay);
	const { device, stained, other, redact } = await ticketWithSecret(
		relay,
		await enrol(relay, admin, { mail: 'a@desk.example' }),
	);
	// Without a network.
	await device.write(other, [note(`Er nennt ${secret} als Kennwort`)]);
	const made = await device.open(`Neu mit ${secret}`);
	await device.store.settings.set(settingKeys.begunForms, { ticket: begun(`Anruf zu ${secret}`) });

	expect(await redact()).toMatchObject({ kind: 'redacted', forgotten: true });
	const unsent = await device.store.outbox();
	expect(await device.transport.push(encodePush(unsent))).toMatchObject({ kind: 'refused', reason: 'pull-first' });
	await device.sync();

	expect(await device.store.outbox()).toEqual([]);
	const texts = (document: DocumentId) => JSON.stringify([...factsOf(relay.installation, document).entries.values()]);
	expect(texts(other)).toContain('Er nennt █████ als Kennwort');
	expect(texts(made)).toContain('Neu mit █████');
	expect(texts(stained)).toContain('█████');
	const { ticket } = (await device.store.settings.get<{ ticket: BegunTicket }>(settingKeys.begunForms))!;
	expect(ticket.subject).toBe('Anruf zu █████');
	expect(await device.store.settings.get(settingKeys.goneWords)).toEqual([]);
	expect(placesOf([secret], data)).toEqual([]);

	// It is asked once, and not again.
	await device.write(other, [note('Weiter')]);
	expect(await device.transport.push(encodePush(await device.store.outbox()))).toMatchObject({ kind: 'ok' });
});

test('[F106] a crash between taking the news and looking for the words loses nothing of that', async () => {
	const data = emptyFolder();
	const relay = await runRelay({ data });
	const known = await enrol(relay, await setUp(relay), { mail: 'a@desk.example' });
	const { device, other, redact } = await ticketWithSecret(relay, known);
	await device.write(other, [note(`Er nennt ${secret}`)]);
	await redact();
	const { cleanUnsent } = device.store;
	device.store.cleanUnsent = () => Promise.reject(new Error('the browser was closed'));
	const complain = console.error;
	console.error = () => {};
	await device.sync();
	console.error = complain;
	expect(await device.store.outbox()).toHaveLength(1);
	expect(placesOf([secret], data)).toEqual([]);
	device.store.cleanUnsent = cleanUnsent;
	const again = appDevice(known, relay.url, { store: device.store });
	await again.sync();
	expect(await again.store.outbox()).toEqual([]);
	expect(JSON.stringify([...factsOf(relay.installation, other).entries.values()])).toContain('Er nennt █████');
	expect(placesOf([secret], data)).toEqual([]);
});

test('[F106][ES7] a device that comes after an erasure is not held up by it', async () => {
	const relay = await runRelay();
	const admin = await setUp(relay);
	const { redact } = await ticketWithSecret(relay, await enrol(relay, admin, { mail: 'a@desk.example' }));
	await redact();
	relay.pass(1000);
	const late = appDevice(await enrol(relay, admin, { mail: 'b@desk.example' }), relay.url);
	await late.sync();
	await late.open('Gleich');
	expect(await late.transport.push(encodePush(await late.store.outbox()))).toMatchObject({ kind: 'ok' });
});

test('[F106] admins and `doctor` are told which devices have not taken an erasure yet, until they have', async () => {
	const data = emptyFolder();
	const relay = await runRelay({ data });
	const admin = await setUp(relay);
	const known = await enrol(relay, admin, { mail: 'a@desk.example' });
	const { device, stained, redact } = await ticketWithSecret(relay, known);
	const open = async () => (await admin.ask('/auth/erasures/open', {})).body.erasures as unknown[];
	expect(await open()).toEqual([]);
	await redact();
	expect(await open()).toMatchObject([
		{
			...{ what: 'redaction', document: stained, done: true, label: '' },
			devices: [{ name: known.session.device.name, agent: known.session.agent.id, revoked: false }],
		},
	]);
	const said = relay.installation.erasures.open().map(erasureSentence);
	expect(said).toEqual([expect.stringContaining(`not yet taken by ${known.session.device.name} (last contact 2`)]);
	expect((await known.ask('/auth/erasures/open', {})).status).toBe(403);
	await device.sync();
	expect(await open()).toEqual([]);
});

test('[F106] an admin is told where words that may still mean an erased person stand, to black them out', async () => {
	const relay = await runRelay();
	const admin = await setUp(relay);
	const { installation } = relay;
	const person = await addPerson(installation, anneliese);
	const { device, stained, other } = await ticketWithSecret(
		relay,
		await enrol(relay, admin, { mail: 'a@desk.example' }),
	);
	await device.write(stained, [note('Frau Quittenbäum lässt grüßen')]);
	await device.sync();
	expect(await installation.erasures.erase({ who: { person }, texts: 'theirs', agent: null })).toMatchObject({
		kind: 'erased',
	});
	const ask = async (who: DocumentId) => (await admin.ask('/auth/erasures/places', { person: who })).body;
	expect(await ask(person)).toEqual({ kind: 'places', places: [{ document: stained, entries: 1 }], more: false });
	expect(await ask(other)).toEqual({ kind: 'refused', code: 'not-found' });
});
