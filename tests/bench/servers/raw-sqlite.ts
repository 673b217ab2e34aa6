// The limit of durable acks: the bytes of a file of pushes into SQLite, one transaction a batch. Prints rows per second.
//   node raw-sqlite.ts <folder> <rows per transaction> <file of pushes> <pushes to skip as warm-up>
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as decoding from 'lib0/decoding';
import { decodePush, type Edit } from '../../../src/lib/protocol/replica.ts';

const [folder = '', batch = '1', file = '', skip = '0'] = process.argv.slice(2);
const db = new DatabaseSync(join(folder, 'raw.sqlite'));
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
db.exec(
	'CREATE TABLE updates (seq INTEGER PRIMARY KEY, doc TEXT NOT NULL, received_at INTEGER NOT NULL, bytes BLOB NOT NULL)',
);
const insert = db.prepare('INSERT INTO updates (doc, received_at, bytes) VALUES (?, ?, ?)');

const decoder = decoding.createDecoder(readFileSync(file));
const edits: Edit[] = [];
while (decoding.hasContent(decoder)) edits.push(...decodePush(decoding.readVarUint8Array(decoder)));
const write = (from: number, to: number) => {
	for (let i = from; i < to; i += Number(batch)) {
		db.exec('BEGIN IMMEDIATE');
		for (const { document, update } of edits.slice(i, Math.min(to, i + Number(batch)))) {
			insert.run(document, Date.now(), update);
		}
		db.exec('COMMIT');
	}
};
write(0, Number(skip));
const began = performance.now();
write(Number(skip), edits.length);
const rate = (edits.length - Number(skip)) / ((performance.now() - began) / 1000);
db.close();
console.log(rate);
