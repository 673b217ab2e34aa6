import * as Y from 'yjs';
import { readRecord } from '../../src/lib/document/record-document.ts';
import { recordLines } from '../../src/lib/document/record-lines.ts';
import { audienceOf } from '../../src/lib/domain/audience.ts';
import { recordKindOf, type BlobId, type DocumentId, type LineId } from '../../src/lib/domain/ids.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import {
	decodePage,
	decodePush,
	encodePage,
	type DocumentNews,
	type Edit,
	type EditAnswer,
	type Page,
	type RejectionCode,
} from '../../src/lib/protocol/replica.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import type { Answer, PokeListener, Transport } from '../../src/lib/sync/transport.ts';

/** A relay in a few lines: it keeps what it is given, knows an edit by device and number, and can be told to misbehave. */
export interface FakeRelay {
	documents: Map<DocumentId, { seq: number; update: Uint8Array }[]>;
	gone: Set<DocumentId>;
	era: number;
	now(): number;
	/** How many documents stand on a page. */
	pageSize: number;
	/** Rejects an edit, or lets it pass. */
	judge: (edit: Edit) => RejectionCode | undefined;
	state(document: DocumentId): Y.Doc;
	/** Puts an update into a document without asking anybody. */
	put(document: DocumentId, update: Uint8Array): void;
	connect(device: string, lines: string[], role?: Session['agent']['role']): FakeLine;
	poke(): void;
}

export interface FakeLine {
	transport: Transport;
	session: Session;
	/** What was asked, in order: `push 3`, `pull 17`, `bootstrap`, … */
	asked: string[];
	/** The network is away. */
	offline: boolean;
	/** The next answer is lost after the relay did its work. */
	loseNextAnswer: boolean;
	/** What the relay says instead of its answer, once for each. */
	refuseNext: CloseReason[];
	setLines(lines: string[]): void;
	signedIn: boolean;
}

