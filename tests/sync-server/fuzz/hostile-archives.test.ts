import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { demoCommand } from '../../../sync-server/commands/demo.ts';
import { exportDeskCommand } from '../../../sync-server/commands/export-desk.ts';
import { importDeskCommand } from '../../../sync-server/commands/import-desk.ts';
import { runCommand } from '../commands/run-command.ts';
import { hashesOf, pack, unpack, withManifest } from '../export/portable-desk.ts';
import { afterTest, emptyFolder } from '../running-relay.ts';
import { fuzz, fuzzTimeout, type Chance } from './fuzzing.ts';
import { grownJson } from './json-grammar.ts';
import { damaged } from './update-grammar.ts';

test(
	'exports of desks: imported whole, or refused with a reason and nothing left behind',
	{ timeout: fuzzTimeout },
	async () => {
		const source = emptyFolder();
		await runCommand(demoCommand, source, ['--tickets', '3', '--people', '2']);
		const good = join(emptyFolder(), 'desk.zip');
		expect((await runCommand(exportDeskCommand, source, ['--out', good])).code).toBe(0);
		const bytes = readFileSync(good);
		const files = await unpack(good);
		const folder = mkdtempSync(join(tmpdir(), 'tresen-'));
		afterTest(() => rmSync(folder, { recursive: true, force: true }));
		const outcomes = new Set<number>();

		await fuzz('archives', 8, async (chance) => {
			const file = join(folder, 'hostile.zip');
			const data = join(folder, 'new');
			if (chance.oneIn(5)) writeFileSync(file, damaged(chance, bytes));
			else await pack(file, changed(chance, files), chance.oneIn(2));
			const { code, complaints } = await runCommand(importDeskCommand, data, ['--data', data, file]);
			outcomes.add(code);
			if (code === 0) expect(Object.keys(hashesOf(data)).length).toBeGreaterThan(0);
			else {
				expect([code, complaints.length]).toEqual([1, 1]);
				expect(complaints[0]).toMatch(/^(?:Nothing was imported|.*no whole ZIP archive)/);
				expect(existsSync(data) ? readdirSync(data) : []).toEqual([]);
			}
			rmSync(data, { recursive: true, force: true });
		});
		expect([...outcomes].sort()).toEqual([0, 1]);
	},
);

/** As somebody would send it who knows the format. */
function changed(chance: Chance, good: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
	const files = new Map(good);
	const names = [...files.keys()].filter((name) => /\.jsonl?$/.test(name) && name !== 'manifest.json');
	for (let i = chance.upTo(3); i >= 0; i--) {
		const name = chance.of(names);
		const text = String(files.get(name));
		if (name.endsWith('.json')) {
			files.set(name, Buffer.from(grownOrPoked(chance, JSON.parse(text))));
			continue;
		}
		const lines = text.split('\n').filter((line) => line !== '');
		if (lines.length === 0 || chance.oneIn(8)) lines.push(chance.of(['{}', 'null', '[', '{"id":"../x"}', ...lines]));
		const at = chance.upTo(lines.length);
		const parsed = safelyParsed(lines[at]!);
		if (parsed !== undefined) lines[at] = grownOrPoked(chance, parsed).replaceAll('\n', ' ');
		files.set(name, Buffer.from(lines.join('\n') + '\n'));
	}
	if (chance.oneIn(8))
		files.set(chance.of(['../x', 'files/x', '/etc/x', 'x'.repeat(300), 'desk.json/']), Buffer.from('x'));
	if (chance.oneIn(8)) files.delete(chance.of([...files.keys()]));
	if (!files.has('manifest.json')) return files;
	if (!chance.oneIn(8)) return withManifest(files);
	return files.set('manifest.json', Buffer.from(grownOrPoked(chance, JSON.parse(String(files.get('manifest.json'))))));
}

function grownOrPoked(chance: Chance, right: unknown): string {
	return chance.oneIn(5)
		? Buffer.from(grownJson(chance, right)).toString('latin1')
		: JSON.stringify(poked(chance, right));
}

/** One value, somewhere deep inside, is another one: most of it stays right, so that it comes further. */
function poked(chance: Chance, value: unknown): unknown {
	if (typeof value !== 'object' || value === null || chance.oneIn(12))
		return chance.of([
			...['', 'x', '<script>x</script>', '../../x', '\0', '\u202e', 'x'.repeat(3_000), '2026-03-31', 'support'],
			...[null, true, 0, -1, 1.5, 1e308, 2 ** 53, [], {}, [null], value, value],
		]);
	const keys = Object.keys(value);
	if (keys.length === 0) return value;
	const key = chance.of(keys);
	const inner = poked(chance, (value as Record<string, unknown>)[key]);
	return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

function safelyParsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
