import fc from 'fast-check';
import { expect } from 'vitest';
import { encodeHlc } from '../../../src/lib/domain/hlc.ts';
import type { EntryId } from '../../../src/lib/domain/ids.ts';
import type { Verdict } from '../../../src/lib/domain/verdict.ts';
import type { openSmtpSession, SendResult } from '../../../sync-server/mail-out/smtp-session.ts';
import { startMailDesk, type MailDesk, type MailDeskOptions, type TicketOnDevice } from './mail-desk.ts';

/** What three agents, a customer, a mail server and a crash do to one ticket. */
export type Step =
	| {
			kind: 'claim' | 'release' | 'reply' | 'follow' | 'withdraw' | 'pull' | 'push' | 'again';
			who: number;
			skew: number;
	  }
	| { kind: 'customer' | 'pass' | 'crash'; who: number; skew: number }
	| { kind: 'server'; who: number; skew: number; does: ServerDoes };
/** `lost` and `arrived`: it says nothing; the mail is there or not. `hangs`: it still has not answered when the relay dies, with the mail or without. */
export type ServerDoes = 'sent' | 'later' | 'refused' | 'lost' | 'arrived' | 'hangs' | 'down' | 'slow';

const who = fc.nat(2);
const skew = fc.integer({ min: -1e10, max: 1e10 });
const doing = (...kinds: string[]) => fc.record({ kind: fc.constantFrom(...kinds), who, skew });
export const steps = () =>
	fc.array(
		fc.oneof(
			{ weight: 5, arbitrary: doing('reply', 'push') },
			{ weight: 4, arbitrary: doing('claim', 'release', 'pull', 'push', 'follow', 'withdraw', 'again') },
			{ weight: 3, arbitrary: doing('customer', 'pass', 'crash', 'pass') },
			{
				weight: 2,
				arbitrary: fc.record({
					kind: fc.constant('server'),
					...{ who, skew },
					does: fc.constantFrom('sent', 'later', 'refused', 'lost', 'arrived', 'hangs', 'down', 'slow'),
				}),
			},
		) as fc.Arbitrary<Step>,
		{ minLength: 6, maxLength: 30, size: 'max' },
	);

export interface GateWorld {
	desk: MailDesk;
	/** Message-IDs of the mails that reached the customer. */
	arrived: string[];
	run(program: readonly Step[]): Promise<void>;
	close(): Promise<void>;
}

