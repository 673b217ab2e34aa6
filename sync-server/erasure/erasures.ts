import type * as Y from 'yjs';
import {
	eraseEntry,
	standInOf,
	type Bearing,
	type ErasedTexts,
	type PersonErasure,
} from '../../src/lib/domain/erase-entry.ts';
import {
	addTermsOfRecord,
	bearingOf,
	noTerms,
	personalWords,
	termsOfPerson,
	type PersonTerms,
} from '../../src/lib/domain/erasure-terms.ts';
import type { Entry } from '../../src/lib/domain/entry.ts';
import { blobsOf } from '../../src/lib/domain/entry-blobs.ts';
import type { Facts } from '../../src/lib/domain/facts.ts';
import { encodeHlc, hlcTime } from '../../src/lib/domain/hlc.ts';
import {
	isRecordId,
	recordKindOf,
	relayAgent,
	relayDevice,
	type AgentId,
	type BlobId,
	type DocumentId,
	type EntryId,
	type RecordKind,
} from '../../src/lib/domain/ids.ts';
import { addressKey, plainKey, withoutWords } from '../../src/lib/domain/personal-words.ts';
import { blackenWords, redactedWords, redactEntry } from '../../src/lib/domain/redact-entry.ts';
import { readRecord } from '../../src/lib/document/record-document.ts';
import type { ErasureRefusal, ErasurePlan, OpenErasure, PlacesAnswer } from '../../src/lib/protocol/erasure.ts';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { Relay } from '../relay.ts';
import { transaction, type RelayDatabase } from '../store/database.ts';
import type { ErasedPerson, ErasureList, Redaction } from './erasure-list.ts';
import { emptyLog, forgetBytes, overwriteDeleted } from './forget-bytes.ts';
import { forgetInTables, mailsUnderWay } from './forget-tables.ts';
import { openErasures } from './open-erasures.ts';
import { placesLeft } from './places-left.ts';
import { documentsHolding, needlesOf } from './search-records.ts';

export interface ErasuresParts {
	database: RelayDatabase;
	relay: Pick<Relay, 'read' | 'readDesk' | 'rewrite' | 'settled' | 'head' | 'sentTo'>;
	blobs: Pick<BlobStore, 'keepOnly' | 'removeUnknown' | 'clearUnknown'>;
	list: ErasureList;
	isOwnAddress(address: string): boolean;
	now(): number;
	newEntryId(): EntryId;
	/** What is searched beside the documents; false if that has to be tried again. */
	forgetInSearch(): boolean;
	/** Lets others have their turn. */
	pause(): Promise<void>;
	onFailure(error: unknown): void;
}

/** A document of a person, or the address of somebody who has none. */
export type WhoToErase = { person: DocumentId } | { address: string };
export interface PersonOrder {
	who: WhoToErase;
	texts: ErasedTexts;
	agent: AgentId | null;
	/** How many tickets were shown to whoever decides. */
	tickets?: number;
}
export interface RedactionOrder {
	document: DocumentId;
	entry: EntryId;
	/** Null for all of it. */
	ranges: [number, number][] | null;
	agent: AgentId | null;
	reason: string;
}

export type ErasureResult =
	{ kind: 'erased'; number: number; plan: ErasurePlan; forgotten: boolean } | { kind: 'refused'; code: ErasureRefusal };
export type RedactionResult =
	{ kind: 'redacted'; generation: number; forgotten: boolean } | { kind: 'refused'; code: ErasureRefusal };

export type ErasuresOfDesk = ReturnType<typeof createErasures>;

/**
 * Takes people and words out of the desk for good.
 *
 * ES1 What is erased is on the list, durably, before anything is touched; what a crash interrupts is taken up again at the next start.
 * ES2 A document from which something goes becomes a new one of the next generation, with the same entries and verdicts and no history.
 * ES3 After that nothing of it is in the tables, the search, the files, free pages or the log of the database. Backups age out by their own rules.
 * ES4 A backup that is put back is looked through by the list before anybody is served.
 * ES5 What a device wrote before the erasure and hands over after it goes the same way.
 * ES6 One after another.
 * ES7 A device that has not taken the new generations yet is told to, before anything it wrote is taken (catching-up.ts).
 */
