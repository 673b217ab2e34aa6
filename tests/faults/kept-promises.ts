import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as Y from 'yjs';
import type { BlobId, DocumentId } from '../../src/lib/domain/ids.ts';
import { draftRoots } from '../../src/lib/document/record-document.ts';
import { noteVerdicts, type Promised } from './load-device.ts';

interface Judged {
	documents: Map<DocumentId, { head: number; doc: Y.Doc }>;
	blobs: Set<BlobId>;
	edits: number;
}

/**
 * Looks into a data directory that nobody holds, as the kill left it, and says which promises are broken.
 * Each call looks at what is new since the one before; `all` looks at everything anew.
 */
export function createJudge(data: string, promised: Promised) {
	let judged: Judged = { documents: new Map(), blobs: new Set(), edits: 0 };

	return (options: { all?: boolean } = {}): string[] => {
		if (options.all === true) judged = { documents: new Map(), blobs: new Set(), edits: 0 };
		const broken = promised.broken.splice(0);
		// A copy: what the kill left is for the next relay to recover.
		const copy = mkdtempSync(join(tmpdir(), 'judged-'));
		for (const name of readdirSync(data).filter((name) => /^tresen\.sqlite(-wal)?$/.test(name)))
			copyFileSync(join(data, name), join(copy, name));
		const db = new DatabaseSync(join(copy, 'tresen.sqlite'));
		try {
			const { integrity_check: found } = db.prepare('PRAGMA integrity_check').get() as { integrity_check: string };
			if (found !== 'ok') broken.push(`the database is damaged: ${found}`);
			readDocuments(db, judged);
			for (const [id, { doc }] of judged.documents) noteVerdicts(promised, id, doc);
			broken.push(...promised.broken.splice(0));
			broken.push(...lostEdits(db, promised.edits.slice(judged.edits), judged));
			judged.edits = promised.edits.length;
			broken.push(
				...lostVerdicts(promised, judged),
				...repeatedEpochs(judged),
				...repeatedNumbers(db, promised, judged),
			);
			for (const id of promised.blobs) {
				if (judged.blobs.has(id)) continue;
				judged.blobs.add(id);
				if (!isWhole(data, id) || db.prepare('SELECT 1 FROM blobs WHERE id = ?').get(id) === undefined)
					broken.push(`the file ${id} is lost`);
			}
		} finally {
			db.close();
			rmSync(copy, { recursive: true, force: true });
		}
		return broken;
	};
}

function readDocuments(db: DatabaseSync, { documents }: Judged): void {
	const snapshot = db.prepare('SELECT bytes FROM snapshots WHERE doc = ?');
	const tail = db.prepare('SELECT bytes FROM updates WHERE doc = ? ORDER BY seq');
	for (const row of db.prepare("SELECT key, id, head FROM docs WHERE kind = 'ticket'").all()) {
		const { key, id, head } = row as { key: number; id: DocumentId; head: number };
		if (documents.get(id)?.head === head) continue;
		const doc = new Y.Doc();
		doc.transact(() => {
			for (const { bytes } of [...snapshot.all(key), ...tail.all(key)]) Y.applyUpdate(doc, bytes as Uint8Array);
		});
		documents.set(id, { head, doc });
	}
}

function lostEdits(db: DatabaseSync, edits: Promised['edits'], { documents }: Judged): string[] {
	const receipt = db.prepare(
		'SELECT seq FROM receipts JOIN writers ON key = writer WHERE writers.name = ? AND receipts.n = ?',
	);
	return edits.flatMap(({ device, n, seq, document, entries, draft }) => {
		const name = `edit ${n} of ${device} in ${document}`;
		const stored = receipt.get(device, n)?.seq;
		if (stored !== seq) return [`${name} was acknowledged as ${seq} and is ${String(stored)}`];
		const doc = documents.get(document)?.doc;
		const written = doc?.getMap('entries');
		if (entries.some((entry) => !written?.has(entry))) return [`${name}: an entry is lost`];
		const text = draft === undefined ? undefined : doc?.getXmlFragment(draftRoots.reply).toString();
		return draft !== undefined && text?.includes(draft) !== true ? [`${name}: "${draft}" is lost`] : [];
	});
}

function lostVerdicts(promised: Promised, { documents }: Judged): string[] {
	return [...promised.verdicts.keys()].flatMap((name) => {
		const [document = '', key = ''] = name.split(' ');
		const isThere =
			documents
				.get(document as DocumentId)
				?.doc.getMap('verdicts')
				.has(key) === true;
		return isThere ? [] : [`the verdict ${name} is lost`];
	});
}

function repeatedEpochs({ documents }: Judged): string[] {
	const broken: string[] = [];
	for (const [id, { doc }] of documents) {
		const epochs = [...doc.getMap('verdicts').values()].flatMap((verdict) => {
			const { epoch } = verdict as { epoch?: { era: number; n: number } };
			return epoch === undefined ? [] : [`${epoch.era}.${epoch.n}`];
		});
		if (new Set(epochs).size < epochs.length) broken.push(`an epoch is there twice in ${id}: ${epochs.join(' ')}`);
	}
	return broken;
}

function repeatedNumbers(db: DatabaseSync, { blocks }: Promised, { documents }: Judged): string[] {
	const broken: string[] = [];
	const numbers = [...documents.values()].flatMap(({ doc }) =>
		[...doc.getMap('entries').values()].flatMap((entry) => {
			const { kind, number } = entry as { kind: string; number?: string };
			return kind === 'opened' && number !== undefined ? [number] : [];
		}),
	);
	if (new Set(numbers).size < numbers.length) broken.push('two tickets have the same number');
	if (new Set(blocks).size < blocks.length) broken.push(`a block of numbers was given twice: ${blocks.join(' ')}`);
	const known = new Set(
		db
			.prepare('SELECT block FROM number_blocks')
			.all()
			.map(({ block }) => block as number),
	);
	for (const block of blocks) if (!known.has(block)) broken.push(`the block ${block} was given and is not known`);
	return broken;
}

function isWhole(data: string, id: BlobId): boolean {
	try {
		const bytes = readFileSync(join(data, 'blobs', id.slice(0, 2), id));
		return createHash('sha256').update(bytes).digest('hex') === id;
	} catch {
		return false;
	}
}
