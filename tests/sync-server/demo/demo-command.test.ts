import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { foldTicket } from '../../../src/lib/domain/fold-ticket.ts';
import { blockOf, isTicketNumber, type TicketNumber } from '../../../src/lib/domain/ticket-number.ts';
import { readRecord } from '../../../src/lib/document/record-document.ts';
import { demoCommand } from '../../../sync-server/commands/demo.ts';
import { readCommandLine } from '../../../sync-server/commands/command-line.ts';
import { reachDesk } from '../../../sync-server/commands/desk-access.ts';
import { OperationRefused } from '../../../sync-server/commands/operation.ts';
import { readConfig } from '../../../sync-server/config.ts';
import { demoAgents } from '../../../sync-server/demo/demo-desk.ts';
import { openInstallation, type Installation } from '../../../sync-server/installation.ts';

const folders: string[] = [];
afterEach(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function emptyFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'tresen-demo-'));
	folders.push(folder);
	return folder;
}

function configOf(data: string) {
	const reading = readConfig({ data, logLevel: 'silent' }, {});
	if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
	return reading;
}

async function runDemo(data: string, ...args: string[]) {
	const read = readCommandLine(args, demoCommand.shape);
	if (read.kind === 'refused') throw new Error(read.problems.join());
	const printed: string[] = [];
	const complaints: string[] = [];
	const { config, origins } = configOf(data);
	const code = await demoCommand.run({
		line: read.line,
		config,
		origins,
		reachDesk: () => reachDesk(config),
		print: (text) => printed.push(text),
		complain: (text) => complaints.push(text),
	});
	return { code, printed: printed.join('\n'), complaints: complaints.join('\n') };
}

async function withDesk<T>(data: string, look: (installation: Installation) => Promise<T>): Promise<T> {
	const opened = await openInstallation(configOf(data).config);
	if (opened.kind === 'refused') throw new Error(opened.message);
	try {
		return await look(opened.installation);
	} finally {
		await opened.installation.close();
	}
}

function ticketsOf({ relay }: Installation) {
	return relay.documentsOfKind('ticket').map((id) => {
		const doc = relay.read(id);
		const reading = doc === undefined ? { kind: 'empty' as const } : readRecord(doc);
		if (reading.kind !== 'record') throw new Error(`${id} is ${reading.kind}`);
		expect(reading.facts.unknown?.size ?? 0).toBe(0);
		return foldTicket(reading.facts);
	});
}

describe('[F115] the demo command', () => {
	test('fills an empty directory with agents, people and tickets, whose numbers no later ticket gets', async () => {
		const data = emptyFolder();
		const { code, printed } = await runDemo(data, '--tickets', '1100', '--people', '300');
		expect(code).toBe(0);
		expect(printed).toContain('1100 tickets');
		await withDesk(data, async (installation) => {
			const { relay, auth, database } = installation;
			const desk = relay.readDesk();
			expect(desk.desk.name).toBe('Demo-Desk');
			expect(desk.lines).toHaveLength(4);
			expect(desk.queues).toHaveLength(12);
			expect(desk.agents).toHaveLength(demoAgents.length);
			expect(relay.documentsOfKind('person')).toHaveLength(300);
			expect(relay.documentsOfKind('organisation')).toHaveLength(40);

			const tickets = ticketsOf(installation);
			const numbers = tickets.map((ticket) => ticket?.number as TicketNumber);
			expect(new Set(numbers).size).toBe(1100);
			expect(numbers.every(isTicketNumber)).toBe(true);
			expect(numbers.every((number) => relay.documentWithNumber(number) !== undefined)).toBe(true);
			const taken = new Set(numbers.map(blockOf));
			expect(taken.has(blockOf(auth.numbers.nextNumber()))).toBe(false);
			expect(taken.has(auth.numbers.give('new' as never))).toBe(false);

			// The verdicts of its claims are in the documents: the witness has nothing to answer.
			expect(tickets.some((ticket) => ticket?.claim.kind === 'held')).toBe(true);
			const waiting = database.db.prepare('SELECT count(*) AS rows FROM awaiting_verdict').get();
			expect(waiting).toMatchObject({ rows: 0 });
		});
	}, 60_000);

	test('its link enrols a device of the admin, and every agent can be invited', async () => {
		const data = emptyFolder();
		const { printed } = await runDemo(data, '--tickets', '20', '--people', '5');
		const token = /token=([\w-]+)/.exec(printed)?.[1] ?? '';
		const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
			'sign',
			'verify',
		]);
		const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey);
		await withDesk(data, async ({ auth }) => {
			expect(auth.setupUrl()).toBeUndefined();
			const enrolled = await auth.enrol({
				token,
				device: { name: 'Desk', publicKey: { kty: 'EC', crv: 'P-256', x, y } },
			});
			expect(enrolled).toMatchObject({ kind: 'signed-in', session: { agent: { id: 'philipp', role: 'admin' } } });
			for (const { mail, id } of demoAgents) expect((await auth.ensureAgent({ mail })).id).toBe(id);
		});
	});

	test('leaves a desk in use alone unless it is forced, and then adds to it', async () => {
		const data = emptyFolder();
		await runDemo(data, '--tickets', '10', '--people', '5');
		await expect(runDemo(data, '--tickets', '10', '--people', '5')).rejects.toThrow(OperationRefused);
		const { code } = await runDemo(data, '--tickets', '10', '--people', '5', '--seed', '2', '--force');
		expect(code).toBe(0);
		await withDesk(data, async (installation) => {
			expect(ticketsOf(installation)).toHaveLength(20);
			expect(installation.relay.readDesk().agents).toHaveLength(demoAgents.length);
		});
	});

	test('refuses counts that are none, by the name of the flag', async () => {
		const data = emptyFolder();
		for (const [flag, value] of [
			['--tickets', 'many'],
			['--tickets', '-5'],
			['--people', '0'],
			['--seed', '1e99'],
		] as const) {
			const { code, complaints } = await runDemo(data, `${flag}=${value}`);
			expect(code).toBe(2);
			expect(complaints).toMatch(new RegExp(`^${flag} must be a whole number`));
		}
	});
});