export function createErasures(parts: ErasuresParts) {
	const { database, relay, blobs, list, now } = parts;
	const { db } = database;
	let last: Promise<unknown> = Promise.resolve();
	const late = new Map<DocumentId, Set<ErasedPerson>>();
	/** Records that came with words of before. */
	const brought = new Map<DocumentId, Set<ErasedPerson>>();
	let isLatePlanned = false;
	if (list.content.persons.length + list.content.redactions.length > 0) overwriteDeleted(database);

	function oneAfterAnother<T>(work: () => Promise<T>): Promise<T> {
		const turn = last.then(work, work);
		last = turn.catch(() => {});
		return turn;
	}

	const factsOf = (document: DocumentId): { kind: RecordKind; facts: Facts } | undefined => {
		const kind = recordKindOf(document);
		const doc = kind === undefined ? undefined : relay.read(document);
		if (doc === undefined || kind === undefined) return undefined;
		const reading = readRecord(doc);
		return reading.kind === 'empty' ? undefined : { kind, facts: reading.facts };
	};

	/** What the person is known by, and the documents that may hold it. */
	async function gather(who: WhoToErase): Promise<{ terms: PersonTerms; found: DocumentId[] } | undefined> {
		const terms = noTerms();
		const person = 'person' in who ? who.person : undefined;
		if (person !== undefined) {
			const own = person.startsWith('person/') ? factsOf(person) : undefined;
			if (own === undefined || isErased(own.facts)) return undefined;
			termsOfPerson(own.facts, terms);
		} else if ('address' in who) terms.addresses.add(addressKey(who.address));
		for (let round = 0; ; round++) {
			for (const address of terms.addresses) if (parts.isOwnAddress(address)) terms.addresses.delete(address);
			const before = terms.addresses.size + terms.phones.size + terms.names.size;
			const found = await documentsHolding(db, needlesOf(terms, person), parts.pause);
			for (const document of found) {
				const record = factsOf(document);
				if (record !== undefined) addTermsOfRecord(terms, record.facts, person, isElses(person));
			}
			if (round >= 3 || terms.addresses.size + terms.phones.size + terms.names.size === before) return { terms, found };
		}
	}

	const ownersOf = db.prepare('SELECT person FROM person_addresses WHERE address = ?');
	const isElses = (person: DocumentId | undefined) => (address: string) =>
		parts.isOwnAddress(address) || ownersOf.all(address).some((row) => row.person !== person);

	/** Somebody else of the same name: then the name alone says nothing, where it is not about this person. */
	function hasNamesake(terms: PersonTerms, found: readonly DocumentId[], person: DocumentId | undefined): boolean {
		const same = personalWords(terms, { label: '', number: 0 });
		return found.some((document) => {
			if (document === person || !document.startsWith('person/')) return false;
			const record = factsOf(document);
			const names = record === undefined ? [] : [...termsOfPerson(record.facts).names];
			return names.some((name) => withoutWords(name, same, plainKey, false) !== name);
		});
	}

	function rewritingOf(document: DocumentId, erasure: PersonErasure, item: Pick<ErasedPerson, 'document' | 'agent'>) {
		const record = factsOf(document);
		if (record === undefined) return undefined;
		const { kind, facts } = record;
		const bearing: Bearing = bearingOf(document, kind, facts, item.document ?? undefined, erasure);
		const isParty = kind === 'person' || kind === 'organisation';
		const keepsName = (entry: Entry) =>
			isParty && bearing === 'mention' && (entry.kind === 'created' || entry.kind === 'name-set');
		const isAbout = bearing !== 'mention';
		const said = isErased(facts);
		const add = new Map<EntryId, Entry>();
		if (isAbout && !said)
			add.set(parts.newEntryId(), {
				kind: 'erased',
				...{ at: encodeHlc(now()), by: relayAgent, device: relayDevice, what: 'person' },
				...(item.agent === null ? {} : { agent: item.agent }),
			});
		return {
			bearing,
			facts,
			rewriting: {
				entry: (_id: EntryId, entry: Entry) => (keepsName(entry) ? entry : eraseEntry(entry, bearing, erasure)),
				words: (text: string) => withoutWords(text, erasure.words, erasure.keyOf, isAbout),
				add,
			},
		};
	}

	async function plan(
		who: WhoToErase,
		texts: ErasedTexts,
	): Promise<
		| { kind: 'planned'; plan: ErasurePlan; person: Omit<ErasedPerson, 'agent'> }
		| { kind: 'refused'; code: ErasureRefusal }
	> {
		await relay.settled();
		const gathered = await gather(who);
		if (gathered === undefined) return { kind: 'refused', code: 'not-found' };
		const { terms, found } = gathered;
		const document = 'person' in who ? who.person : null;
		const number = Math.max(0, ...list.content.persons.map((known) => known.number)) + 1;
		const label = `${labels[relay.readDesk().desk.language]} ${number}`;
		const words = personalWords(terms, { label, number, keyOf: list.keyOf });
		const names = hasNamesake(terms, found, document ?? undefined) ? [] : words.names.map((name) => [...name]);
		const person = {
			...{ number, label, at: now(), document, texts, names, done: false },
			addresses: Object.fromEntries(words.addresses),
			phones: Object.fromEntries(words.phones),
			single: [...words.single],
		};
		const erasure: PersonErasure = { words: { ...words, names }, keyOf: list.keyOf, texts };
		const result: ErasurePlan = { tickets: 0, calls: 0, others: 0, files: 0, underWay: 0, inConfiguration: false };
		const tickets: DocumentId[] = [];
		const files = new Map<BlobId, number>();
		for (const [i, id] of found.entries()) {
			if (!isRecordId(id)) {
				result.inConfiguration = true;
				continue;
			}
			const order = rewritingOf(id, erasure, { document, agent: null });
			if (order === undefined) continue;
			let isTouched = false;
			for (const [entry, value] of order.facts.entries) {
				const after = order.rewriting.entry(entry, value);
				if (after === value || JSON.stringify(after) === JSON.stringify(value)) continue;
				isTouched = true;
				for (const file of blobsOf(value)) if (!blobsOf(after).includes(file)) files.set(file, 1);
			}
			if (id.startsWith('ticket/') && order.bearing === 'about') tickets.push(id);
			if (isTouched && id !== document) {
				if (order.bearing === 'mention') result.others++;
				else if (id.startsWith('ticket/')) result.tickets++;
				else result.calls++;
			}
			if (i % 20 === 19) await parts.pause();
		}
		result.files = files.size;
		result.underWay = mailsUnderWay(db, tickets);
		return { kind: 'planned', plan: result, person };
	}

	/** Rewrites what is found; `found` undefined looks everywhere. */
	async function carryOut(item: ErasedPerson, found: readonly DocumentId[] | undefined): Promise<void> {
		const erasure: PersonErasure = { words: list.wordsOf(item), keyOf: list.keyOf, texts: item.texts };
		const unnamed = new Set<BlobId>();
		const documents = found ?? allRecords();
		for (const [i, document] of documents.entries()) {
			rewrite(document, rewritingOf(document, erasure, item)?.rewriting, unnamed);
			if (i % 20 === 19) await parts.pause();
		}
		transaction(db, () => forgetInTables(db, { words: erasure.words, keyOf: list.keyOf, person: item.document }));
		await blobs.removeUnknown(unnamed);
	}

	function rewrite(
		document: DocumentId,
		rewriting: NonNullable<ReturnType<typeof rewritingOf>>['rewriting'] | undefined,
		unnamed: Set<BlobId>,
		always = false,
	): number | undefined {
		if (rewriting === undefined) return undefined;
		let generation: number | undefined;
		const result = relay.rewrite(document, {
			rewriting,
			always,
			generation: (list.content.generations[document] ?? 0) + 1,
			alongside: (_db, after, next) => {
				// Before the database has it: a generation is never given twice, whatever backup comes back.
				list.change((content) => (content.generations[document] = next));
				generation = next;
				for (const file of blobs.keepOnly(document, filesOf(after))) unnamed.add(file);
			},
		});
		return result.kind === 'rewritten' ? generation : undefined;
	}

	const allRecords = () =>
		db
			.prepare('SELECT id FROM docs WHERE gone_at IS NULL ORDER BY key')
			.all()
			.map(({ id }) => id as DocumentId)
			.filter(isRecordId);

	function markDone(item: ErasedPerson | Redaction): void {
		item.done = true;
		item.seq = relay.head();
	}

	function finish(mark: () => void): boolean {
		overwriteDeleted(database);
		const isForgotten = parts.forgetInSearch();
		if (forgetBytes(database) === 'later' || !isForgotten) return false;
		list.change(mark);
		return true;
	}

	function redactionOf(item: Omit<Redaction, 'done'>, facts: Facts) {
		const target = facts.entries.get(item.entry);
		const words = target === undefined ? undefined : redactedWords(target, item.ranges);
		if (words === undefined) return undefined;
		const added: Entry = {
			kind: 'erased',
			...{ at: encodeHlc(item.at), by: relayAgent, device: relayDevice, what: 'redaction', entry: item.entry },
			...(item.agent === null ? {} : { agent: item.agent }),
			...(item.reason === '' ? {} : { reason: item.reason }),
		};
		return {
			entry: (id: EntryId, entry: Entry) => redactEntry(entry, { isIt: id === item.entry, words, ranges: item.ranges }),
			words: (text: string) => blackenWords(text, words),
			add: new Map([[item.id, added]]),
		};
	}

	/** What is on the list and not done yet, or was undone by a backup that was put back. */
	async function resume(): Promise<void> {
		const isRestored = list.content.era !== database.era;
		const persons = list.content.persons.filter(({ done }) => isRestored || !done);
		const redactions = list.content.redactions.filter(({ done }) => isRestored || !done);
		const unnamed = new Set<BlobId>();
		for (const item of persons) await carryOut(item, undefined);
		for (const item of redactions) {
			const facts = factsOf(item.document)?.facts;
			if (facts === undefined || facts.entries.has(item.id)) continue;
			rewrite(item.document, redactionOf(item, facts), unnamed);
		}
		if (isRestored)
			for (const [document, generation] of Object.entries(list.content.generations) as [DocumentId, number][])
				if (((generationOf.get(document)?.generation as number | undefined) ?? generation) < generation)
					rewrite(document, { entry: (_id, entry) => entry, words: (text) => text, add: new Map() }, unnamed, true);
		if (persons.length + redactions.length > 0) {
			await blobs.clearUnknown();
			if (!finish(() => {})) return;
		}
		if (isRestored || persons.length + redactions.length > 0)
			list.change((content) => {
				content.era = database.era;
				for (const item of isRestored ? [...content.persons, ...content.redactions] : [...persons, ...redactions])
					markDone(item);
			});
	}
	const generationOf = db.prepare('SELECT generation FROM docs WHERE id = ? AND gone_at IS NULL');

	/** The relay made a person of a mail that had come before: the same one once more. */
	function peopleMadeFor(ticket: DocumentId, erasure: PersonErasure, item: ErasedPerson): DocumentId[] {
		const linked = [...(factsOf(ticket)?.facts.entries.values() ?? [])].flatMap((entry) =>
			entry.by === relayAgent && 'person' in entry && entry.person !== undefined ? [entry.person] : [],
		);
		return linked.filter((person) => {
			if (person === item.document) return false;
			const own = [...(factsOf(person)?.facts.entries.values() ?? [])];
			return (
				own.every(({ by }) => by === relayAgent) &&
				own.some((entry) => entry.kind === 'address-added' && standInOf(entry, erasure) !== undefined)
			);
		});
	}

	async function eraseLate(): Promise<void> {
		isLatePlanned = false;
		const waiting = [...late];
		late.clear();
		const unnamed = new Set<BlobId>();
		for (const [document, items] of waiting)
			for (const item of items) {
				const erasure: PersonErasure = { words: list.wordsOf(item), keyOf: list.keyOf, texts: item.texts };
				for (const made of peopleMadeFor(document, erasure, item))
					rewrite(made, rewritingOf(made, erasure, { ...item, document: made })?.rewriting, unnamed);
				rewrite(document, rewritingOf(document, erasure, item)?.rewriting, unnamed);
				transaction(db, () => forgetInTables(db, { words: erasure.words, keyOf: list.keyOf, person: item.document }));
			}
		await blobs.removeUnknown(unnamed);
		parts.forgetInSearch();
		if (database.dataDir !== undefined) emptyLog(db);
	}

	return {
		plan: (who: WhoToErase, texts: ErasedTexts) =>
			oneAfterAnother(async () => {
				const planned = await plan(who, texts);
				return planned.kind === 'planned' ? { kind: 'planned' as const, plan: planned.plan } : planned;
			}),

		erase: ({ who, texts, agent, tickets }: PersonOrder): Promise<ErasureResult> =>
			oneAfterAnother(async () => {
				const planned = await plan(who, texts);
				if (planned.kind === 'refused') return planned;
				if (tickets !== undefined && tickets !== planned.plan.tickets) return { kind: 'refused', code: 'plan-changed' };
				if (planned.plan.underWay > 0) return { kind: 'refused', code: 'mail-under-way' };
				const item: ErasedPerson = { ...planned.person, agent };
				list.change((content) => content.persons.push(item));
				overwriteDeleted(database);
				await carryOut(item, undefined);
				const forgotten = finish(() => markDone(item));
				return { kind: 'erased', number: item.number, plan: planned.plan, forgotten };
			}),

		redact: (order: RedactionOrder): Promise<RedactionResult> =>
			oneAfterAnother(async () => {
				await relay.settled();
				const facts = factsOf(order.document)?.facts;
				if (facts === undefined || !facts.entries.has(order.entry)) return { kind: 'refused', code: 'not-found' };
				const item = { ...order, id: parts.newEntryId(), at: now() };
				const rewriting = redactionOf(item, facts);
				if (rewriting === undefined) return { kind: 'refused', code: 'nothing-to-redact' };
				if (mailsUnderWay(db, [order.document]) > 0) return { kind: 'refused', code: 'mail-under-way' };
				const listed: Redaction = { ...item, done: false };
				list.change((content) => content.redactions.push(listed));
				overwriteDeleted(database);
				const unnamed = new Set<BlobId>();
				const generation = rewrite(order.document, rewriting, unnamed, true) ?? 0;
				await blobs.removeUnknown(unnamed);
				const forgotten = finish(() => markDone(listed));
				return { kind: 'redacted', generation, forgotten };
			}),

		resume: () => oneAfterAnother(resume),

		/** A new entry, inside the transaction that stores it. What was written before an erasure may bring the erased back (ES5). */
		noteEntry(document: DocumentId, entry: Entry): void {
			if (list.content.persons.length === 0 || !isRecordId(document) || entry.kind === 'erased') return;
			const writtenAt = entry.kind === 'message' && entry.sentAt !== undefined ? entry.sentAt : hlcTime(entry.at);
			for (const item of list.content.persons) {
				const isOwn = document === item.document;
				// What the relay itself answers to such a mail names them as well.
				const isAnswer = entry.by === relayAgent && brought.get(document)?.has(item) === true;
				if (writtenAt > item.at && !isOwn && !isAnswer) continue;
				const erasure: PersonErasure = { words: list.wordsOf(item), keyOf: list.keyOf, texts: item.texts };
				const erased = eraseEntry(entry, 'mention', erasure);
				const isAbout = item.document !== null && 'person' in entry && entry.person === item.document;
				if (!isOwn && !isAbout && JSON.stringify(erased) === JSON.stringify(entry)) continue;
				late.set(document, (late.get(document) ?? new Set()).add(item));
				brought.set(document, (brought.get(document) ?? new Set()).add(item));
			}
			if (late.size === 0 || isLatePlanned) return;
			isLatePlanned = true;
			void oneAfterAnother(async () => {
				await parts.pause();
				await eraseLate();
			}).catch(parts.onFailure);
		},

		/** What has not come everywhere. */
		open: (): OpenErasure[] => openErasures(db, list.content, relay.sentTo),

		/** Where words of an erased person still stand that may mean somebody else, or were written since. */
		places: (person: DocumentId): Promise<PlacesAnswer> => {
			const item = list.content.persons.find(({ document }) => document === person);
			if (item === undefined) return Promise.resolve({ kind: 'refused', code: 'not-found' });
			const words = list.wordsOf(item);
			return oneAfterAnother(() =>
				placesLeft(
					allRecords().filter((document) => document !== person),
					(document) => factsOf(document)?.facts,
					(text) => withoutWords(text, words, list.keyOf, true) !== text,
					parts.pause,
				),
			);
		},

		/** How far a device must have come to have nothing of what was erased, and when the last of it was. */
		upTo(): { seq: number; at: number } | undefined {
			const items = [...list.content.persons, ...list.content.redactions];
			if (items.length === 0) return undefined;
			return { seq: Math.max(...items.map(({ seq = 0 }) => seq)), at: Math.max(...items.map(({ at }) => at)) };
		},

		/** Resolves when what came late is erased too. */
		settled: () => oneAfterAnother(async () => {}),
	};
}

const labels = { de: 'Gelöschte Person', en: 'Erased person' };

function isErased(facts: Facts): boolean {
	return [...facts.entries.values()].some((entry) => entry.kind === 'erased' && entry.what === 'person');
}

function filesOf(doc: Y.Doc): Set<BlobId> {
	const reading = readRecord(doc);
	if (reading.kind === 'empty') return new Set();
	return new Set([...reading.facts.entries.values()].flatMap(blobsOf));
}
