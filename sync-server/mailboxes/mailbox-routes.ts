import { Hono, type Context } from 'hono';
import type * as v from 'valibot';
import type { LineId } from '../../src/lib/domain/ids.ts';
import { mayConfigure } from '../../src/lib/domain/role.ts';
import type { CloseReason } from '../../src/lib/protocol/close-reasons.ts';
import {
	mailboxChangeSchema,
	mailboxIdSchema,
	type MailboxChange,
	type MailboxInfo,
	type MailboxRefusal,
	type MailboxStatus,
} from '../../src/lib/protocol/mailbox.ts';
import type { AuditBy, AuditLog } from '../audit/audit-log.ts';
import type { Auth, Caller } from '../auth/auth.ts';
import { readSessionCookie } from '../auth/sessions.ts';
import { answer, refuse } from '../http/answers.ts';
import { readJson } from '../http/request-body.ts';
import type { MailboxLog } from './mailbox-log.ts';
import type { MailAccount, Mailboxes, PutRefusal } from './mailboxes.ts';
import { testMailbox } from './test-mailbox.ts';

export interface MailboxRouteParts {
	auth: Pick<Auth, 'identify'>;
	mailboxes: Mailboxes;
	mailboxLog: MailboxLog;
	statusOf(id: string): MailboxStatus;
	hasLine(line: LineId): boolean;
	audit: Pick<AuditLog, 'add'>;
}

/** Tests connect to whatever host is named: a few at a time are enough for a person. */
const mostTests = 3;

/** The routes of `/auth/mailboxes`, as protocol/mailbox.ts names them. */
export function mailboxRoutes({ auth, mailboxes, mailboxLog, statusOf, hasLine, audit }: MailboxRouteParts): Hono {
	const app = new Hono();
	let testing = 0;

	const asAdmin = (run: (c: Context, caller: Caller) => Response | Promise<Response>) => async (c: Context) => {
		const identified = auth.identify(readSessionCookie(c.req.header('cookie')));
		if (identified.kind === 'refused') return refuse(c, identified.reason, identified.detail);
		const { caller } = identified;
		return mayConfigure(caller.agent.role) ? run(c, caller) : refuse(c, 'no-access', 'not-admin');
	};
	const asked = <Schema extends v.GenericSchema>(
		schema: Schema,
		run: (c: Context, body: v.InferOutput<Schema>, by: AuditBy) => Response | Promise<Response>,
	) =>
		asAdmin(async (c, { agent, device }) => {
			const body = await readJson(c.req.raw, schema);
			return body.kind === 'refused'
				? refuse(c, body.reason, body.detail)
				: run(c, body.value, { agent: agent.id, device: device.id });
		});
	const withLine = (run: (c: Context, change: MailboxChange, by: AuditBy) => Response | Promise<Response>) =>
		asked(mailboxChangeSchema, (c, change, by) =>
			hasLine(change.line) ? run(c, change, by) : refused(c, 'malformed', 'unknown-line'),
		);

	app.get(
		'/',
		asAdmin((c) => answer(c, { mailboxes: mailboxes.all().map((account) => toInfo(account, statusOf(account.id))) })),
	);
	app.post(
		'/',
		withLine((c, change, by) => {
			const before = change.id === undefined ? undefined : mailboxes.get(change.id);
			const put = mailboxes.put(change, (account) => noteMailbox(audit, by, before, account));
			if (put.kind === 'refused') return refusedPut(c, put.reason);
			return answer(c, toInfo(put.account, statusOf(put.account.id)));
		}),
	);
	app.post(
		'/remove',
		asked(mailboxIdSchema, (c, { id }, by) => {
			const before = mailboxes.get(id);
			const note = () => before && audit.add(by, 'mailbox-removed', id, { before: shown(before) });
			if (!mailboxes.remove(id, note)) return refuse(c, 'not-found');
			return answer(c, {});
		}),
	);
	app.post(
		'/test',
		withLine(async (c, change) => {
			const drafted = mailboxes.draft(change);
			if (drafted.kind === 'refused') return refusedPut(c, drafted.reason);
			if (testing >= mostTests) return refuse(c, 'too-many');
			testing++;
			try {
				return answer(c, { steps: await testMailbox(drafted.account) });
			} finally {
				testing--;
			}
		}),
	);
	app.post(
		'/log',
		asked(mailboxIdSchema, (c, { id }) =>
			mailboxes.get(id) === undefined ? refuse(c, 'not-found') : answer(c, { entries: mailboxLog.read(id) }),
		),
	);
	return app;
}

/** What the audit log shows of an account. */
export function shown(account: MailAccount): object {
	const { status: _status, ...configured } = toInfo(account, { state: 'off', taken: 0, duplicates: 0, skipped: 0 });
	return configured;
}

/** Who changed an account, without its passwords and what is not of its configuration. */
export function noteMailbox(
	audit: Pick<AuditLog, 'add'>,
	by: AuditBy,
	before: MailAccount | undefined,
	after: MailAccount,
): void {
	audit.add(by, 'mailbox-changed', after.id, {
		...(before === undefined ? {} : { before: shown(before) }),
		after: shown(after),
	});
}

/** What a browser may know of an account: everything but the passwords. */
export function toInfo(account: MailAccount, status: MailboxStatus): MailboxInfo {
	const { id, name, line, address, active, plusAddressing, secrets, imap, smtp } = account;
	return {
		...{ id, name, line, address, active, secrets, status },
		...(plusAddressing === true ? { plusAddressing } : {}),
		...(imap === undefined ? {} : { imap: withoutPassword(imap) }),
		...(smtp === undefined ? {} : { smtp: withoutPassword(smtp) }),
	};
}

function withoutPassword<Server extends { password?: string | undefined }>({ password, ...server }: Server) {
	return { ...server, passwordIsSet: password !== undefined && password !== '' };
}

function refusedPut(c: Context, reason: PutRefusal): Response {
	switch (reason) {
		case 'not-found':
			return refuse(c, 'not-found');
		case 'too-many-mailboxes':
			return refused(c, 'too-many', reason);
		case 'key-unusable':
			return refused(c, 'try-later', reason);
		case 'password-needed':
		case 'plain-not-allowed':
			return refused(c, 'malformed', reason);
	}
}

function refused(c: Context, reason: CloseReason, detail: MailboxRefusal): Response {
	return refuse(c, reason, detail);
}
