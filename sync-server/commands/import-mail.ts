import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Installation } from '../installation.ts';
import type { MailIntake } from '../mail-intake/mail-intake.ts';
import { importLine, type ImportLine } from '../mail/import-line.ts';
import { DEFAULT_MAIL_LIMITS } from '../mail/parsed-mail.ts';
import { readMailFiles } from '../mail/read-mail-files.ts';
import type { Command } from './command.ts';
import type { Operation } from './operation.ts';

const inputSchema = v.strictObject({
	file: v.string(),
	/** Names a rehearsal: what one of its mails would have done counts for the next. */
	rehearsal: v.optional(v.string()),
});

const rehearsals = new WeakMap<Installation, { name: string; take: MailIntake['take'] }>();

/** Takes one mail in; the body is the mail as it came. */
export const importMail: Operation = async function* (installation, input, body) {
	const { file, rehearsal } = v.parse(inputSchema, input);
	if (rehearsal === undefined) {
		await installation.auth.ensureDesk();
		yield await installation.mails.take(body, file);
		return;
	}
	let running = rehearsals.get(installation);
	if (running?.name !== rehearsal) {
		running = { name: rehearsal, take: installation.mails.rehearse() };
		rehearsals.set(installation, running);
	}
	yield await running.take(body, file);
};

export const importMailCommand: Command = {
	usage: 'import mail FILE... [--dry-run] [--json]',
	help: 'makes tickets of .eml and .mbox files; what is there already is left alone',
	shape: { switches: ['dry-run', 'json'], words: { most: 10_000 } },
	async run({ line, reachDesk, print, complain }) {
		const files = line.words;
		if (files.length === 0) {
			complain('Name the files to import: import mail FILE...');
			return 2;
		}
		const isDry = line.has('dry-run');
		const input = isDry ? { rehearsal: randomUUID() } : {};
		const counts = { created: 0, 'followed-up': 0, duplicate: 0, refused: 0 };
		let isMissing = false;
		const desk = await reachDesk();
		try {
			const tell = (done: ImportLine) => {
				counts[done.outcome]++;
				if (line.has('json')) print(JSON.stringify(done));
				else print(sentenceOf(done));
			};
			for await (const entry of readMailFiles(files, DEFAULT_MAIL_LIMITS.rawBytes)) {
				const file = entry.file;
				if (entry.kind === 'unreadable') {
					if (entry.reason !== 'too-large') isMissing = true;
					tell(importLine({ file, outcome: 'refused', reason: entry.reason }));
					continue;
				}
				for await (const done of desk.run('import-mail', { file, ...input }, entry.raw)) tell(done as ImportLine);
			}
		} finally {
			await desk.close();
		}
		if (!line.has('json')) {
			const sum = `${counts.created} created, ${counts['followed-up']} followed up, ${counts.duplicate} there already, ${counts.refused} refused`;
			print(`${isDry ? 'Would be: ' : ''}${sum}.`);
		}
		// A broken mail is reported and no failure; a file that is not there is a mistake in the command.
		return isMissing ? 1 : 0;
	},
};

function sentenceOf({ file, outcome, reason, ticket, subject, from }: ImportLine): string {
	const words = {
		created: 'created',
		'followed-up': 'followed up',
		duplicate: 'there already',
		refused: `refused: ${reason ?? ''}`,
	};
	return [file, words[outcome], ticket, from?.address, subject].filter((part) => part !== undefined).join(' · ');
}
