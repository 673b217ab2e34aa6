import { expect, test } from 'vitest';
import { projectAll } from '../../src/lib/projection/project-all.ts';
import type { ProjectionAnswer, ProjectionJob } from '../../src/lib/projection/projection-messages.ts';
import { createProjector, type ProjectionThread } from '../../src/lib/projection/projector.ts';
import { ticketId, writtenTicket } from '../store/record-fixtures.ts';

const good = { document: ticketId(1), updates: [writtenTicket('Printer').whole()] };
const broken = { document: ticketId(2), updates: [Uint8Array.of(1, 2, 3)] };

/** A worker in the test's hand: it answers, or breaks, when it is told to. */
function threadInHand() {
	const jobs: ProjectionJob[] = [];
	const listeners: Record<string, ((event: never) => void)[]> = {};
	let terminated = false;
	const thread: ProjectionThread = {
		postMessage: (job) => void jobs.push(structuredClone(job)),
		addEventListener: (type: string, listener: (event: never) => void) => void (listeners[type] ??= []).push(listener),
		terminate: () => void (terminated = true),
	};
	return {
		thread,
		jobs,
		answer(job: ProjectionJob) {
			const data: ProjectionAnswer = { job: job.job, rows: projectAll(job.documents) };
			for (const listener of listeners.message ?? []) listener({ data } as never);
		},
		break: () => listeners.error?.forEach((listener) => listener({} as never)),
		get terminated() {
			return terminated;
		},
	};
}

test('rows come in the order of the documents, with null for what cannot be read', async () => {
	const hand = threadInHand();
	const projector = createProjector(() => hand.thread);
	const rows = projector.rows([broken, good]);
	hand.answer(hand.jobs[0]!);
	expect(await rows).toEqual([null, expect.objectContaining({ subject: 'Printer' })]);
});

test('answers find their questions, whatever comes first', async () => {
	const hand = threadInHand();
	const projector = createProjector(() => hand.thread);
	const [first, second] = [projector.rows([good]), projector.rows([broken])];
	hand.answer(hand.jobs[1]!);
	hand.answer(hand.jobs[0]!);
	expect([(await first).length, await second]).toEqual([1, [null]]);
});

test('where no worker can start, rows are made in this thread', async () => {
	const projector = createProjector(() => {
		throw new Error('no workers here');
	});
	expect(await projector.rows([good])).toMatchObject([{ subject: 'Printer' }]);
});

test('a worker that breaks loses nothing: what it owed is made in this thread', async () => {
	const hand = threadInHand();
	const projector = createProjector(() => hand.thread);
	const owed = projector.rows([good]);
	hand.break();
	expect(await owed).toMatchObject([{ subject: 'Printer' }]);
	expect(hand.terminated).toBe(true);
	expect(await projector.rows([good])).toHaveLength(1);
	expect(hand.jobs).toHaveLength(1);
	projector.close();
	projector.close();
});
