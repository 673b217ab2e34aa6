import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import {
	mailboxChangeSchema,
	mailboxIdSchema,
	mailboxInfoSchema,
	mailboxLogEntrySchema,
	mailboxTestStepSchema,
	type MailboxInfo,
	type MailboxTestStep,
} from '../../src/lib/protocol/mailbox.ts';
import { noteMailbox, shown, toInfo } from '../mailboxes/mailbox-routes.ts';
import { problemSentences } from '../mailboxes/mail-problem.ts';
import { testMailbox } from '../mailboxes/test-mailbox.ts';
import type { CommandLine } from './command-line.ts';
import type { Command, CommandContext } from './command.ts';
import { OperationRefused, type Operation } from './operation.ts';

/** The mailboxes of the desk; without passwords. */
export const listMailboxes: Operation = async function* ({ mailboxes, mailIn }) {
	for (const account of mailboxes.all()) yield toInfo(account, mailIn.status(account.id));
};

/** Adds a mailbox, or changes one. The body is the change as JSON: a password belongs into no address. */
export const saveMailbox: Operation = async function* ({ mailboxes, mailIn, relay, audit }, _input, body) {
	const change = v.parse(mailboxChangeSchema, JSON.parse(new TextDecoder().decode(body)));
	const lines = relay.readDesk().lines.map(({ id }) => id);
	if (!lines.includes(change.line)) {
		throw new OperationRefused(`There is no line "${change.line}". There are: ${lines.join(', ') || 'none yet'}.`);
	}
	const before = change.id === undefined ? undefined : mailboxes.get(change.id);
	const put = mailboxes.put(change, (account) => noteMailbox(audit, 'command', before, account));
	if (put.kind === 'refused') throw new OperationRefused(refusalSentences[put.reason]);
	yield toInfo(put.account, mailIn.status(put.account.id));
};

export const removeMailbox: Operation = async function* ({ mailboxes, audit }, input) {
	const { id } = v.parse(mailboxIdSchema, input);
	const before = mailboxes.get(id);
	const note = () => before && audit.add('command', 'mailbox-removed', id, { before: shown(before) });
	if (!mailboxes.remove(id, note)) throw new OperationRefused(`There is no mailbox ${id}. See: mail list`);
	yield { id };
};

/** Goes the way of a mail at each mailbox, or at one, and says where it ends. */
export const testMailboxes: Operation = async function* ({ mailboxes }, input) {
	const { id } = v.parse(v.strictObject({ id: v.optional(v.string()) }), input);
	const wanted = mailboxes.all().filter((account) => id === undefined || account.id === id);
	if (id !== undefined && wanted.length === 0) throw new OperationRefused(`There is no mailbox ${id}. See: mail list`);
	for (const account of wanted) {
		yield { id: account.id, name: account.name, steps: await testMailbox(account) };
	}
};

export const readMailboxLog: Operation = async function* ({ mailboxes, mailboxLog }, input) {
	const { id } = v.parse(mailboxIdSchema, input);
	if (mailboxes.get(id) === undefined) throw new OperationRefused(`There is no mailbox ${id}. See: mail list`);
	for (const entry of mailboxLog.read(id)) yield entry;
};

const refusalSentences = {
	'password-needed': 'A password is needed: for a new mailbox, and for another host or less security.',
	'key-unusable': 'The key file secrets/mail.key is damaged. Put it back from its copy, or move it away.',
	'too-many-mailboxes': 'There are too many mailboxes already.',
	'plain-not-allowed': problemSentences['plain-not-allowed'],
	'not-found': 'There is no such mailbox. See: mail list',
} as const;

export const mailListCommand: Command = {
	usage: 'mail list [--json]',
	help: 'prints the mailboxes and how they are',
	shape: { switches: ['json'] },
	run: (context) =>
		eachAnswer(context, 'list-mailboxes', {}, (answer) => {
			const box = v.parse(mailboxInfoSchema, answer);
			return context.line.has('json') ? JSON.stringify(box) : boxSentence(box);
		}),
};