export function createFakeRelay(now: () => number): FakeRelay {
	let seq = 0;
	let nextBlock = 100;
	const answered = new Map<string, number>();
	const listeners = new Set<() => void>();
	const relay: FakeRelay = {
		documents: new Map(),
		gone: new Set(),
		era: 1,
		now,
		pageSize: 1000,
		judge: () => undefined,
		state(document) {
			const doc = new Y.Doc();
			for (const { update } of relay.documents.get(document) ?? []) Y.applyUpdate(doc, update);
			return doc;
		},
		put(document, update) {
			seq++;
			relay.documents.set(document, [...(relay.documents.get(document) ?? []), { seq, update }]);
		},
		poke: () => listeners.forEach((tell) => tell()),
		connect,
	};

	const head = (document: DocumentId) => relay.documents.get(document)?.at(-1)?.seq ?? 0;
	const audience = (document: DocumentId): string[] => {
		const kind = recordKindOf(document);
		if (kind === undefined) return audienceOf(document, []);
		const reading = readRecord(relay.state(document));
		return reading.kind === 'empty' ? [] : audienceOf(document, recordLines(kind, reading.facts));
	};

	function connect(device: string, lines: string[], role: Session['agent']['role'] = 'agent'): FakeLine {
		const scopesFor = (of: string[]) => ['desk', `agent:${device}`, ...of.map((line) => `line:${line}`)];
		const session: Session = {
			agent: { id: device as never, name: device, mail: `${device}@example.com`, role, lines: lines as LineId[] },
			device: { id: `${device}-laptop` as never, name: 'Laptop' },
			deskName: 'Support',
			scopes: scopesFor(lines),
			scopeRevision: 1,
			relayTime: now(),
			era: relay.era,
			blocks: [],
		};
		let lost: string[] = [];
		const mayUnreadable = (document: DocumentId) =>
			readableAudience(document).some((s) => line.session.scopes.includes(s));
		const readableAudience = (document: DocumentId) => {
			try {
				return audience(document);
			} catch {
				return line.session.scopes;
			}
		};
		const line: FakeLine = {
			session,
			asked: [],
			offline: false,
			loseNextAnswer: false,
			refuseNext: [],
			signedIn: true,
			setLines(to) {
				const scopes = scopesFor(to);
				lost = line.session.scopes.filter((scope) => !scopes.includes(scope));
				line.session = { ...line.session, scopes, scopeRevision: line.session.scopeRevision + 1 };
			},
			transport: undefined as never,
		};
		async function answer<T>(what: string, work: () => T, open = false): Promise<Answer<T>> {
			line.asked.push(what);
			await Promise.resolve();
			if (line.offline) return { kind: 'offline' };
			const refusal = line.refuseNext.shift();
			if (refusal !== undefined) return { kind: 'refused', reason: refusal };
			if (!line.signedIn && !open) return { kind: 'refused', reason: 'sign-in' };
			const value = work();
			if (line.loseNextAnswer) {
				line.loseNextAnswer = false;
				return { kind: 'offline' };
			}
			return { kind: 'ok', value };
		}
		const take = (edit: Edit): EditAnswer => {
			const key = `${device}:${edit.n}`;
			const before = answered.get(key);
			if (before !== undefined) return { n: edit.n, kind: 'duplicate', seq: before };
			const code = relay.judge(edit);
			if (code !== undefined) return { n: edit.n, kind: 'rejected', code };
			relay.put(edit.document, edit.update.slice());
			answered.set(key, seq);
			return { n: edit.n, kind: 'ok', seq };
		};
		const page = (of: Partial<Page>): Page =>
			decodePage(
				encodePage({
					...{ documents: [], gone: [], dropped: [], cursor: seq, next: null, total: 0 },
					...{ relayTime: now(), era: relay.era, scopeRevision: line.session.scopeRevision },
					...of,
				}),
			);
		const news = (document: DocumentId, cursor: number): DocumentNews => {
			const rows = relay.documents.get(document) ?? [];
			const after = (rows[0]?.seq ?? 0) > cursor ? 0 : cursor;
			return {
				document,
				generation: 0,
				head: head(document),
				from: after === 0 ? 'snapshot' : 'tail',
				updates: rows.filter((row) => row.seq > after).map((row) => row.update),
			};
		};
		line.transport = {
			push: (bytes) => {
				const edits = decodePush(bytes);
				return answer(`push ${edits.length}`, () => {
					const answers = edits.map(take);
					queueMicrotask(relay.poke);
					return { answers, relayTime: now(), era: relay.era };
				});
			},
			pull: ({ cursor, scopeRevision }) =>
				answer(`pull ${cursor}`, () => {
					const all = [...relay.documents.keys()]
						.filter((document) => head(document) > cursor && !relay.gone.has(document) && mayUnreadable(document))
						.sort((a, b) => head(a) - head(b));
					const some = all.slice(0, relay.pageSize);
					const more = all.length > some.length;
					const end = more ? head(some.at(-1) as DocumentId) : Math.max(seq, cursor);
					const dropped =
						scopeRevision === line.session.scopeRevision
							? []
							: [...relay.documents.keys()].filter(
									(document) => !mayUnreadable(document) && audience(document).some((scope) => lost.includes(scope)),
								);
					return page({
						documents: some.map((document) => news(document, cursor)),
						gone: [...relay.gone],
						dropped,
						cursor: end,
						next: more ? String(end) : null,
						total: all.length,
					});
				}),
			bootstrap: ({ after, scopes }) =>
				answer(
					['bootstrap', ...(after === null ? [] : [after]), ...(scopes === undefined ? [] : ['of', ...scopes])].join(
						' ',
					),
					() => {
						const mine = line.session.scopes.filter((scope) => scopes === undefined || scopes.includes(scope));
						const all = [...relay.documents.keys()]
							.filter(
								(document) => !relay.gone.has(document) && readableAudience(document).some((s) => mine.includes(s)),
							)
							.sort();
						const rest = all.filter((document) => after === null || document > after);
						const some = rest.slice(0, relay.pageSize);
						return page({
							documents: some.map((document) => news(document, 0)),
							next: rest.length > some.length ? (some.at(-1) ?? null) : null,
							total: all.length,
						});
					},
				),
			documents: ({ documents }) =>
				answer('documents', () => {
					const mayName = ({ document }: { document: DocumentId }) => head(document) > 0 && mayUnreadable(document);
					return page({
						documents: documents.filter(mayName).map(({ document, head: has }) => news(document, has)),
						dropped: documents.filter((one) => !mayName(one)).map(({ document }) => document),
					});
				}),
			compare: () => answer('compare', () => ({ era: relay.era, backupAt: null, lacking: [], hidden: [] })),
			offer: () => answer('offer', () => ({ answers: [], relayTime: now(), era: relay.era })),
			block: () => answer('block', () => nextBlock++),
			blobProgress: () => answer('blob', () => ({ complete: false, received: 0 })),
			sendBlobChunk: (_blob: BlobId, { offset, size, bytes }) =>
				answer(`chunk ${offset}`, () => {
					const received = offset + bytes.byteLength;
					return { complete: received === size, received };
				}),
			readBlob: () => answer('read blob', () => new Blob([])),
			readPicture: () => answer('read picture', () => new Blob([])),
			auth: (method, path) =>
				answer(
					`${method} ${path}`,
					() => {
						if (path === '/auth/challenge') return { nonce: 'nonce' };
						if (path === '/auth/session') line.signedIn = true;
						return line.session;
					},
					path !== '/auth/me',
				),
			openPoke(listener: PokeListener) {
				line.asked.push('poke');
				if (line.offline) {
					queueMicrotask(() => listener.closed(undefined));
					return () => {};
				}
				const tell = () => {
					if (line.offline) return;
					listener.poked({ head: seq, scopeRevision: line.session.scopeRevision, relayTime: now() });
				};
				listeners.add(tell);
				queueMicrotask(() => listener.opened());
				return () => listeners.delete(tell);
			},
		};
		return line;
	}
	return relay;
}
