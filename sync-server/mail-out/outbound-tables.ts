/**
 *   outbound_mail   every mail that the gate let through, and the relay's own acknowledgements
 *
 *   queued --> sending --> sent
 *     ^  |        |-> failed     a person may send it again: queued under a new cause
 *     |  |        |-> uncertain  nobody knows; only a person sends it again, or says that it was sent
 *     |  |        '-> queued     a passing fault: later once more
 *     |  '-> withdrawn           its slot is free again
 *     '----- failed, uncertain
 *
 * `slot` is what the mail answers, and answers once; NULL when it was withdrawn. `causes` are the entries that asked for what happens
 * now: the request, or decisions to send it again; the fate of the mail is written under each of them.
 */
export const outboundTables = `
	CREATE TABLE outbound_mail (
		id INTEGER PRIMARY KEY,
		ticket TEXT NOT NULL,
		slot TEXT,
		request TEXT NOT NULL UNIQUE,
		kind TEXT NOT NULL,
		line TEXT NOT NULL,
		agent TEXT NOT NULL,
		recipient TEXT NOT NULL,
		message_id TEXT NOT NULL,
		state TEXT NOT NULL,
		causes TEXT NOT NULL,
		accepted_at INTEGER NOT NULL,
		not_before INTEGER NOT NULL,
		attempts INTEGER NOT NULL DEFAULT 0,
		first_tried_at INTEGER,
		reason TEXT,
		UNIQUE (ticket, slot)
	) STRICT;
	CREATE INDEX outbound_mail_due ON outbound_mail (state, not_before);
	CREATE INDEX outbound_mail_of_message ON outbound_mail (message_id);
	CREATE INDEX outbound_mail_to ON outbound_mail (kind, recipient, accepted_at);
`;

/**
 *   outbound_mail.era   in which era it was queued; what an older one has left may have been sent after the backup was made
 *   outbound_eras       when an era began
 */
export const outboundEras = `
	ALTER TABLE outbound_mail ADD COLUMN era INTEGER NOT NULL DEFAULT 1;
	CREATE TABLE outbound_eras (era INTEGER PRIMARY KEY, began_at INTEGER NOT NULL) STRICT;
`;
