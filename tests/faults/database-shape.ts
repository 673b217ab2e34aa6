import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** A database as SQL text: its tables, its version, and every row. */
export function writeShape(database: string, file: string): void {
	const db = new DatabaseSync(database, { readOnly: true });
	const { user_version: version } = db.prepare('PRAGMA user_version').get() as { user_version: number };
	const lines = [`PRAGMA user_version = ${version};`];
	const made = db
		.prepare(
			"SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
		)
		.all();
	for (const { sql } of made) lines.push(`${sql as string};`);
	for (const { type, name } of made) {
		if (type !== 'table') continue;
		for (const row of db.prepare(`SELECT * FROM "${name as string}"`).all())
			lines.push(`INSERT INTO "${name as string}" VALUES (${Object.values(row).map(literal).join(', ')});`);
	}
	db.close();
	writeFileSync(file, `${lines.join('\n')}\n`);
}

export function readShape(file: string, database: string): void {
	const db = new DatabaseSync(database);
	db.exec(`PRAGMA foreign_keys = OFF; BEGIN; ${readFileSync(file, 'utf8')} COMMIT;`);
	db.close();
}

function literal(value: unknown): string {
	if (value === null) return 'NULL';
	if (value instanceof Uint8Array) return `X'${Buffer.from(value).toString('hex')}'`;
	return typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
}
