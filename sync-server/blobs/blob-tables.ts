/**
 *   blobs           complete files; the bytes lie in the data directory under their SHA-256
 *   blob_uploaders  who brought a file: may read it before a record names it
 *   blob_refs       which documents name a file, by whose hand; who may see one of them may read it, if the hand that
 *                   named it had the file itself (`vouched`): a hash alone opens nothing
 *   imported_mails  mails that were taken in, by their identity; `content` tells two mails with one id apart
 *   mail_threads    which ticket a Message-ID belongs to
 */
export const blobTables = `
	CREATE TABLE blobs (
		id TEXT PRIMARY KEY,
		size INTEGER NOT NULL,
		stored_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE blob_uploaders (
		blob TEXT NOT NULL,
		device TEXT NOT NULL,
		PRIMARY KEY (blob, device)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE blob_refs (
		blob TEXT NOT NULL,
		document TEXT NOT NULL,
		device TEXT NOT NULL,
		vouched INTEGER NOT NULL,
		PRIMARY KEY (blob, document, device)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX blob_refs_of_document ON blob_refs (document);
	CREATE TABLE imported_mails (
		key TEXT PRIMARY KEY,
		content TEXT NOT NULL,
		ticket TEXT NOT NULL,
		imported_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE mail_threads (
		message_id TEXT PRIMARY KEY,
		ticket TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE person_addresses (
		address TEXT NOT NULL,
		person TEXT NOT NULL,
		PRIMARY KEY (address, person)
	) STRICT, WITHOUT ROWID;
`;
