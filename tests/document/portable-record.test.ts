import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import {
	readPortable,
	toPortable,
	writePortable,
	type PortableRecord,
	type ReadableRecord,
} from '../../src/lib/document/portable-record.ts';
import {
	appendEntries,
	readRecord,
	textRootsOf,
	writeMeta,
	writeVerdict,
} from '../../src/lib/document/record-document.ts';
import { writeBlocks } from '../../src/lib/document/rich-fragment.ts';
import { foldRecord } from '../../src/lib/domain/fold-record.ts';
import { encodeHlc } from '../../src/lib/domain/hlc.ts';
import {
	recordId,
	recordKinds,
	type AgentId,
	type DeviceId,
	type EntryId,
	type RecordKind,
} from '../../src/lib/domain/ids.ts';
import { createUlid } from '../../src/lib/domain/ulid.ts';
import type { Verdict } from '../../src/lib/domain/verdict.ts';
import { anyText, richBlocks } from '../support/rich-blocks.ts';
import { kindsOfRecord, sampleDraft } from '../support/sample-entry.ts';

const start = Date.UTC(2026, 2, 1);

interface Plan {
	kind: RecordKind;
	/** Which kinds of entries follow the first one, and with which words. */
	steps: { place: number; word: string }[];
	texts: (typeof richBlocks extends fc.Arbitrary<infer Blocks> ? Blocks : never)[];
	isStamped: boolean;
}

const plans: fc.Arbitrary<Plan> = fc.record({
	kind: fc.constantFrom(...recordKinds),
	steps: fc.array(fc.record({ place: fc.nat(1000), word: anyText.map((text) => `.${text.slice(0, 30)}`) }), {
		maxLength: 20,
	}),
	texts: fc.array(richBlocks, { maxLength: 3 }),
	isStamped: fc.boolean(),
});

/** A record of entries of every kind that it may hold, in an order of its own. */
function recordOf({ kind, steps, texts, isStamped }: Plan): { doc: Y.Doc; id: ReturnType<typeof recordId> } {
	let count = 0;
	const ulid = () => createUlid(start + count++, (bytes) => bytes.fill(count % 256));
	const id = recordId(kind, ulid());
	const doc = new Y.Doc({ guid: id });
	const author = {
		agent: 'maria' as AgentId,
		device: 'laptop' as DeviceId,
		tick: () => encodeHlc(start + count * 1000),
		newId: () => ulid() as EntryId,
	};
	const kinds = kindsOfRecord(kind);
	const wanted = [kinds[0]!, ...steps.map(({ place }) => kinds[1 + (place % (kinds.length - 1))]!)];
	doc.transact(() => {
		writeMeta(doc, kind);
		for (const [i, one] of wanted.entries()) {
			const ids = appendEntries(doc, author, [sampleDraft(one, { word: () => steps[i - 1]?.word ?? 'first' })]);
			if (!isStamped) continue;
			const verdict: Verdict = { kind: 'stamp', at: start + i };
			writeVerdict(doc, `stamp:${ids[0]}`, verdict);
		}
		const roots = textRootsOf(kind);
		for (const [i, blocks] of texts.entries())
			writeBlocks(doc.getXmlFragment(roots[i % roots.length] as string), blocks);
	});
	return { doc, id };
}

function copied(portable: PortableRecord): Y.Doc {
	const read = readPortable(JSON.parse(JSON.stringify(portable)));
	if (read.kind === 'refused') throw new Error(read.why);
	const doc = new Y.Doc({ guid: portable.id });
	doc.transact(() => writePortable(doc, read.record));
	return doc;
}

test('[F106] any record comes back from its export with the same entries, verdicts, texts and value', () => {
	const seen = new Set<string>();
	fc.assert(
		fc.property(plans, (plan) => {
			const { doc, id } = recordOf(plan);
			const portable = toPortable(id, doc)!;
			const copy = copied(portable);
			const [before, after] = [readRecord(doc), readRecord(copy)];
			if (before.kind !== 'record' || after.kind !== 'record') throw new Error('no record');
			expect(after.facts).toEqual(before.facts);
			expect(foldRecord(plan.kind, after.facts)).toEqual(foldRecord(plan.kind, before.facts));
			expect(toPortable(id, copy)).toEqual(portable);
			for (const entry of before.facts.entries.values()) seen.add(`${plan.kind} ${entry.kind}`);
		}),
		{ numRuns: 150, seed: 106 },
	);
	// The plans did reach the kinds of entries that there are.
	const all = recordKinds.flatMap((kind) => kindsOfRecord(kind).map((entry) => `${kind} ${entry}`));
	expect(all.filter((one) => !seen.has(one)).length).toBeLessThan(all.length / 10);
});

test('[F106] what is no record, or not understood whole, is refused with a reason and never thrown', () => {
	fc.assert(
		fc.property(fc.jsonValue(), (value) => {
			expect(readPortable(value).kind).toBe('refused');
		}),
		{ numRuns: 200 },
	);
	const { doc, id } = recordOf({ kind: 'ticket', steps: [], texts: [], isStamped: false });
	const good = toPortable(id, doc)!;
	const [first] = good.entries;
	const changed: [object, RegExp][] = [
		[{ schema: 2 }, /newer Tresen/],
		[{ id: 'desk' }, /no record/],
		[{ entries: [] }, /no entry that says what it is/],
		[{ entries: [first, first] }, /twice/],
		[
			{ entries: [{ ...first, entry: { ...first!.entry, kind: 'sung' } }] },
			/sung, which this Tresen does not understand/,
		],
		[{ entries: [{ ...first, entry: { ...first!.entry, extra: 1 } }] }, /does not understand/],
		[{ verdicts: { x: { kind: 'praise' } } }, /not usable/],
		[{ texts: { 'text:title:de': '<p>a ticket has no title</p>' } }, /does not know/],
	];
	for (const [change, why] of changed) {
		const read = readPortable({ ...good, ...change }) as { kind: string; why: string; record?: ReadableRecord };
		expect(read.kind).toBe('refused');
		expect(read.why).toMatch(why);
	}
});
