import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineScope } from '../../../src/lib/domain/audience.ts';
import type { AgentId, DeviceId, DocumentId, LineId } from '../../../src/lib/domain/ids.ts';
import { archiveFile } from '../../../sync-server/search/archive-index.ts';
import type { Installation } from '../../../sync-server/installation.ts';
import { emptyFolder } from '../running-relay.ts';
import { factsOf, fill, openDesk, placesOf, told } from './erased-desk.ts';

const identity = {
	...{ device: 'maria-1' as DeviceId, agent: 'maria' as AgentId, role: 'agent' as const, scopeRevision: 1 },
	scopes: ['desk' as const, lineScope('support' as LineId)],
};

/** Half a day has passed since anything happened, and nothing is open. */
async function rest({ database, archive }: Installation): Promise<void> {
	database.db.exec("UPDATE docs SET open = 0, changed_at = changed_at - 86400000 WHERE kind = 'ticket'");
	database.db.exec("UPDATE outbound_mail SET state = 'sent'");
	await archive.sweep();
}

/** Words as the index spells them; FTS5 leaves out what the word before begins with too. */
const spelled = ['ittenbaum', 'muabnettiuq', 'neliese', 'mohrle', 'allenstein', 'nietsnella'];
const wordsIn = (data: string) =>
	['', '-wal'].flatMap((ending) => {
		const file = join(data, archiveFile + ending);
		const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
		return spelled.filter((word) => bytes.includes(word)).map((word) => `${word} in ${archiveFile}${ending}`);
	});

test('[F86] [F106] [AS5] what was blacked out or erased is found by no word, and no byte of the search has one', async () => {
	const data = emptyFolder();
	const before = await openDesk(data);
	const { person, tickets } = await fill(before);
	await rest(before);
	const find = async ({ archive }: Installation, text: string) =>
		(await archive.search(identity, { text })).hits.map(({ document }) => document);
	for (const text of ['Quittenbäum', 'Mohrle', 'Gallensteine'])
		expect((await find(before, text)).length).toBeGreaterThan(2);
	expect(wordsIn(data).length).toBeGreaterThan(3);
	await before.close();

	// The search was not used since this start.
	const installation = await openDesk(data);
	const { archive, erasures } = installation;
	const [document] = tickets as [DocumentId];
	const [entry] = [...factsOf(installation, document).entries].find(([, { kind }]) => kind === 'message')!;
	const order = { document, entry, ranges: null, agent: null, reason: '' };
	expect(await erasures.redact(order)).toMatchObject({ kind: 'redacted', forgotten: true });
	expect(await find(installation, 'Kummer')).toHaveLength(tickets.length - 1);
	expect(await find(installation, 'Kummer')).not.toContain(document);

	const result = await erasures.erase({ who: { person }, texts: 'theirs', agent: null });
	expect(result).toMatchObject({ kind: 'erased', forgotten: true });
	expect(wordsIn(data)).toEqual([]);
	expect(placesOf(told, data)).toEqual([]);
	await archive.sweep();
	for (const text of ['Quittenbäum', 'Mohrle', 'Gallensteine']) expect(await find(installation, text)).toEqual([]);
	expect(await find(installation, 'Anliegen')).toHaveLength(tickets.length);
	await installation.close();
	expect(wordsIn(data)).toEqual([]);
	expect(placesOf(told, data)).toEqual([]);
});
