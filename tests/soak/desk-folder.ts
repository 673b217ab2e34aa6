import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Line } from '../../src/lib/domain/desk-config.ts';
import { deskDocument, type LineId, type QueueId } from '../../src/lib/domain/ids.ts';
import { writeDeskValue, type DeskKey } from '../../src/lib/document/desk-document.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import { sessionCookie } from '../../sync-server/auth/sessions.ts';
import { readConfig } from '../../sync-server/config.ts';
import { fillDemoDesk } from '../../sync-server/demo/fill-desk.ts';
import { openInstallation, type Installation } from '../../sync-server/installation.ts';
import type { Dovecot } from '../support/dovecot-server.ts';

export interface DeskFolder {
	path: string;
	lines: readonly Line[];
	devices: { session: Session; cookie: string }[];
}

export const lineIds = ['shop', 'seller', 'service', 'specialist'];

/** A data directory with lines, mailboxes and people; `history` tickets lie there already. */
export async function createDeskFolder(wanted: {
	devices: number;
	agents: number;
	history: number;
	dovecot: Dovecot;
	smtpPort: number;
}): Promise<DeskFolder> {
	const path = mkdtempSync(join(tmpdir(), 'tresen-soak-'));
	const reading = readConfig({ data: path, logLevel: 'error' }, {});
	if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
	const opened = await openInstallation(reading.config);
	if (opened.kind === 'refused') throw new Error(opened.message);
	const { installation } = opened;
	try {
		await furnish(installation, wanted.history);
		const { lines } = installation.relay.readDesk();
		for (const line of lines) addMailbox(installation, line, wanted.dovecot, wanted.smtpPort);
		return { path, lines, devices: await enrol(installation, lines, wanted) };
	} finally {
		await installation.close();
	}
}

async function furnish(installation: Installation, history: number): Promise<void> {
	if (history > 0) {
		for await (const line of fillDemoDesk(installation, { tickets: history, people: 320, seed: 1, force: false }))
			void line;
		return;
	}
	const values = new Map<DeskKey, object>([['desk', { name: 'Soak', language: 'de' }]]);
	for (const [i, id] of lineIds.entries()) {
		values.set(`line:${id as LineId}`, { id, name: id, addresses: [`${id}@desk.example`], colour: i * 90 });
		for (const queue of [`${id}-front`, `${id}-back`])
			values.set(`queue:${queue as QueueId}`, { id: queue, name: queue, line: id });
	}
	const outcome = await installation.relay.write(deskDocument, (doc) => {
		for (const [key, value] of values) writeDeskValue(doc, key, value);
	});
	if (outcome.kind !== 'ok') throw new Error(outcome.kind);
}

function addMailbox({ mailboxes }: Installation, line: Line, dovecot: Dovecot, smtpPort: number): void {
	const put = mailboxes.put({
		...{ name: line.name, line: line.id, address: line.addresses[0] ?? '', active: true },
		imap: {
			...{ host: '127.0.0.1', port: dovecot.port, security: 'none', user: line.id, password: dovecot.password },
			...{ folder: 'INBOX', start: 'unseen', after: 'seen' },
		},
		smtp: { host: '127.0.0.1', port: smtpPort, security: 'none' },
	});
	if (put.kind === 'refused') throw new Error(put.reason);
}

/** Every third agent sees all lines, the others two; the first is an admin. Agents beyond the first have a second device in turn. */
async function enrol(
	{ auth }: Installation,
	lines: readonly Line[],
	{ devices, agents }: { devices: number; agents: number },
): Promise<DeskFolder['devices']> {
	const enrolled: DeskFolder['devices'] = [];
	for (let i = 0; i < devices; i++) {
		const person = i % agents;
		const seen = person % 3 === 0 ? lines : [0, 1].map((next) => lines[(person + next) % lines.length] as Line);
		const agent = await auth.ensureAgent({
			...{ mail: `person-${person}@desk.example`, name: `Person ${person}` },
			...{ role: person % 10 === 0 ? 'admin' : 'agent', lines: seen.map(({ id }) => id) },
		});
		const added = auth.addDevice(agent, { name: `Device ${i}`, publicKey: undefined });
		if (added.kind === 'refused') throw new Error(added.detail ?? added.reason);
		enrolled.push({ session: added.session, cookie: `${sessionCookie}=${added.token}` });
	}
	return enrolled;
}