export async function createGateWorld(
	spoil: MailDeskOptions['spoil'] & { send?: (real: SendResult) => SendResult } = {},
): Promise<GateWorld> {
	const arrived: string[] = [];
	let does: ServerDoes = 'sent';
	let isThere = false;
	let runs = 0;
	let onSlow: () => Promise<void> = () => Promise.resolve();
	let hanging: Promise<never> | undefined;
	const answers: Record<Exclude<ServerDoes, 'hangs'>, SendResult> = {
		sent: { kind: 'sent', refusedFor: [] },
		slow: { kind: 'sent', refusedFor: [] },
		later: { kind: 'later', reason: '450 later' },
		down: { kind: 'later', reason: 'gone' },
		refused: { kind: 'refused', reason: '550 no' },
		lost: { kind: 'unknown', reason: 'silence' },
		arrived: { kind: 'unknown', reason: 'silence' },
	};
	const openSession: typeof openSmtpSession = async () => {
		if (does === 'down') return { kind: 'failed', reason: 'Nothing is there.', failure: { problem: 'unreachable' } };
		// Connecting takes a while, and people go on meanwhile.
		if (does === 'slow') await onSlow();
		return {
			kind: 'open',
			session: {
				isOpen: () => true,
				close: () => undefined,
				async send(_envelope, mail) {
					if (!mail.mayLeave()) return { kind: 'later', reason: 'kept' };
					const message = await mail.open(() => undefined);
					let raw = '';
					for await (const chunk of message) raw += String(chunk);
					const id = /^message-id:\s*<([^>]*)>/im.exec(raw)?.[1] ?? 'none';
					if (does === 'hangs') {
						if (isThere) arrived.push(id);
						return (hanging = new Promise<never>(() => {}));
					}
					if (answers[does].kind === 'sent' || does === 'arrived') arrived.push(id);
					return spoil.send?.(answers[does]) ?? answers[does];
				},
			},
		};
	};
	const desk = await startMailDesk({
		openSession,
		accountFor: () => ({
			id: 'box',
			address: 'help@desk.example',
			smtp: { host: 'nowhere.invalid', port: 1, security: 'none' },
		}),
		spoil,
	});
	const agents = ['maria', 'tom', 'sue'].map((name) => desk.relay.device(name));

	async function run(program: readonly Step[]): Promise<void> {
		does = 'sent';
		arrived.length = 0;
		const origin = await desk.ticket(desk.relay.device(`opener-${Math.floor(runs++ / 900)}`));
		const { id } = origin;
		await desk.customerWrites(id);
		const copies = await Promise.all(agents.map((device) => desk.on(device, origin)));
		const requests = new Set<EntryId>();
		let seen = new Map<string, Verdict>();
		const look = () => {
			const now = desk.verdicts(id);
			// I8
			for (const [key, verdict] of seen) expect(now.get(key), 'a verdict changed').toEqual(verdict);
			seen = new Map(now);
		};
		const push = async (copy: TicketOnDevice) => {
			const before = desk.fold(id).claim;
			const known = new Set(desk.verdicts(id).keys());
			await copy.push();
			const agent = copy.device.identity.agent;
			for (const { request, state } of desk.fold(id).replies) {
				if (known.has(request.id) || request.by !== agent || state.kind !== 'accepted') continue;
				if (request.follows !== undefined || before.kind !== 'held') continue;
				// I3: not past the agent who holds the ticket.
				expect(before.agent, 'a reply went past the holder').toBe(agent);
			}
		};
		const withdraw = (copy: TicketOnDevice) => {
			const own = copy.ticket().replies.filter(({ request }) => request.by === copy.device.identity.agent);
			const last = own.at(-1)?.request.id;
			if (last !== undefined) copy.write({ kind: 'reply-withdrawn', request: last });
		};
		const passOrHang = async () => {
			hanging = undefined;
			const passed = desk.mailOut.pass();
			let isDone = false;
			void passed.then(() => (isDone = true));
			while (!isDone && hanging === undefined) await new Promise((resolve) => setImmediate(resolve));
			if (hanging !== undefined) await crash();
		};
		const crash = async () => {
			does = 'sent';
			await desk.restart();
		};
		for (const step of program) {
			const copy = copies[step.who] as TicketOnDevice;
			const at = encodeHlc(Math.max(0, desk.now() + step.skew));
			if (step.kind === 'claim') copy.write({ kind: 'claimed' }, at);
			else if (step.kind === 'release') {
				const claim = copy.ticket().timeline.findLast((entry) => entry.kind === 'claimed')?.id;
				if (claim !== undefined) copy.write({ kind: 'released', claim }, at);
			} else if (step.kind === 'reply') requests.add(copy.reply({}, at));
			else if (step.kind === 'follow') {
				const held = copy.ticket().replies.find(({ state }) => state.kind === 'held')?.request.id;
				if (held !== undefined) requests.add(copy.reply({ slot: null, follows: held }, at));
			} else if (step.kind === 'withdraw') withdraw(copy);
			else if (step.kind === 'pull') await copy.pull();
			else if (step.kind === 'push' || step.kind === 'again') await push(copy);
			else if (step.kind === 'customer') await desk.customerWrites(id);
			else if (step.kind === 'crash') await crash();
			else if (step.kind === 'server') {
				does = step.does;
				isThere = step.skew % 2 === 0;
				onSlow = async () => {
					for (const one of copies) {
						withdraw(one);
						await push(one);
					}
				};
			} else {
				desk.go(10_001);
				await passOrHang();
			}
			look();
		}
		// Everybody comes back, the server works, and time passes.
		for (const copy of copies) await push(copy);
		does = 'sent';
		for (let i = 0; i < 3; i++) {
			desk.go(2 * 3_600_000);
			await desk.mailOut.pass();
		}
		look();
		check(id, requests);

		// I7: what was pushed before is pushed again, and nothing is different.
		const mails = [...arrived];
		const verdicts = [...desk.verdicts(id)];
		for (const copy of copies) await copy.push();
		desk.go(2 * 3_600_000);
		await desk.mailOut.pass();
		await desk.restart();
		expect([...desk.verdicts(id)]).toEqual(verdicts);
		expect(arrived).toEqual(mails);
		if (desk.relay.failures.length > 0) throw new Error(`the relay failed: ${String(desk.relay.failures.shift())}`);
	}

	function check(id: Parameters<MailDesk['fold']>[0], requests: ReadonlySet<EntryId>): void {
		const ticket = desk.fold(id);
		const timesOf = (messageId: string | undefined) => arrived.filter((one) => one === messageId).length;
		// I3: one official mail to each message of the customer, and no mail twice.
		const official = new Map<string, number>();
		for (const { request } of ticket.replies) {
			const row = desk.outbound.of(request.id);
			const times = row?.state === 'withdrawn' ? 0 : timesOf(row?.messageId);
			if (request.slot !== null && request.follows === undefined && times > 0)
				official.set(request.slot, (official.get(request.slot) ?? 0) + times);
		}
		for (const [, times] of official) expect(times, 'mails for one slot').toBeLessThanOrEqual(1);
		expect(new Set(arrived).size, 'a mail arrived twice').toBe(arrived.length);
		// I13: each request has come to its end, and to one that is true.
		expect(ticket.replies.map(({ request }) => request.id).sort()).toEqual([...requests].sort());
		for (const { request, state } of ticket.replies) {
			const row = desk.outbound.of(request.id);
			expect(['sent', 'held', 'failed', 'uncertain', 'withdrawn', 'settled']).toContain(state.kind);
			const times = row?.state === 'withdrawn' ? 0 : timesOf(row?.messageId);
			if (state.kind === 'sent') expect(times, 'called sent').toBe(1);
			else if (state.kind !== 'uncertain') expect(times, `called ${state.kind}`).toBe(0);
			if (row === undefined) expect(['held', 'withdrawn', 'settled']).toContain(state.kind);
			else expect(row.state).toBe(state.kind);
		}
	}

	return { desk, arrived, run, close: () => desk.close() };
}
