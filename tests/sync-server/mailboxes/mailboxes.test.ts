import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LineId } from '../../../src/lib/domain/ids.ts';
import type { MailboxChange } from '../../../src/lib/protocol/mailbox.ts';
import { createMailboxes, type MailAccount, type Put } from '../../../sync-server/mailboxes/mailboxes.ts';
import { mustOpenDatabase } from '../../../sync-server/store/database.ts';
import { emptyFolder } from '../running-relay.ts';

const line = 'support' as LineId;
const password = 'correct horse battery';

function openMailboxes() {
	const directory = emptyFolder();
	const secretsDirectory = join(directory, 'secrets');
	mkdirSync(secretsDirectory);
	const database = mustOpenDatabase(directory);
	let ids = 0;
	const open = () =>
		createMailboxes({ database: database.db, secretsDirectory, now: () => 1_000, newId: () => `box-${ids++}` });
	return { directory, keyFile: join(secretsDirectory, 'mail.key'), database, open, boxes: open() };
}

function supportBox(change: Partial<MailboxChange> = {}): MailboxChange {
	return {
		name: 'Support',
		line,
		address: 'support@example.org',
		active: true,
		imap: {
			host: 'imap.example.org',
			port: 993,
			security: 'tls',
			user: 'support',
			password,
			folder: 'INBOX',
			start: 'unseen',
			after: 'seen',
		},
		smtp: { host: 'smtp.example.org', port: 465, security: 'tls', user: 'support', password: `${password} 2` },
		...change,
	};
}

function stored(put: Put): MailAccount {
	if (put.kind !== 'stored') throw new Error(put.reason);
	return put.account;
}

describe('accounts', () => {
	test('are kept whole and come back after a restart', () => {
		const { boxes, open } = openMailboxes();
		const account = stored(boxes.put(supportBox()));
		expect(open().all()).toEqual([account]);
		expect(open().get(account.id)?.imap?.password).toBe(password);
		expect(boxes.get('nobody')).toBeUndefined();
	});

	test('a line sends with its first active account that can send', () => {
		const { boxes } = openMailboxes();
		stored(boxes.put(supportBox({ active: false })));
		stored(boxes.put(supportBox({ smtp: undefined })));
		expect(boxes.forLine(line)).toBeUndefined();
		const sending = stored(boxes.put(supportBox()));
		expect(boxes.forLine(line)?.id).toBe(sending.id);
		expect(boxes.forLine('sales' as LineId)).toBeUndefined();
	});

	test('a removed one is gone, and whoever listens hears of every change', () => {
		const { boxes } = openMailboxes();
		const heard: string[] = [];
		const stop = boxes.onChange((id) => heard.push(id));
		const { id } = stored(boxes.put(supportBox()));
		expect([boxes.remove(id), boxes.remove(id), boxes.all()]).toEqual([true, false, []]);
		stop();
		boxes.put(supportBox());
		expect(heard).toEqual([id, id]);
	});
});

describe('passwords', () => {
	test('lie encrypted on the disk, with a key that only the owner can read', () => {
		const { directory, keyFile, database, boxes } = openMailboxes();
		stored(boxes.put(supportBox()));
		database.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
		expect(readFileSync(join(directory, 'tresen.sqlite')).includes('horse')).toBe(false);
		expect(statSync(keyFile).mode & 0o777).toBe(0o600);
	});

	test('stay when they are left out, and are asked for again when the host changes or protection falls', () => {
		const { boxes } = openMailboxes();
		const { id } = stored(boxes.put(supportBox()));
		const { imap, smtp } = supportBox();
		if (imap === undefined || smtp === undefined) throw new Error('no servers');
		const kept = { ...imap, password: undefined };
		const change = { id, name: 'Renamed', smtp: { ...smtp, password: undefined } };
		expect(stored(boxes.put(supportBox({ ...change, imap: kept }))).imap?.password).toBe(password);
		const elsewhere = boxes.put(supportBox({ ...change, imap: { ...kept, host: 'imap.attacker.example' } }));
		expect(elsewhere).toEqual({ kind: 'refused', reason: 'password-needed' });
		const inTheClear = boxes.put(supportBox({ ...change, imap: { ...kept, security: 'none', allowPlain: true } }));
		expect(inTheClear).toEqual({ kind: 'refused', reason: 'password-needed' });
		expect(boxes.get(id)?.imap?.host).toBe('imap.example.org');
	});

	test('never travel in the clear to another machine unless that was said', () => {
		const { boxes } = openMailboxes();
		const { imap } = supportBox();
		if (imap === undefined) throw new Error('no imap');
		const plain = { ...imap, security: 'none' as const };
		expect(boxes.put(supportBox({ imap: plain }))).toEqual({ kind: 'refused', reason: 'plain-not-allowed' });
		expect(boxes.put(supportBox({ imap: { ...plain, host: '127.0.0.1' } })).kind).toBe('stored');
		expect(boxes.put(supportBox({ imap: { ...plain, allowPlain: true } })).kind).toBe('stored');
		const named = boxes.put(supportBox({ imap: { ...plain, host: '127.0.0.1.example.org' } }));
		expect(named.kind).toBe('refused');
	});

	test('without their key, or with another one, the account is there and says so; new ones are taken', () => {
		const { keyFile, boxes } = openMailboxes();
		const { id } = stored(boxes.put(supportBox()));
		const key = readFileSync(keyFile);
		rmSync(keyFile);
		expect(boxes.get(id)).toMatchObject({ name: 'Support', secrets: 'key-missing', imap: { password: '' } });
		writeFileSync(keyFile, 'not a key');
		expect(boxes.get(id)?.secrets).toBe('key-missing');
		expect(boxes.put(supportBox())).toEqual({ kind: 'refused', reason: 'key-unusable' });
		expect(readFileSync(keyFile, 'utf8')).toBe('not a key');

		rmSync(keyFile);
		const second = stored(boxes.put(supportBox()));
		expect(boxes.get(second.id)?.secrets).toBe('readable');
		expect(boxes.get(id)?.secrets).toBe('key-other');
		expect(boxes.put(supportBox({ id, imap: { ...supportBox().imap!, password: undefined } })).kind).toBe('refused');
		expect(stored(boxes.put(supportBox({ id }))).secrets).toBe('readable');
		writeFileSync(keyFile, key);
		expect(boxes.get(id)?.secrets).toBe('key-other');
	});

	test('do not open in the row of another account, nor beside another host', () => {
		const { database, boxes } = openMailboxes();
		const first = stored(boxes.put(supportBox()));
		const second = stored(boxes.put(supportBox({ smtp: undefined })));
		database.db
			.prepare('UPDATE mailboxes SET imap_password = (SELECT imap_password FROM mailboxes WHERE id = ?) WHERE id = ?')
			.run(first.id, second.id);
		expect(boxes.get(second.id)).toMatchObject({ secrets: 'key-other', imap: { password: '' } });
		database.db
			.prepare(`UPDATE mailboxes SET account = json_set(account, '$.imap.host', 'imap.attacker.example') WHERE id = ?`)
			.run(first.id);
		expect(boxes.get(first.id)).toMatchObject({ secrets: 'key-other', imap: { password: '' } });
	});
});
