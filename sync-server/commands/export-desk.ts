import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { exportDesk, isInside } from '../export/export-desk.ts';
import { databaseFile } from '../store/database.ts';
import type { Command } from './command.ts';
import type { Operation } from './operation.ts';

/** That all of the desk was taken out, before it is. */
export const noteDeskExport: Operation = async function* ({ audit }) {
	audit.add('command', 'data-exported', 'desk');
	yield { noted: true };
};

export const exportDeskCommand: Command = {
	usage: 'export desk --out FILE.zip [--json]',
	help: 'writes everything of the desk into one archive in an open format, also while the relay runs; import desk reads it',
	shape: { values: ['out'], switches: ['json'] },
	async run({ line, config, reachDesk, print, complain }) {
		const named = line.value('out');
		if (named === undefined) {
			complain('Where to? Name the archive: tresen export desk --out /mnt/desk.zip');
			return 2;
		}
		const out = resolve(named);
		if (!existsSync(join(config.data, databaseFile))) {
			complain(`There is no desk in ${config.data}. Name its data directory with --data.`);
			return 1;
		}
		if (existsSync(out) || isInside(config.data, out)) {
			complain(`${out} is there already, or lies in the data directory. Name another file.`);
			return 1;
		}
		const desk = await reachDesk();
		try {
			for await (const _ of desk.run('note-desk-export', {}));
		} finally {
			await desk.close();
		}
		await mkdir(dirname(out), { recursive: true });
		const { manifest, size } = await exportDesk({ data: config.data, out, now: Date.now() });
		const { counts, blobs, missing } = manifest;
		if (line.has('json')) print(JSON.stringify({ file: out, size, counts, blobs, missing }));
		else {
			const tickets = counts['tickets.jsonl'] ?? 0;
			print(`${out}\n${tickets} tickets, ${blobs.count} files (${blobs.bytes} bytes), ${size} bytes in all.`);
			print('It is not encrypted and holds everything that customers wrote. Passwords and keys are not in it.');
		}
		for (const id of missing)
			complain(`The file ${id} is missing or damaged in ${config.data}, and not in the archive.`);
		return missing.length === 0 ? 0 : 1;
	},
};
