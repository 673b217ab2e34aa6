import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDocumentId, type DocumentId } from '../../src/lib/domain/ids.ts';
import { limits } from '../../src/lib/protocol/limits.ts';
import { liveRoom, readLiveRoom } from '../../src/lib/protocol/live.ts';
import {
	decodePage,
	decodePush,
	encodePage,
	encodePush,
	MalformedMessage,
	type Edit,
	type Page,
} from '../../src/lib/protocol/replica.ts';

const documentId = fc.oneof(
	fc.constantFrom('desk', 'me:maria').map((text) => text as DocumentId),
	fc.stringMatching(/^(ticket|person|organisation)\/[0-9A-HJKMNP-TV-Z]{26}$/).map((text) => text as DocumentId),
);
const bytes = fc.uint8Array({ maxLength: 300, size: 'max' });
const edit: fc.Arbitrary<Edit> = fc.record({ n: fc.nat(), document: documentId, generation: fc.nat(9), update: bytes });
const page: fc.Arbitrary<Page> = fc.record({
	documents: fc.array(
		fc.record({
			document: documentId,
			generation: fc.nat(9),
			head: fc.nat(),
			from: fc.constantFrom('snapshot' as const, 'tail' as const),
			updates: fc.array(bytes, { maxLength: 4 }),
		}),
	),
	gone: fc.array(documentId),
	dropped: fc.array(documentId),
	cursor: fc.nat(),
	next: fc.option(fc.string()),
	total: fc.nat(),
	relayTime: fc.nat(),
	era: fc.nat(),
	scopeRevision: fc.nat(),
});

describe('replica messages', () => {
	test('a push is read as it was written', () => {
		fc.assert(
			fc.property(
				fc.array(edit, { maxLength: 30, size: 'max' }),
				(edits) => void expect(decodePush(encodePush(edits))).toEqual(edits),
			),
		);
	});

	test('a page is read as it was written', () => {
		fc.assert(fc.property(page, (some) => void expect(decodePage(encodePage(some))).toEqual(some)));
	});

	test('whatever bytes come, a reader answers or says MalformedMessage, and nothing else', () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), (some) => {
				for (const read of [decodePush, decodePage]) {
					try {
						read(some);
					} catch (error) {
						expect(error).toBeInstanceOf(MalformedMessage);
					}
				}
			}),
			{ numRuns: 5000 },
		);
	});

	test('a declared length beyond the bytes, too many edits and bytes left over are malformed', () => {
		const one = encodePush([
			{ n: 1, document: 'desk' as DocumentId, generation: 0, update: new Uint8Array([1, 2, 3]) },
		]);
		expect(() => decodePush(one.slice(0, -1))).toThrow(MalformedMessage);
		expect(() => decodePush(new Uint8Array([...one, 0]))).toThrow(MalformedMessage);
		expect(() => decodePush(new Uint8Array([255, 255, 255, 255, 7]))).toThrow('too many edits');
		const many = Array.from({ length: limits.pushEdits + 1 }, (_, n) => ({
			n,
			document: 'desk' as DocumentId,
			generation: 0,
			update: new Uint8Array(),
		}));
		expect(() => decodePush(encodePush(many))).toThrow('too many edits');
	});

	test('a live room names document and generation, and nothing else', () => {
		fc.assert(
			fc.property(
				documentId,
				fc.nat(),
				(document, generation) =>
					void expect(readLiveRoom(liveRoom(document, generation))).toEqual({ document, generation }),
			),
		);
		expect(readLiveRoom('desk')).toEqual({ document: 'desk', generation: 0 });
		for (const room of ['ticket/../desk', 'desk@-1', 'desk@x', 'ticket/short@0', ''])
			expect(readLiveRoom(room)).toBeUndefined();
		expect(isDocumentId('me:../../etc')).toBe(false);
	});
});
