import type { DatabaseSync } from 'node:sqlite';
import type * as Y from 'yjs';
import { articleLanguages, articleLines } from '../../src/lib/document/article-text.ts';
import { readRecord } from '../../src/lib/document/record-document.ts';
import { foldRecord, type Folded } from '../../src/lib/domain/fold-record.ts';
import { recordKinds, type DeviceId, type DocumentId, type RecordKind } from '../../src/lib/domain/ids.ts';
import { ulidTime } from '../../src/lib/domain/ulid.ts';
import { heldPageItems, type HeldCounts, type HeldItem, type HeldPage } from '../../src/lib/protocol/held.ts';
import type { Sent } from '../replica/sent-log.ts';
import type { KnownDevice } from './devices.ts';

export interface HeldParts {
	database: DatabaseSync;
	sentTo(device: DeviceId): Sent | undefined;
	/** The committed state; undefined if it is gone. */
	read(document: DocumentId): Y.Doc | undefined;
}

interface HeldRow {
	key: number;
	id: DocumentId;
	kind: RecordKind;
	since: number | null;
	goneAt: number | null;
}

interface Held {
	row: HeldRow;
	certainty: HeldItem['certainty'];
}

/** What was made within this time of the last contact may have come in it. */
const slackMs = 2 * 60_000;

/**
 * What a device held when it was last here: the records of the scopes that it is known to hold, and those that left them since. Sent is
 * what had entered such a scope when the device was last sent news; the rest is possible.
 */
export function createHeldReport({ database, sentTo, read }: HeldParts) {
	const scopesOf = database.prepare('SELECT scopes FROM device_scopes WHERE device = ?');
	const everything = database.prepare(
		`SELECT d.key, d.id, d.kind, d.gone_at AS goneAt,
			(SELECT min(since) FROM doc_scopes s WHERE s.doc = d.key AND s.scope IN (SELECT value FROM json_each($scopes))) AS since
		FROM docs d
		WHERE d.kind IN (SELECT value FROM json_each($kinds)) AND (d.gone_at IS NULL OR d.head > $head)
			AND (EXISTS (SELECT 1 FROM doc_scopes s WHERE s.doc = d.key AND s.scope IN (SELECT value FROM json_each($scopes)))
				OR EXISTS (SELECT 1 FROM doc_scopes_left l
					WHERE l.doc = d.key AND l.seq > $head AND l.scope IN (SELECT value FROM json_each($scopes))))
		ORDER BY d.key`,
	);
	const filesOf = database.prepare(
		'SELECT blob FROM device_files WHERE device = $device UNION SELECT blob FROM blob_uploaders WHERE device = $device',
	);

	/** All of it, without words; cheap enough to be asked anew for each page. */
	function rowsOf(device: KnownDevice): Held[] {
		const sent = sentTo(device.id);
		const scopes = (scopesOf.get(device.id)?.scopes as string | undefined) ?? '[]';
		const lastAt = Math.max(device.lastSeenAt ?? 0, sent?.at ?? 0);
		const rows = everything.all({ $scopes: scopes, $kinds: JSON.stringify(recordKinds), $head: sent?.head ?? 0 });
		return (rows as unknown as HeldRow[]).flatMap((row): Held[] => {
			const wasSent = sent?.isComplete === true && row.since !== null && row.since <= sent.head;
			if (wasSent) return [{ row, certainty: 'sent' }];
			const isFromThen = ulidTime(row.id.split('/')[1] ?? '') <= lastAt + slackMs;
			return isFromThen ? [{ row, certainty: 'possible' }] : [];
		});
	}

	return {
		page(device: KnownDevice, after = 0): HeldPage {
			const rows = rowsOf(device);
			const files = new Set(filesOf.all({ $device: device.id }).map(({ blob }) => blob as string));
			const counts: HeldCounts = {
				...{ ticket: 0, person: 0, organisation: 0, article: 0, interaction: 0 },
				files: files.size,
				possible: rows.filter(({ certainty }) => certainty === 'possible').length,
			};
			for (const { row } of rows) counts[row.kind]++;
			const first = rows.findIndex(({ row }) => row.key > after);
			const shown = first < 0 ? [] : rows.slice(first, first + heldPageItems);
			const last = shown.at(-1)?.row.key;
			return {
				lastContactAt: device.lastSeenAt,
				isComplete: sentTo(device.id)?.isComplete === true,
				counts,
				items: shown.map(({ row, certainty }) => itemOf(row, certainty, files)),
				next: last === undefined || last === rows.at(-1)?.row.key ? null : last,
			};
		},
	};

	function itemOf(row: HeldRow, certainty: HeldItem['certainty'], files: ReadonlySet<string>): HeldItem {
		const doc = row.goneAt === null ? read(row.id) : undefined;
		const reading = doc === undefined ? undefined : readRecord(doc);
		const isReadable = doc !== undefined && reading !== undefined && reading.kind !== 'empty';
		const folded = isReadable ? foldRecord(reading.record, reading.facts) : undefined;
		const named = new Map<string, string>();
		for (const entry of isReadable ? reading.facts.entries.values() : [])
			if ('attachments' in entry) for (const { blob, name } of entry.attachments) named.set(blob, name);
		return {
			document: row.id,
			kind: row.kind,
			certainty,
			number: folded?.kind === 'ticket' ? folded.ticket.number : null,
			title: folded === undefined || doc === undefined ? null : titleOf(folded, doc),
			erased: row.goneAt !== null,
			files: [...named].flatMap(([blob, name]) => (files.has(blob) ? [name] : [])),
		};
	}
}

export type HeldReport = ReturnType<typeof createHeldReport>;

function titleOf(record: Folded, doc: Y.Doc): string {
	switch (record.kind) {
		case 'ticket':
			return record.ticket.subject;
		case 'article': {
			const titles = articleLanguages.map((language) => articleLines(doc, 'title', language).join(' ').trim());
			return titles.find((title) => title !== '') ?? record.article.name;
		}
		case 'interaction':
			return record.interaction.request || (record.interaction.from?.name ?? '');
		case 'person':
		case 'organisation':
			return record.party.name;
	}
}
