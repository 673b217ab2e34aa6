/**
 *   mailboxes        accounts at mail servers; `account` is JSON without passwords, these stand beside it, encrypted
 *   mailbox_places   how far a mailbox was read: by folder and UIDVALIDITY, up to which UID
 *   mailbox_log      what happened, newest last; only the newest of each mailbox are kept
 */
export const mailboxTables = `
	CREATE TABLE mailboxes (
		id TEXT PRIMARY KEY,
		account TEXT NOT NULL,
		imap_password BLOB,
		smtp_password BLOB,
		created_at INTEGER NOT NULL,
		changed_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE mailbox_places (
		mailbox TEXT PRIMARY KEY,
		folder TEXT NOT NULL,
		uid_validity TEXT NOT NULL,
		-- Everything up to here is done with.
		last_uid INTEGER NOT NULL,
		-- Up to here stood what was there before the first look; after it everything is new.
		backlog_until INTEGER NOT NULL,
		-- Only what came since then counts, where the folder has been numbered anew.
		since INTEGER,
		begun_at INTEGER NOT NULL,
		last_fetch_at INTEGER,
		last_mail_at INTEGER,
		taken INTEGER NOT NULL DEFAULT 0,
		duplicates INTEGER NOT NULL DEFAULT 0,
		skipped INTEGER NOT NULL DEFAULT 0
	) STRICT, WITHOUT ROWID;
	CREATE TABLE mailbox_log (
		id INTEGER PRIMARY KEY,
		mailbox TEXT NOT NULL,
		at INTEGER NOT NULL,
		entry TEXT NOT NULL
	) STRICT;
	CREATE INDEX mailbox_log_by_mailbox ON mailbox_log (mailbox, id);
`;
