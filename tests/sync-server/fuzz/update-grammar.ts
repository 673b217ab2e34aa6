import * as encoding from 'lib0/encoding';
import type { Chance } from './fuzzing.ts';

/** What a hostile device knows of a document, and aims at. */
export interface Target {
	/** Client ids that others have used, and the clock that comes next. */
	clients: readonly { client: number; clock: number }[];
	entries: readonly string[];
	agents: readonly string[];
	/** Who is hostile, and the time by its clock. */
	self: string;
	tick(): string;
}

const roots = ['entries', 'verdicts', 'meta', 'draft:reply', 'draft:note', 'text:de', 'lines', '__proto__', '', 'x'];
const numbers = [0, 1, 2, 3, 7, 127, 128, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1];

/** An update in Yjs' own format, V1: right in its form or nearly so, wrong in what it says. */
export function grownUpdate(chance: Chance, target: Target): Uint8Array {
	const encoder = encoding.createEncoder();
	const sections = chance.upTo(3) + (chance.oneIn(8) ? 0 : 1);
	count(chance, encoder, sections);
	for (let i = 0; i < sections; i++) section(chance, encoder, target);
	const ranges = chance.oneIn(3) ? chance.upTo(3) : 0;
	count(chance, encoder, ranges);
	for (let i = 0; i < ranges; i++) {
		encoding.writeVarUint(encoder, someClient(chance, target).client);
		const deletes = chance.upTo(3);
		count(chance, encoder, deletes);
		for (let j = 0; j < deletes; j++) {
			encoding.writeVarUint(encoder, chance.of(numbers));
			encoding.writeVarUint(encoder, chance.of(numbers));
		}
	}
	const bytes = encoding.toUint8Array(encoder);
	return chance.oneIn(6) ? damaged(chance, bytes) : bytes;
}

/** A few bytes changed, taken away or put in. */
export function damaged(chance: Chance, bytes: Uint8Array): Uint8Array {
	const changed = [...bytes];
	for (let i = chance.upTo(4); i >= 0; i--) {
		const at = chance.upTo(changed.length + 1);
		if (chance.oneIn(3)) changed.splice(at, chance.upTo(8));
		else changed.splice(at, chance.upTo(2), chance.upTo(256));
	}
	return Uint8Array.from(changed);
}

function count(chance: Chance, encoder: encoding.Encoder, right: number): void {
	encoding.writeVarUint(encoder, chance.oneIn(40) ? chance.of(numbers) : right);
}

function someClient(chance: Chance, { clients }: Target): { client: number; clock: number } {
	if (clients.length === 0 || chance.oneIn(2)) return { client: 1 + chance.upTo(1_000_000), clock: 0 };
	return chance.oneIn(10) ? { client: chance.of(numbers), clock: chance.of(numbers) } : chance.of(clients);
}

function section(chance: Chance, encoder: encoding.Encoder, target: Target): void {
	const structs = chance.upTo(4) + 1;
	const { client, clock } = someClient(chance, target);
	count(chance, encoder, structs);
	encoding.writeVarUint(encoder, client);
	encoding.writeVarUint(encoder, chance.oneIn(8) ? chance.of(numbers) : clock);
	for (let i = 0; i < structs; i++) struct(chance, encoder, target);
}

const kinds = [8, 8, 8, 8, 7, 4, 3, 2, 1, 0, 10, 5, 6, 9, 31];

function struct(chance: Chance, encoder: encoding.Encoder, target: Target): void {
	const kind = chance.of(kinds);
	const isItem = kind !== 0 && kind !== 10;
	const origin = isItem && chance.oneIn(4) ? 0x80 : 0;
	const right = isItem && chance.oneIn(6) ? 0x40 : 0;
	const sub = isItem && !chance.oneIn(3) ? 0x20 : 0;
	encoding.writeUint8(encoder, kind | origin | right | sub);
	if (!isItem) return encoding.writeVarUint(encoder, chance.of(numbers));
	for (const flag of [origin, right]) {
		if (flag === 0) continue;
		const { client, clock } = someClient(chance, target);
		encoding.writeVarUint(encoder, client);
		encoding.writeVarUint(encoder, Math.max(0, clock - 1 - chance.upTo(3)));
	}
	if (origin === 0 && right === 0) {
		if (chance.oneIn(6)) {
			encoding.writeVarUint(encoder, 0);
			encoding.writeVarUint(encoder, someClient(chance, target).client);
			encoding.writeVarUint(encoder, chance.upTo(4));
		} else {
			encoding.writeVarUint(encoder, 1);
			encoding.writeVarString(encoder, chance.of(roots));
		}
		if (sub !== 0) encoding.writeVarString(encoder, someKey(chance, target));
	}
	content(chance, encoder, kind, target);
}

