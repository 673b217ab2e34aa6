import type { Language } from '../domain/desk-config.ts';
import { placeOf, type NamedFile, type PersonExport } from '../document/person-export.ts';
import { personPage } from '../document/person-page.ts';
import type { ArchiveFile } from './zip-archive.ts';

/**
 * The archive that a person gets: `index.html` to read, `person.json` for machines, and the files. What of these cannot be had is named
 * in both.
 */
export async function* personArchive(
	given: PersonExport,
	language: Language,
	readFile: (file: NamedFile) => Promise<Uint8Array | undefined>,
): AsyncGenerator<ArchiveFile> {
	const missing = [...given.missing];
	const files: NamedFile[] = [];
	for (const file of given.files) {
		const content = await readFile(file);
		if (content === undefined) missing.push(file.name);
		else {
			files.push(file);
			yield { name: placeOf(file), content };
		}
	}
	const told: PersonExport = { ...given, files, missing };
	const encoder = new TextEncoder();
	yield { name: 'person.json', content: encoder.encode(`${JSON.stringify(told, null, '\t')}\n`) };
	yield { name: 'index.html', content: encoder.encode(personPage(told, language)) };
}
