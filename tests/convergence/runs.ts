import { check } from './checks.ts';
import { calm } from './network.ts';
import type { ColdCounts } from './play-cold.ts';
import { makeProgram, usualShape, type Program, type Shape } from './program.ts';
import { unseedCrypto } from './seeded-crypto.ts';
import { createWorld, type Faults } from './world.ts';

export interface RunResult {
	program: Program;
	violations: string[];
	trace: string[];
	steps: number;
	/** What there was in the end, to see that the run did something. */
	counts: { documents: number; articles: number; contacts: number; edits: number; verdicts: number } & ColdCounts;
}

export async function play(program: Program, faults: Faults = {}): Promise<RunResult> {
	const said: string[] = [];
	const { error, warn } = console;
	// Dexie tells of connections that died with their tab.
	console.warn = () => {};
	console.error = (...values: unknown[]) => void said.push(values.map(describe).join(' '));
	try {
		const world = await createWorld(program, faults);
		try {
			await check(world);
			const { db } = world.relay.disk;
			const count = (sql: string) => Number(db.prepare(sql).get()?.n ?? 0);
			return {
				program,
				violations: [...world.violations, ...said.map((text) => `the console says: ${text}`)],
				trace: world.trace,
				steps: world.time.steps,
				counts: {
					...world.cold,
					documents: count('SELECT count(*) AS n FROM docs'),
					articles: count("SELECT count(*) AS n FROM docs WHERE kind = 'article'"),
					contacts: count("SELECT count(*) AS n FROM docs WHERE kind = 'interaction'"),
					edits: count('SELECT count(*) AS n FROM receipts'),
					verdicts: count(
						"SELECT count(*) AS n FROM clients WHERE writer = (SELECT key FROM writers WHERE name = 'relay')",
					),
				},
			};
		} finally {
			world.dispose();
		}
	} finally {
		console.error = error;
		console.warn = warn;
		unseedCrypto();
	}
}

export async function playSeed(seed: number, shape: Shape = usualShape, faults: Faults = {}): Promise<RunResult> {
	return play(makeProgram(seed, shape), faults);
}

/** Takes away steps, and then devices' troubles, as long as the run fails in the same words. */
export async function shrink(program: Program, words: RegExp): Promise<Program> {
	const fails = async (candidate: Program) => words.test((await play(candidate)).violations.join('\n'));
	let best = program;
	for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
		for (let from = 0; from < best.steps.length;) {
			const steps = best.steps.filter((_, i) => i < from || i >= from + size);
			const candidate = { ...best, steps };
			if (await fails(candidate)) best = candidate;
			else from += size;
		}
	}
	for (const simpler of [{ mood: calm }, { slowestDisk: 1 }, { relayOnFile: false }]) {
		const candidate = { ...best, ...simpler };
		if (await fails(candidate)) best = candidate;
	}
	return best;
}

function describe(value: unknown): string {
	return value instanceof Error ? (value.stack ?? value.message) : String(value);
}

/** Everything somebody needs to see it again. */
export function report({ program, violations, trace }: RunResult): string {
	const { steps, ...rest } = program;
	const lines = [
		`seed ${program.seed} fails: SEED=${program.seed} npx vitest run tests/convergence/convergence`,
		...violations.map((violation) => `  - ${violation}`),
		JSON.stringify(rest),
		...steps.map((step) => JSON.stringify(step)),
	];
	if (process.env.TRACE !== undefined) lines.push('', ...trace);
	return lines.join('\n');
}

/** Plays seeds one after the other; throws at the first that fails. */
export async function playSeeds(first: number, count: number, shape: Shape = usualShape): Promise<RunResult['counts']> {
	const sum = {
		documents: 0,
		articles: 0,
		contacts: 0,
		edits: 0,
		verdicts: 0,
		trimmed: 0,
		opened: 0,
		written: 0,
		rewritten: 0,
		rows: 0,
	};
	for (let seed = first; seed < first + count; seed++) {
		const result = await playSeed(seed, shape);
		if (result.violations.length > 0) throw new Error(report(result));
		for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += result.counts[key];
	}
	return sum;
}

/** `SEED=7` plays one seed; `RUNS=20000` plays that many in each of the files. */
export function usualRuns(first: number, usual = 1000): { first: number; count: number } {
	const { SEED, RUNS } = process.env;
	if (SEED !== undefined) return { first: Number(SEED), count: 1 };
	return { first, count: Number(RUNS ?? usual) };
}
