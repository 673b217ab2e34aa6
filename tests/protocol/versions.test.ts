import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordSchemaVersion, roots, draftRoots } from '../../src/lib/document/record-document.ts';
import { agentSchema, deskSchema, lineSchema, queueSchema } from '../../src/lib/domain/desk-config.ts';
import { entrySchema } from '../../src/lib/domain/entry.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';
import { verdictSchema } from '../../src/lib/domain/verdict.ts';
import { closeReasons } from '../../src/lib/protocol/close-reasons.ts';
import { protocolVersion } from '../../src/lib/protocol/limits.ts';
import {
	bootstrapRequestSchema,
	decodePage,
	encodePage,
	encodePush,
	pokeSchema,
	pullRequestSchema,
	writingNewsSchema,
} from '../../src/lib/protocol/replica.ts';
import * as session from '../../src/lib/protocol/session.ts';

/** The shape of values, without the functions that check them. */
function hashOf(...shapes: unknown[]): string {
	const text = JSON.stringify(shapes, (key, value: unknown) => {
		if (key === '~standard') return undefined;
		if (value instanceof RegExp) return String(value);
		return value instanceof Uint8Array ? [...value] : value;
	});
	return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/*
 * A red line here means: the shape changed. Old devices come back after months, so decide first.
 * If old apps can still read what new ones write (and the other way round), pin the new hash. If not, raise the version,
 * keep reading the old shape, and add a fixture of it.
 */
test('the shape of documents belongs to record schema version 1', () => {
	expect(recordSchemaVersion).toBe(1);
	expect(
		hashOf(roots, draftRoots, entrySchema, verdictSchema, agentSchema, deskSchema, lineSchema, queueSchema),
	).toMatchInlineSnapshot(`"d1a680e53c915060"`);
});

test('rows alone stand in a page behind all that was there before them, and come only to who asks with `recentDays`', () => {
	const document = 'ticket/01H00000000000000000000000' as DocumentId;
	const counts = { cursor: 1, next: null, total: 1, relayTime: 3, era: 4, scopeRevision: 5 };
	const page = {
		documents: [{ document, generation: 1, head: 300, from: 'tail' as const, updates: [new Uint8Array([1])] }],
		...{ gone: [], dropped: [], ...counts },
	};
	const before = encodePage(page);
	expect(encodePage({ ...page, headers: [] })).toEqual(before);
	const headers = [{ document, generation: 2, head: 301, header: '{"number":"104-1"}' }];
	const after = encodePage({ ...page, headers });
	expect(after.slice(0, before.length)).toEqual(before);
	expect(Buffer.from(after.slice(before.length)).toString('hex')).toMatchInlineSnapshot(
		`"01217469636b65742f303148303030303030303030303030303030303030303030303002ad02127b226e756d626572223a223130342d31227d"`,
	);
	expect(decodePage(after)).toEqual({ ...page, headers });
});

test('the messages belong to protocol version 1', () => {
	expect(protocolVersion).toBe(1);
	const document = 'ticket/01H00000000000000000000000' as DocumentId;
	const push = encodePush([{ n: 300, document, generation: 1, update: new Uint8Array([1, 2, 3]) }]);
	const page = encodePage({
		documents: [{ document, generation: 1, head: 300, from: 'tail', updates: [new Uint8Array([1])] }],
		gone: [document],
		dropped: [document],
		cursor: 1,
		next: 'k',
		total: 2,
		relayTime: 3,
		era: 4,
		scopeRevision: 5,
	});
	const {
		newDeviceSchema,
		setupRequestSchema,
		enrolRequestSchema,
		sessionRequestSchema,
		sessionSchema,
		invitationRequestSchema,
		agentChangeSchema,
		wipedRequestSchema,
	} = session;
	const sessions = [
		newDeviceSchema,
		setupRequestSchema,
		enrolRequestSchema,
		sessionRequestSchema,
		sessionSchema,
		invitationRequestSchema,
		agentChangeSchema,
		wipedRequestSchema,
	];
	expect(
		hashOf(
			push,
			page,
			closeReasons,
			pullRequestSchema,
			bootstrapRequestSchema,
			pokeSchema,
			writingNewsSchema,
			sessions,
		),
	).toMatchInlineSnapshot(`"5902c46cc43d5d94"`);
});
