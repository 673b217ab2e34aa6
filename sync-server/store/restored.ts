import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';

/** That this desk came back from a backup, and from which; lies beside the database. */
export interface Restored {
	era: number;
	/** The moment of which the backup tells, ms since 1970. */
	backupAt: number;
	/** When it was put back. */
	at: number;
}

const fileName = 'restored.json';
/** There while a backup is being put back. */
export const restoringFile = 'RESTORING';
const schema = v.object({ era: v.number(), backupAt: v.number(), at: v.number() });

/** Undefined where no backup was put back in this era. */
export function readRestored(dataDir: string, era: number): Restored | undefined {
	try {
		const read = v.parse(schema, JSON.parse(readFileSync(join(dataDir, fileName), 'utf8')));
		return read.era === era ? read : undefined;
	} catch {
		return undefined;
	}
}

export async function writeRestored(dataDir: string, restored: Restored): Promise<void> {
	const path = join(dataDir, fileName);
	const handle = await open(`${path}.new`, 'w', 0o600);
	try {
		await handle.writeFile(JSON.stringify(restored));
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(`${path}.new`, path);
}
