import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isDocumentId } from '../../src/lib/domain/ids.ts';
import { personArchive } from '../../src/lib/protocol/person-archive.ts';
import { writeArchive } from '../archive/write-archive.ts';
import { blobPath } from '../backup/durable-files.ts';
import { gatherPerson } from '../export/gather-person.ts';
import { databaseFile } from '../store/database.ts';
import type { Command } from './command.ts';
import type { Operation } from './operation.ts';

/** That everything about a person was taken out, before it is. Of somebody who is only an address, that is not said: it is a customer's. */
export const notePersonExport: Operation = async function* ({ audit }, input) {
	const { person } = input as { person?: unknown };
	audit.add('command', 'data-exported', typeof person === 'string' && isDocumentId(person) ? person : 'person');
	yield { noted: true };
};

export const exportPersonCommand: Command = {
	usage: 'export person ID|ADDRESS --out FILE.zip [--without-notes] [--language de|en] [--json]',
	help: 'writes everything about one person into an archive: a page to read, JSON for machines, and the files',
	shape: { values: ['out', 'language'], switches: ['without-notes', 'json'], words: { most: 1 } },
	async run({ line, config, reachDesk, print, complain }) {
		const [named] = line.words;
		const out = line.value('out');
		const language = line.value('language') ?? 'de';
		if (named === undefined || out === undefined || (language !== 'de' && language !== 'en')) {
			complain('Whom, and where to? tresen export person ada@example.org --out ada.zip [--language de|en]');
			return 2;
		}
		if (!existsSync(join(config.data, databaseFile))) {
			complain(`There is no desk in ${config.data}. Name its data directory with --data.`);
			return 1;
		}
		const file = resolve(out);
		if (existsSync(file)) {
			complain(`${file} is there already. Name another file.`);
			return 1;
		}
		const person = isDocumentId(`person/${named}`) ? `person/${named}` : named;
		const desk = await reachDesk();
		try {
			for await (const _ of desk.run('note-person-export', { person }));
		} finally {
			await desk.close();
		}
		const now = Date.now();
		const gathered = gatherPerson({ data: config.data, person, withInternal: !line.has('without-notes'), now });
		if (gathered.kind === 'none') {
			complain(`Nothing is stored about ${named}.`);
			return 1;
		}
		const missing: string[] = [...gathered.export.missing];
		const archive = personArchive(gathered.export, language, async ({ sha256, name }) => {
			const bytes = await readFile(blobPath(config.data, sha256)).catch(() => undefined);
			if (bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256) return bytes;
			missing.push(name);
			return undefined;
		});
		await mkdir(dirname(file), { recursive: true });
		await writeArchive(file, archive, now);
		const { persons, tickets, contacts, files } = gathered.export;
		const counts = { persons: persons.length, tickets: tickets.length, contacts: contacts.length, files: files.length };
		if (line.has('json')) print(JSON.stringify({ file, ...counts, missing }));
		else
			print(
				`${file}\n${counts.persons} records of the person, ${counts.tickets} tickets, ${counts.contacts} contacts, ${counts.files} files.`,
			);
		for (const name of missing)
			complain(`The file ${name} is missing or damaged in ${config.data}; the archive says so.`);
		return 0;
	},
};
