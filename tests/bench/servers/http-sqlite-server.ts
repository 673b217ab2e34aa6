// A relay that believes everything: takes pushes over HTTP, commits what came in one turn as a group, answers.
//   node http-sqlite-server.ts <folder>
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodePush, type Edit } from '../../../src/lib/protocol/replica.ts';

const [folder = ''] = process.argv.slice(2);
const db = new DatabaseSync(join(folder, 'plain.sqlite'));
db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
db.exec(
	'CREATE TABLE updates (seq INTEGER PRIMARY KEY, doc TEXT NOT NULL, received_at INTEGER NOT NULL, bytes BLOB NOT NULL)',
);
const insert = db.prepare('INSERT INTO updates (doc, received_at, bytes) VALUES (?, ?, ?)');

let waiting: { edits: Edit[]; response: ServerResponse }[] = [];
function commit(): void {
	const group = waiting;
	waiting = [];
	db.exec('BEGIN IMMEDIATE');
	const answers = group.map(({ edits }) =>
		edits.map(({ n, document, update }) => ({
			n,
			kind: 'ok',
			seq: Number(insert.run(document, Date.now(), update).lastInsertRowid),
		})),
	);
	db.exec('COMMIT');
	for (const [i, { response }] of group.entries()) {
		const body = JSON.stringify({ answers: answers[i], relayTime: Date.now(), era: 1 });
		response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
		response.end(body);
	}
}
const server = createServer((request, response) => {
	const chunks: Buffer[] = [];
	request.on('data', (chunk: Buffer) => chunks.push(chunk));
	request.on('end', () => {
		if (waiting.length === 0) setImmediate(commit);
		waiting.push({ edits: decodePush(new Uint8Array(Buffer.concat(chunks))), response });
	});
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