export const mailTestCommand: Command = {
	usage: 'mail test [ID] [--json]',
	help: 'tries each mailbox, or one: name, connection, encryption, login, folder; sends and reads nothing',
	shape: { switches: ['json'], words: { most: 1 } },
	async run(context) {
		const [id] = context.line.words;
		let hasFailed = false;
		const schema = v.object({ id: v.string(), name: v.string(), steps: v.array(mailboxTestStepSchema) });
		const code = await eachAnswer(context, 'test-mailboxes', id === undefined ? {} : { id }, (answer) => {
			const tested = v.parse(schema, answer);
			hasFailed ||= tested.steps.some(({ result }) => result === 'failed');
			if (context.line.has('json')) return JSON.stringify(tested);
			return [`${tested.name} (${tested.id})`, ...tested.steps.map(stepSentence)].join('\n');
		});
		return hasFailed ? 1 : code;
	},
};

export const mailRemoveCommand: Command = {
	usage: 'mail remove ID',
	help: 'forgets a mailbox and its password; its tickets stay',
	shape: { words: { most: 1 } },
	async run(context) {
		const [id] = context.line.words;
		if (id === undefined) {
			context.complain('Name the mailbox: mail remove ID. See: mail list');
			return 2;
		}
		return eachAnswer(context, 'remove-mailbox', { id }, () => `Removed ${id}.`);
	},
};

export const mailLogCommand: Command = {
	usage: 'mail log ID [--json]',
	help: 'prints what happened to a mailbox, newest first',
	shape: { switches: ['json'], words: { most: 1 } },
	async run(context) {
		const [id] = context.line.words;
		if (id === undefined) {
			context.complain('Name the mailbox: mail log ID. See: mail list');
			return 2;
		}
		return eachAnswer(context, 'mailbox-log', { id }, (answer) => {
			const entry = v.parse(mailboxLogEntrySchema, answer);
			if (context.line.has('json')) return JSON.stringify(entry);
			const { at, event, problem, taken, duplicates, uid, reason, detail } = entry;
			const parts = [
				...[new Date(at).toISOString(), event],
				...(uid === undefined ? [] : [`mail ${uid}`]),
				...(reason === undefined ? [] : [reason]),
				...(taken === undefined ? [] : [`${taken} taken, ${duplicates ?? 0} there already`]),
				...(problem === undefined ? [] : [problemSentences[problem]]),
				...(detail === undefined ? [] : [`(${detail})`]),
			];
			return parts.join(' · ');
		});
	},
};

const serverFlags = ['host', 'port', 'security', 'user', 'password-file', 'trusted'];

