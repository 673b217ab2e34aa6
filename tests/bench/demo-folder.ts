import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceId, DocumentId } from '../../src/lib/domain/ids.ts';
import * as Y from 'yjs';
import { sessionCookie } from '../../sync-server/auth/sessions.ts';
import { readConfig } from '../../sync-server/config.ts';
import { fillDemoDesk } from '../../sync-server/demo/fill-desk.ts';
import { openInstallation, type Installation } from '../../sync-server/installation.ts';

/** A scripted device of the demo desk's admin. */
export interface BenchDevice {
	id: DeviceId;
	agent: string;
	cookie: string;
}

export interface DemoFolder {
	path: string;
	devices: BenchDevice[];
	/** All of them, newest first. */
	ticketIds: DocumentId[];
	/** The newest ones, as many as were asked for. */
	tickets: { id: DocumentId; state: Uint8Array }[];
	/** A copy, so that a run cannot change the next one. */
	copy(): string;
}

const folders = new Set<string>();
process.once('exit', () => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), 'tresen-bench-'));
	folders.add(folder);
	return folder;
}

/** Fills a new data directory with the demo desk and enrols devices in it; reads the newest tickets' documents. */
export async function createDemoFolder(wanted: {
	tickets: number;
	devices?: number;
	read?: number;
}): Promise<DemoFolder> {
	const path = temporaryFolder();
	const installation = await openFolder(path);
	const filling = { tickets: wanted.tickets, people: 320, seed: 1, force: false };
	for await (const line of fillDemoDesk(installation, filling)) void line;
	const devices = await enrol(installation, wanted.devices ?? 0);
	const ticketIds = installation.relay.documentsOfKind('ticket').reverse();
	const tickets = ticketIds.slice(0, wanted.read ?? 0).map((id) => {
		const doc = installation.relay.read(id);
		if (doc === undefined) throw new Error(`${id} is gone`);
		return { id, state: Y.encodeStateAsUpdate(doc) };
	});
	await installation.close();
	return {
		path,
		devices,
		ticketIds,
		tickets,
		copy() {
			const copy = temporaryFolder();
			cpSync(path, copy, { recursive: true });
			return copy;
		},
	};
}

/** Opens a data directory in this process; close it before a relay is started on it. */
export async function openFolder(path: string): Promise<Installation> {
	const reading = readConfig({ data: path, logLevel: 'error' }, {});
	if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
	const opened = await openInstallation(reading.config);
	if (opened.kind === 'refused') throw new Error(opened.message);
	return opened.installation;
}

async function enrol({ auth }: Installation, count: number): Promise<BenchDevice[]> {
	const agent = await auth.ensureAgent({ mail: 'philipp@desk.example' });
	return Array.from({ length: count }, (_, i) => {
		const enrolled = auth.addDevice(agent, { name: `Bench ${i}`, publicKey: undefined });
		if (enrolled.kind === 'refused') throw new Error(enrolled.reason);
		return {
			id: enrolled.session.device.id,
			agent: agent.id,
			cookie: `${sessionCookie}=${enrolled.token}`,
		};
	});
}