function someKey(chance: Chance, { entries }: Target): string {
	const ulid = '01J' + Array.from({ length: 23 }, () => chance.of([...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'])).join('');
	return chance.of([ulid, ulid, chance.of([...entries, ulid]), 'kind', 'schema', '__proto__', 'stamp:x', '']);
}

function content(chance: Chance, encoder: encoding.Encoder, kind: number, target: Target): void {
	switch (kind) {
		case 1:
			return encoding.writeVarUint(encoder, chance.of(numbers));
		case 2:
			encoding.writeVarUint(encoder, 1);
			return encoding.writeVarString(encoder, chance.of(['{}', '[', 'undefined', 'null', '{"__proto__":1}']));
		case 3:
			return encoding.writeVarUint8Array(encoder, new Uint8Array(chance.upTo(40)));
		case 4:
			return encoding.writeVarString(encoder, chance.of(['a', 'x'.repeat(300), '\u{1f600}', '\0', '']));
		case 5:
			return encoding.writeVarString(encoder, chance.of(['{}', '{', '[[[[[[]]]]]]']));
		case 6:
			encoding.writeVarString(encoder, chance.of(['bold', '__proto__', 'link']));
			return encoding.writeVarString(encoder, chance.of(['true', '{"href":"javascript:alert(1)"}', '{']));
		case 7: {
			const type = chance.upTo(8);
			encoding.writeVarUint(encoder, type);
			if (type === 3 || type === 5) encoding.writeVarString(encoder, chance.of(['script', 'paragraph', '']));
			return;
		}
		case 8: {
			encoding.writeVarUint(encoder, 1);
			return encoding.writeAny(encoder, entry(chance, target) as never);
		}
		default:
			return encoding.writeVarString(encoder, 'x');
	}
}

/** What an entry might say: something right, or fields that exist with values that should not. */
function entry(chance: Chance, { self, tick, entries, agents }: Target): unknown {
	const value = () =>
		chance.of<unknown>([
			...['', 'x', 'support', 'sales', 'x'.repeat(2_000), '<script>alert(1)</script>', '\ud800', '\0'],
			...[-1, 0, 1e308, null, true, [], {}, ['a'], { a: { b: [1] } }, { constructor: 'x' }],
			...entries,
			...agents,
		]);
	if (chance.oneIn(12)) return value();
	const some = chance.of(entries);
	const fields: Record<string, unknown> = {
		...chance.of<object>([
			{ kind: 'note', text: 'x', attachments: [] },
			{
				kind: 'note',
				text: 'x',
				attachments: [{ blob: '0'.repeat(64), name: '../../etc/passwd', size: 1, type: 'x' }],
			},
			{ kind: 'tagged', add: ['x'], remove: [] },
			{ kind: 'claimed' },
			{ kind: 'released', claim: some },
			{ kind: 'taken-over', claim: some, reason: 'x' },
			{ kind: 'status-set', status: 'closed', replaces: [] },
			{ kind: 'subject-set', subject: 'x', replaces: [some] },
			{ kind: 'assigned', agent: 'sue', replaces: [] },
			{ kind: 'undone', entry: some },
			{ kind: 'erased' },
			{ kind: 'message', direction: 'out', text: 'x' },
			{ kind: value() },
		]),
		at: chance.oneIn(6) ? value() : tick(),
		by: chance.oneIn(6) ? chance.of(agents) : self,
		device: chance.oneIn(6) ? chance.of(agents) : self,
	};
	for (let i = chance.oneIn(2) ? chance.upTo(3) : 0; i > 0; i--) fields[chance.of(Object.keys(fields))] = value();
	if (chance.oneIn(8)) fields[chance.of(['extra', 'html', 'verdict', 'epoch', '__proto__'])] = value();
	return fields;
}
