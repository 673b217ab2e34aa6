import type { LineId } from '../domain/ids.ts';
import type { MailboxChange, MailboxInfo, MailSecurity } from '../protocol/mailbox.ts';

type Imap = NonNullable<MailboxChange['imap']>;

/** A mailbox while somebody fills the form in: text where a field has text. Passwords are empty until somebody types one. */
export interface MailboxDraft {
	id: string | undefined;
	name: string;
	line: LineId | '';
	address: string;
	active: boolean;
	plusAddressing: boolean;
	imap: ServerDraft & { folder: string; start: Imap['start']; after: Imap['after']; moveTo: string };
	smtp: ServerDraft;
}

export interface ServerDraft {
	isUsed: boolean;
	host: string;
	port: string;
	security: MailSecurity;
	allowPlain: boolean;
	user: string;
	password: string;
	passwordIsSet: boolean;
	trusted: string;
}

export type MailboxField =
	'name' | 'line' | 'address' | `${'imap' | 'smtp'}.${'host' | 'port' | 'user'}` | 'imap.folder' | 'imap.moveTo';

export const usualPorts = {
	imap: { tls: 993, starttls: 143, none: 143 },
	smtp: { tls: 465, starttls: 587, none: 25 },
} as const satisfies Record<string, Record<MailSecurity, number>>;

export function toMailboxDraft(info: MailboxInfo | undefined, line: LineId | ''): MailboxDraft {
	const imap = info?.imap;
	return {
		...{ id: info?.id, name: info?.name ?? '', line: info?.line ?? line, address: info?.address ?? '' },
		active: info?.active ?? true,
		plusAddressing: info?.plusAddressing ?? false,
		imap: {
			...serverDraft('imap', info === undefined, imap),
			...{ folder: imap?.folder ?? 'INBOX', start: imap?.start ?? 'new' },
			...{ after: imap?.after ?? 'seen', moveTo: imap?.moveTo ?? '' },
		},
		smtp: serverDraft('smtp', info === undefined, info?.smtp),
	};
}

/** Each field that is not right, and how. */
export function mailboxTroubles(draft: MailboxDraft): Map<MailboxField, 'missing' | 'address' | 'host' | 'port'> {
	const troubles = new Map<MailboxField, 'missing' | 'address' | 'host' | 'port'>();
	if (draft.name.trim() === '') troubles.set('name', 'missing');
	if (draft.line === '') troubles.set('line', 'missing');
	if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(draft.address.trim())) troubles.set('address', 'address');
	for (const kind of ['imap', 'smtp'] as const) {
		const server = draft[kind];
		if (!server.isUsed) continue;
		if (!/^[a-z0-9_.:-]{1,253}$/i.test(server.host.trim())) troubles.set(`${kind}.host`, 'host');
		const port = Number(server.port);
		if (!/^\d{1,5}$/.test(server.port.trim()) || port < 1 || port > 65_535) troubles.set(`${kind}.port`, 'port');
		if (kind === 'imap' && server.user === '') troubles.set('imap.user', 'missing');
	}
	if (draft.imap.isUsed && draft.imap.folder === '') troubles.set('imap.folder', 'missing');
	if (draft.imap.isUsed && draft.imap.after === 'move' && draft.imap.moveTo === '')
		troubles.set('imap.moveTo', 'missing');
	return troubles;
}

export function toMailboxChange(draft: MailboxDraft): MailboxChange {
	const { imap, smtp } = draft;
	return {
		...(draft.id === undefined ? {} : { id: draft.id }),
		...{ name: draft.name.trim(), line: draft.line as LineId, address: draft.address.trim(), active: draft.active },
		...(draft.plusAddressing ? { plusAddressing: true } : {}),
		...(imap.isUsed
			? {
					imap: {
						...toServer(imap),
						...{ user: imap.user, folder: imap.folder, start: imap.start, after: imap.after },
						...(imap.after === 'move' ? { moveTo: imap.moveTo } : {}),
					},
				}
			: {}),
		...(smtp.isUsed ? { smtp: { ...toServer(smtp), ...(smtp.user === '' ? {} : { user: smtp.user }) } } : {}),
	};
}

/** The usual port goes with the encryption, as long as nobody chose another. */
export function withSecurity<Server extends ServerDraft>(
	kind: 'imap' | 'smtp',
	server: Server,
	security: MailSecurity,
): Server {
	const isUsual = server.port === '' || server.port === String(usualPorts[kind][server.security]);
	return { ...server, security, ...(isUsual ? { port: String(usualPorts[kind][security]) } : {}) };
}

function serverDraft(kind: 'imap' | 'smtp', isNew: boolean, known: MailboxInfo['imap' | 'smtp']): ServerDraft {
	return {
		isUsed: isNew || known !== undefined,
		host: known?.host ?? '',
		port: String(known?.port ?? usualPorts[kind].tls),
		security: known?.security ?? 'tls',
		allowPlain: known?.allowPlain ?? false,
		user: known?.user ?? '',
		password: '',
		passwordIsSet: known?.passwordIsSet ?? false,
		trusted: known?.trusted ?? '',
	};
}

function toServer({ host, port, security, allowPlain, password, trusted }: ServerDraft) {
	return {
		...{ host: host.trim().toLowerCase(), port: Number(port), security },
		...(allowPlain && security === 'none' ? { allowPlain } : {}),
		...(password === '' ? {} : { password }),
		...(trusted.trim() === '' ? {} : { trusted: trusted.trim() }),
	};
}
