import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from './command.ts';
import { findAdminDoor } from './admin-door.ts';
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
			await runningRelay(config.data),
			publicAddress(config.publicUrl),
		];
		for (const { isGood, text } of findings) print(`${isGood ? 'ok  ' : 'look'}  ${text}`);
		return findings.every((finding) => finding.isGood) ? 0 : 1;
	},
};

function nodeVersion(): Finding {
	const isGood = Number(process.versions.node.split('.')[0]) >= 24;
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

async function runningRelay(directory: string): Promise<Finding> {
	const isRunning = (await findAdminDoor(directory)) !== undefined;
	return { isGood: true, text: isRunning ? 'a relay runs on this directory' : 'no relay runs on this directory' };
}

function publicAddress(publicUrl: string): Finding {
	if (publicUrl === '') return { isGood: true, text: 'no public address: browsers on this machine only' };
	const { protocol, hostname } = new URL(publicUrl);
	const works = protocol === 'https:' || hostname === 'localhost' || hostname.startsWith('127.');
	return works
		? { isGood: true, text: `public address ${publicUrl}` }
		: {
				isGood: false,
				text: `${publicUrl} is not https: browsers keep the app offline only over https, see the README on Caddy`,
			};
}
