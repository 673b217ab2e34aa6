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
}

/** Tests connect to whatever host is named: a few at a time are enough for a person. */
const mostTests = 3;

/** The routes of `/auth/mailboxes`, as protocol/mailbox.ts names them. */
export function mailboxRoutes({ auth, mailboxes, mailboxLog, statusOf, hasLine }: MailboxRouteParts): Hono {
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
		run: (c: Context, body: v.InferOutput<Schema>) => Response | Promise<Response>,
	) =>
		asAdmin(async (c) => {
			const body = await readJson(c.req.raw, schema);
			return body.kind === 'refused' ? refuse(c, body.reason, body.detail) : run(c, body.value);
		});
	const withLine = (run: (c: Context, change: MailboxChange) => Response | Promise<Response>) =>
		asked(mailboxChangeSchema, (c, change) =>
			hasLine(change.line) ? run(c, change) : refused(c, 'malformed', 'unknown-line'),
		);

	app.get(
		'/',
		asAdmin((c) => answer(c, { mailboxes: mailboxes.all().map((account) => toInfo(account, statusOf(account.id))) })),
	);
	app.post(
		'/',
		withLine((c, change) => {
			const put = mailboxes.put(change);
			if (put.kind === 'refused') return refusedPut(c, put.reason);
			return answer(c, toInfo(put.account, statusOf(put.account.id)));
		}),
	);
	app.post(
		'/remove',
		asked(mailboxIdSchema, (c, { id }) => (mailboxes.remove(id) ? answer(c, {}) : refuse(c, 'not-found'))),
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
