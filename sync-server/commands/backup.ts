import { resolve } from 'node:path';
import { makeBackup } from '../backup/make-backup.ts';
import type { Manifest } from '../backup/manifest.ts';
import { makeSingleFile } from '../backup/single-file.ts';
import type { Command } from './command.ts';

export const backupCommand: Command = {
	usage: 'backup DIR | --file FILE.zip [--with-mail-key] [--json]',
	help: 'copies the desk into a new folder in DIR, or into one file, also while the relay runs',
	shape: { values: ['file'], switches: ['with-mail-key', 'json'], words: { most: 1 } },
	async run({ line, config, print, complain }) {
		const [into] = line.words;
		const file = line.value('file');
		if ((into === undefined) === (file === undefined)) {
			complain(
				'Where to? Name the folder in which backups lie: tresen backup /mnt/backups, or one file: --file desk.zip',
			);
			return 2;
		}
		const withMailKey = line.has('with-mail-key');
		const order = { data: config.data, withMailKey, now: Date.now() };
		const result =
			file === undefined
				? await makeBackup({ ...order, into: resolve(into ?? '') })
				: await makeSingleFile({ ...order, file: resolve(file) });
		if (result.kind === 'refused') {
			complain(result.message);
			return 1;
		}
		const { folder, manifest } = result;
		if (line.has('json')) print(JSON.stringify({ folder, ...manifest }));
		else print(madeText(folder, manifest));
		for (const id of manifest.missing) complain(`The file ${id} is missing or damaged in ${config.data}.`);
		return manifest.missing.length === 0 ? 0 : 1;
	},
};

function madeText(folder: string, { documents, blobs, era, sequence }: Manifest): string {
	const count = Object.values(documents).reduce((sum, n) => sum + n, 0);
	return `${folder}\n${count} documents and ${blobs.count} files (${blobs.bytes} bytes), era ${era}, sequence ${sequence}.`;
}
