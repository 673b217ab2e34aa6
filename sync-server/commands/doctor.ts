import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from './command.ts';
import * as v from 'valibot';
import { WebSocket } from 'ws';
import { dayMs } from '../../src/lib/domain/tier.ts';
import { mailProblemSchema } from '../../src/lib/protocol/mail-problem.ts';
import { watchStateSchema } from '../../src/lib/protocol/mailbox.ts';
import type { Config } from '../config.ts';
import { problemSentences } from '../mailboxes/mail-problem.ts';
import { openErasureSchema } from '../../src/lib/protocol/erasure.ts';
import { findAdminDoor } from './admin-door.ts';
import { doubtsAbout } from './config-doubts.ts';
import { askReady } from './health.ts';
import { erasureSentence } from './open-erasures.ts';
import { newestBackup, overdueMs } from '../backup/nightly.ts';
import { freeShare, leastFreeShare } from '../http/disk.ts';

interface Finding {
	isGood: boolean;
	text: string;
}

/** Looks at what most often goes wrong, and says what to do. Changes nothing. */
export const doctorCommand: Command = {
	usage: 'doctor',
	help: 'checks Node, data directory, disk, app and public address',
	shape: {},
	async run({ config, print }) {
		const findings: Finding[] = [
			nodeVersion(),
			await dataDirectory(config.data),
			await secretsAreClosed(config.data),
			await disk(config.data),
			await builtApp(config.app),
			await backups(config.backupTo),
			...(await runningRelay(config)),
			...doubtsAbout(config)
				.filter((doubt) => !doubt.startsWith('/metrics'))
				.map((text) => ({ isGood: false, text })),
		];
		for (const { isGood, text } of findings) print(`${isGood ? 'ok  ' : 'look'}  ${text}`);
		return findings.every((finding) => finding.isGood) ? 0 : 1;
	},
};

function nodeVersion(): Finding {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	const isGood = major > 24 || (major === 24 && minor >= 7);
	return { isGood, text: `Node ${process.versions.node}${isGood ? '' : ': Tresen needs 24.7 or newer'}` };
}

async function dataDirectory(directory: string): Promise<Finding> {
	try {
		await access(directory, constants.R_OK | constants.W_OK);
		return { isGood: true, text: `data directory ${directory}` };
	} catch {
		return {
			isGood: false,
			text: `${directory} cannot be read and written: \`serve\` makes it, or give it to this user`,
		};
	}
}

async function secretsAreClosed(directory: string): Promise<Finding> {
	const path = join(directory, 'secrets');
	const found = await stat(path).catch(() => undefined);
	const isOpen = found !== undefined && (found.mode & 0o077) !== 0;
	return isOpen
		? { isGood: false, text: `others can read ${path}: chmod 700 ${path}` }
		: { isGood: true, text: 'secrets are closed to others' };
}

async function disk(directory: string): Promise<Finding> {
	const share = await freeShare(directory);
	if (share === undefined) return { isGood: true, text: 'free space of the disk is not known' };
	const percent = `${Math.floor(share * 100)} % of the disk is free`;
	return share > leastFreeShare
		? { isGood: true, text: percent }
		: { isGood: false, text: `${percent}: nothing more is taken in when it is full` };
}

async function builtApp(folder: string): Promise<Finding> {
	const page = await stat(join(folder, 'index.html')).catch(() => undefined);
	return page === undefined
		? { isGood: false, text: `no built app in ${folder}: npm run build` }
		: { isGood: true, text: `app built ${page.mtime.toISOString()}` };
}

/** A relay that runs is asked how it is, and whether it is found where browsers look for it. */
async function runningRelay(config: Config): Promise<Finding[]> {
	const door = await findAdminDoor(config.data);
	if (door === undefined) return [{ isGood: true, text: 'no relay runs on this directory' }];
	const findings: Finding[] = [{ isGood: true, text: 'a relay runs on this directory' }];
	const ready = await askReady(config);
	for (const problem of ready?.problems ?? [])
		findings.push({ isGood: false, text: `the relay is not ready: ${problem}` });
	for (const notice of ready?.notices ?? []) findings.push({ isGood: false, text: `the relay says: ${notice}` });
	for await (const mailbox of door.run('list-mailboxes', {})) {
		const { name, status } = v.parse(mailboxSchema, mailbox);
		const { problem } = status;
		findings.push(
			problem === undefined
				? { isGood: true, text: `mailbox ${name}: ${status.state}` }
				: { isGood: false, text: `mailbox ${name}: ${problemSentences[problem]}` },
		);
	}
	for await (const erasure of door.run('open-erasures', {}))
		findings.push({ isGood: false, text: erasureSentence(v.parse(openErasureSchema, erasure)) });
	if (config.publicUrl !== '') findings.push(...(await publicAddress(config.publicUrl)));
	return findings;
}

const mailboxSchema = v.object({
	name: v.string(),
	status: v.object({ state: watchStateSchema, problem: v.optional(mailProblemSchema) }),
});
const patienceMs = 5_000;

async function backups(folder: string): Promise<Finding> {
	if (folder === '') return { isGood: true, text: 'no backups by themselves: name a folder with --backup-to' };
	// A relay whose clock was set back goes on with the time it had until its next start.
	const newest = await newestBackup(folder, Date.now() + dayMs);
	if (newest === undefined)
		return {
			isGood: false,
			text: `no backup in ${folder} yet: \`serve\` makes one, \`backup ${folder}\` says what hinders it`,
		};
	const made = `newest backup ${new Date(newest).toISOString()}`;
	return Date.now() - newest > overdueMs
		? { isGood: false, text: `${made}: too old; \`backup ${folder}\` says what hinders it` }
		: { isGood: true, text: made };
}

/** Goes the way of a browser: name, certificate, proxy, page and socket. */
async function publicAddress(publicUrl: string): Promise<Finding[]> {
	let health: Response;
	try {
		health = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(patienceMs), redirect: 'manual' });
	} catch (thrown) {
		const { cause } = thrown as { cause?: NodeJS.ErrnoException };
		const why = cause?.code ?? cause?.message ?? 'no answer';
		return [
			{ isGood: false, text: `${publicUrl} is not reached from here (${why}): look at name, certificate and proxy` },
		];
	}
	const isOurs = health.ok && (await health.text()) === '{"status":"ok"}';
	if (!isOurs)
		return [
			{ isGood: false, text: `${publicUrl} answers ${health.status}, and not as this relay does: look at the proxy` },
		];
	const closed = await socketReason(`${publicUrl.replace('http', 'ws')}/replica/poke`, publicUrl);
	return closed === 'sign-in'
		? [{ isGood: true, text: `public address ${publicUrl}, with sockets` }]
		: [
				{
					isGood: false,
					text: `${publicUrl} passes no sockets on (${closed}): the proxy needs the Upgrade headers, see hosting/`,
				},
			];
}

/** Without a session the relay closes at once and says why; whoever answers otherwise stands in between. */
function socketReason(url: string, origin: string): Promise<string> {
	return new Promise((resolve) => {
		const socket = new WebSocket(url, { origin, handshakeTimeout: patienceMs });
		socket.on('close', (_code, reason) => resolve(reason.toString() || 'no answer'));
		socket.on('unexpected-response', (_request, response) => {
			resolve(`status ${response.statusCode}`);
			socket.terminate();
		});
		socket.on('error', () => undefined);
	});
}
