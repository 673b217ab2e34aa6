import { resolve } from 'node:path';
import { withFolder } from '../backup/single-file.ts';
import { verifyBackup } from '../backup/verify-backup.ts';
import type { Command } from './command.ts';

export const verifyCommand: Command = {
	usage: 'verify [BACKUP] [--json]',
	help: 'looks at every byte of a backup, a folder or one file, or of the data directory; exit code 0 if all is well',
	shape: { switches: ['json'], words: { most: 1 } },
	async run({ line, config, print, complain }) {
		const folder = resolve(line.words[0] ?? config.data);
		const { problems, manifest, documents, blobs } = await withFolder(folder, folder, verifyBackup);
		if (line.has('json')) print(JSON.stringify({ folder, isWhole: problems.length === 0, documents, blobs, problems }));
		else {
			for (const problem of problems) complain(problem);
			const what = manifest === undefined ? '' : `, made ${new Date(manifest.madeAt).toISOString()}`;
			if (problems.length === 0) print(`Whole: ${folder}${what}, ${documents} documents and ${blobs} files.`);
			else complain(`Not whole: ${folder}${what}.`);
		}
		return problems.length === 0 ? 0 : 1;
	},
};
