import { describe, expect, test } from 'vitest';
import { mailIdentity, recogniseMail } from '../../../sync-server/mail/mail-identity.ts';
import { corpusMail, corpusMailNames, parsed } from './mail-corpus.ts';
import { parseMail } from '../../../sync-server/mail/parse-mail.ts';

async function identityOf(raw: string | Uint8Array) {
	const bytes = Buffer.from(raw);
	return mailIdentity(await parsed(bytes), bytes);
}

/** Stores mails as an import would; answers what each was taken for. */
function createStore() {
	const contentByKey = new Map<string, string>();
	return async (raw: string | Uint8Array) => {
		const identity = await identityOf(raw);
		const recognition = recogniseMail(identity, (key) => contentByKey.get(key));
		if (recognition.kind === 'new') contentByKey.set(recognition.key, identity.content);
		return recognition;
	};
}

const mail = (id: string, body: string) => `From: a@b.example\nSubject: x\n${id}\n\n${body}\n`;

describe('[F95] when two mails are one', () => {
	test('M1 the way a mail took does not count: trace headers, line ends, folding, From quoting, blank lines at the end', async () => {
		const original = 'Message-ID: <1@b>\nFrom: a@b.example\nSubject: x\n y\n\nText\nFrom here\n';
		const others = [
			original.replaceAll('\n', '\r\n'),
			`Received: from x by y; now\nDelivered-To: other@b.example\n${original}`,
			original.replace('From here', '>From here'),
			original.replace('x\n y', 'x y'),
			`${original}\n\n`,
			`\ufeffFrom a@b.example Tue Mar  3 09:15:00 2026\n${original}`,
		];
		for (const other of others) expect(await identityOf(other)).toEqual(await identityOf(original));
	});

	test('M2 the hash of a mail is on record: when it changes, everything would be imported again', async () => {
		const { content } = await identityOf(corpusMail('plain.eml'));
		expect(content).toBe('sha256:f074a2b0c0f89e3eabf524c268e9dbf934f99dfa158bf7c33434f8cc6c2b3b73');
	});

	test('M3 a mail is known by its Message-ID, or by its content', async () => {
		expect((await identityOf(mail('Message-ID: <1@b>', 'a'))).key).toBe('1@b');
		const without = await identityOf(mail('X-A: b', 'a'));
		expect(without.key).toBe(without.content);
		expect(without.key).toMatch(/^sha256:[0-9a-f]{64}$/);
	});

	test('M4 the same Message-ID with other content is a mail of its own, and each is a duplicate the second time', async () => {
		const store = createStore();
		const first = mail('Message-ID: <1@b>', 'a');
		const second = mail('Message-ID: <1@b>', 'b');
		const third = mail('Message-ID: <1@b>', 'c');
		const kinds = [];
		for (const raw of [first, second, third, first, second, third]) kinds.push((await store(raw)).kind);
		expect(kinds).toEqual(['new', 'new', 'new', 'duplicate', 'duplicate', 'duplicate']);
	});

	test('importing a whole corpus twice adds nothing the second time', async () => {
		const store = createStore();
		const readable = [];
		for (const name of corpusMailNames()) {
			if ((await parseMail(corpusMail(name))).kind === 'parsed') readable.push(corpusMail(name));
		}
		for (const raw of readable) expect((await store(raw)).kind).toBe('new');
		for (const raw of readable) expect((await store(raw)).kind).toBe('duplicate');
	});
});