export const mailAddCommand: Command = {
	usage: [
		'mail add --name NAME --line LINE --address MAIL',
		'[--imap-host HOST --imap-user USER --imap-password-file FILE [--imap-port 993] [--imap-security tls|starttls|none]',
		'[--folder INBOX] [--start new|unseen|all] [--after seen|leave|move] [--move-to FOLDER] [--imap-trusted FILE]]',
		'[--smtp-host HOST --smtp-user USER [--smtp-password-file FILE] [--smtp-port 465] [--smtp-security tls|starttls|none]',
		'[--smtp-trusted FILE]] [--plus-addressing] [--inactive] [--id ID] [--json]',
	].join(' '),
	help: 'adds a mailbox, or with --id changes one; a password is read from a file, or from - which is the input',
	shape: {
		values: [
			...['name', 'line', 'address', 'id', 'folder', 'start', 'after', 'move-to'],
			...serverFlags.flatMap((flag) => [`imap-${flag}`, `smtp-${flag}`]),
		],
		switches: ['json', 'inactive', 'allow-plain', 'plus-addressing'],
	},
	async run(context) {
		const { line, complain } = context;
		let change: unknown;
		try {
			change = await changeOf(line);
		} catch (thrown) {
			complain(`A file could not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
			return 2;
		}
		const checked = v.safeParse(mailboxChangeSchema, change);
		if (!checked.success) {
			complain(`${v.getDotPath(checked.issues[0]) ?? 'The mailbox'} is missing or not usable. See: tresen help`);
			return 2;
		}
		return eachAnswer(context, 'save-mailbox', {}, sayBox, new TextEncoder().encode(JSON.stringify(checked.output)));

		function sayBox(answer: unknown): string {
			const box = v.parse(mailboxInfoSchema, answer);
			return line.has('json') ? JSON.stringify(box) : `${boxSentence(box)}\nTry it: mail test ${box.id}`;
		}
	},
};

async function changeOf(line: CommandLine): Promise<object> {
	const imap = await serverOf(line, 'imap', 993, undefined);
	const smtp = await serverOf(line, 'smtp', 465, imap?.password);
	return {
		...given({ id: line.value('id') }),
		name: line.value('name'),
		line: line.value('line'),
		address: line.value('address'),
		active: !line.has('inactive'),
		...(line.has('plus-addressing') ? { plusAddressing: true } : {}),
		...(imap === undefined
			? {}
			: {
					imap: {
						...imap,
						folder: line.value('folder') ?? 'INBOX',
						start: line.value('start') ?? 'unseen',
						after: line.value('after') ?? 'seen',
						...given({ moveTo: line.value('move-to') }),
					},
				}),
		...(smtp === undefined ? {} : { smtp }),
	};
}

async function serverOf(line: CommandLine, which: 'imap' | 'smtp', usualPort: number, otherPassword?: string) {
	const host = line.value(`${which}-host`);
	if (host === undefined) return undefined;
	const passwordFile = line.value(`${which}-password-file`);
	const trustedFile = line.value(`${which}-trusted`);
	const user = line.value(`${which}-user`);
	const password = passwordFile === undefined ? otherPassword : await readSecret(passwordFile);
	return {
		host,
		port: Number(line.value(`${which}-port`) ?? usualPort),
		security: line.value(`${which}-security`) ?? 'tls',
		...given({ user, password: user === undefined ? undefined : password }),
		...given({ trusted: trustedFile === undefined ? undefined : await readFile(trustedFile, 'utf8') }),
		...(line.has('allow-plain') ? { allowPlain: true } : {}),
	};
}

/** A password never stands on a command line: others on the machine could read it there. */
async function readSecret(file: string): Promise<string> {
	const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
	return text.replace(/\r?\n$/, '');
}

function given<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
	const entries = Object.entries(values).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [K in keyof T]?: string };
}

async function eachAnswer(
	{ reachDesk, print }: CommandContext,
	operation: string,
	input: object,
	say: (answer: unknown) => string,
	body?: Uint8Array,
): Promise<number> {
	const desk = await reachDesk();
	try {
		for await (const answer of desk.run(operation, input, body)) print(say(answer));
		return 0;
	} finally {
		await desk.close();
	}
}

function boxSentence({ id, name, line, address, active, imap, smtp, status, secrets }: MailboxInfo): string {
	const { problem, taken, lastFetchAt } = status;
	const parts = [
		...[id, name, address, `line ${line}`],
		...(imap === undefined ? [] : [`fetches from ${imap.host} ${imap.folder}`]),
		...(smtp === undefined ? [] : [`sends by ${smtp.host}`]),
		active ? `${taken} taken` : 'switched off',
		...(lastFetchAt === undefined ? [] : [`last looked ${new Date(lastFetchAt).toISOString()}`]),
	];
	const wrong = problem?.code ?? (secrets === 'readable' ? undefined : secrets);
	return [parts.join(' · '), ...(wrong === undefined ? [] : [`  ${problemSentences[wrong]}`])].join('\n');
}

const stepNames: Readonly<Record<MailboxTestStep['step'], string>> = {
	dns: 'name',
	tcp: 'connection',
	tls: 'encryption',
	login: 'login',
	folder: 'folder',
};

function stepSentence({ server, step, result, problem, detail }: MailboxTestStep): string {
	const mark = { ok: 'ok  ', failed: 'FAIL', skipped: '-   ' }[result];
	const said = detail === undefined ? '' : ` (${detail})`;
	const why = problem === undefined ? said : `: ${problemSentences[problem]}${said}`;
	return `  ${mark}  ${server} ${stepNames[step]}${why}`;
}
