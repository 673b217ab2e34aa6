import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { DocumentId, EntryId } from '../../../src/lib/domain/ids.ts';
import { readTokenKey } from '../../../sync-server/mail-intake/token-key.ts';
import { createReplyTokens } from '../../../sync-server/mail/reply-token.ts';

const ticket = 'ticket/01JABCDEFGHJKMNPQRSTVWXYZ0' as DocumentId;
const slot = '01JZZZZZZZZZZZZZZZZZZZZZZZ' as EntryId;
const tokens = createReplyTokens(new Uint8Array(32).fill(7));
const otherDesk = createReplyTokens(new Uint8Array(32).fill(8));

describe('signed Message-IDs and reply addresses', () => {
	test('[F93] a Message-ID leads to its ticket and its slot, in brackets or not, in any case', () => {
		const id = tokens.messageId(ticket, slot, 'desk.example.org');
		expect(id).toMatch(/^[0-9a-z]{26}\.[0-9a-z]{26}\.[0-9a-z]{16}@desk\.example\.org$/);
		for (const text of [id, `<${id}>`, id.toUpperCase(), ` <${id}> `]) {
			expect(tokens.read(text)).toEqual({ ticket, slot });
		}
	});

	test('[F93] a reply address leads to its ticket', () => {
		const address = tokens.replyAddress(ticket, 'hilfe@desk.example.org');
		expect(address).toMatch(/^hilfe\+[0-9a-z]{26}\.[0-9a-z]{16}@desk\.example\.org$/);
		expect(tokens.read(address ?? '')).toEqual({ ticket });
		expect(tokens.read((address ?? '').toUpperCase())).toEqual({ ticket });
	});

	test('[F93] an address that has no room left gets no token', () => {
		expect(tokens.replyAddress(ticket, `${'a'.repeat(20)}@example.org`)?.split('@')[0]).toHaveLength(64);
		expect(tokens.replyAddress(ticket, `${'a'.repeat(21)}@example.org`)).toBeUndefined();
		expect(tokens.replyAddress(ticket, 'no address')).toBeUndefined();
	});

	test('[F93] no single letter of a token may be another one', () => {
		const id = tokens.messageId(ticket, slot, 'x.example');
		const address = tokens.replyAddress(ticket, 'a@x.example') ?? '';
		for (const token of [id, address]) {
			const until = token.indexOf('@');
			for (let i = token.indexOf('+') + 1; i < until; i++) {
				const changed = token.slice(0, i) + (token[i] === 'q' ? 'r' : 'q') + token.slice(i + 1);
				expect(tokens.read(changed), changed).toBeUndefined();
			}
		}
	});

	test('[F93] another key signs nothing of ours, and an address is no Message-ID', () => {
		expect(otherDesk.read(tokens.messageId(ticket, slot, 'x'))).toBeUndefined();
		expect(otherDesk.read(tokens.replyAddress(ticket, 'a@x') ?? '')).toBeUndefined();
		const signature = (tokens.replyAddress(ticket, 'a@x') ?? '').slice(-18, -2);
		const name = ticket.slice(7).toLowerCase();
		expect(tokens.read(`${name}.${slot.toLowerCase()}.${signature}@x`)).toBeUndefined();
	});

	test('whatever is read, nothing throws and nothing passes', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
				expect(tokens.read(text)).toBeUndefined();
			}),
		);
		expect(tokens.read('+'.repeat(1_000_000))).toBeUndefined();
	});
});

describe('the key', () => {
	const directory = mkdtempSync(join(tmpdir(), 'token-key-'));
	const path = join(directory, 'secrets', 'mail-tokens.key');
	afterEach(() => rmSync(join(directory, 'secrets'), { recursive: true, force: true }));

	test('is made on first use, for its owner alone, and stays', () => {
		const key = readTokenKey(directory);
		expect(key).toHaveLength(32);
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(readTokenKey(directory)).toEqual(key);
		expect(readFileSync(path, 'utf8')).toMatch(/^[\w-]{43}\n$/);
	});

	test('that is broken is not silently replaced', () => {
		readTokenKey(directory);
		writeFileSync(path, 'short');
		expect(() => readTokenKey(directory)).toThrow('mail-tokens.key does not hold a key');
	});
});
