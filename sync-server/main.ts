import process from 'node:process';
import { readCommandLine } from './commands/command-line.ts';
import type { Command } from './commands/command.ts';
import { OperationRefused } from './commands/operation.ts';
import { readConfig, unknownName } from './config.ts';

/** Each command loads only what it needs: a health check must not cost what the relay costs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
	serve: async () => (await import('./commands/serve.ts')).serveCommand,
	invite: async () => (await import('./commands/invite.ts')).inviteCommand,
	device: async () => (await import('./commands/device.ts')).deviceCommand,
	'device held': async () => (await import('./commands/device-held.ts')).deviceHeldCommand,
	'import mail': async () => (await import('./commands/import-mail.ts')).importMailCommand,
	'import markdown': async () => (await import('./commands/import-articles.ts')).importMarkdownCommand,
	'import csv': async () => (await import('./commands/import-articles.ts')).importCsvCommand,
	'import desk': async () => (await import('./commands/import-desk.ts')).importDeskCommand,
	'export articles': async () => (await import('./commands/export-articles.ts')).exportArticlesCommand,
	'erase person': async () => (await import('./commands/erase-person.ts')).erasePersonCommand,
	backup: async () => (await import('./commands/backup.ts')).backupCommand,
	verify: async () => (await import('./commands/verify.ts')).verifyCommand,
	restore: async () => (await import('./commands/restore.ts')).restoreCommand,
	'mail add': async () => (await import('./commands/mail.ts')).mailAddCommand,
	'mail list': async () => (await import('./commands/mail.ts')).mailListCommand,
	'mail log': async () => (await import('./commands/mail.ts')).mailLogCommand,
	'mail remove': async () => (await import('./commands/mail.ts')).mailRemoveCommand,
	'mail test': async () => (await import('./commands/mail.ts')).mailTestCommand,
	'mail rules': async () => (await import('./commands/mail-rules.ts')).mailRulesCommand,
	'export tickets': async () => (await import('./commands/export-tickets.ts')).exportTicketsCommand,
	'export person': async () => (await import('./commands/export-person.ts')).exportPersonCommand,
	'export desk': async () => (await import('./commands/export-desk.ts')).exportDeskCommand,
	search: async () => (await import('./commands/search.ts')).searchCommand,
	demo: async () => (await import('./commands/demo.ts')).demoCommand,
	audit: async () => (await import('./commands/audit.ts')).auditCommand,
	health: async () => (await import('./commands/health.ts')).healthCommand,
	doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
	config: async () => (await import('./commands/config.ts')).configCommand,
};

const print = (text: string) => console.log(text);
const complain = (text: string) => console.error(text);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	// Whoever read the output has read enough.
	if (error.code === 'EPIPE') process.exit(0);
	throw error;
});
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
	const [first = '', second = ''] = args;
	if (first === '' || first === 'help' || first === '--help') {
		print(await help());
		return first === '' ? 2 : 0;
	}
	const name = [`${first} ${second}`, first].find((candidate) => Object.hasOwn(commands, candidate));
	const load = name === undefined ? undefined : commands[name];
	if (name === undefined || load === undefined) {
		complain(`The command ${first} ${unknownName(first, Object.keys(commands))}\nAll commands: tresen help`);
		return 2;
	}
	const command = await load();
	const read = readCommandLine(args.slice(name.split(' ').length), command.shape);
	if (read.kind === 'refused') {
		complain(`${read.problems.join('\n')}\n\nUsage: tresen ${command.usage}`);
		return 2;
	}
	const reading = readConfig(read.line.config, process.env);
	if (reading.kind === 'refused') {
		for (const { key, message } of reading.problems) complain(`${key} ${message}`);
		return 2;
	}
	const { config, origins } = reading;
	const reachDesk = async () => (await import('./commands/desk-access.ts')).reachDesk(config);
	try {
		return await command.run({ line: read.line, config, origins, reachDesk, print, complain });
	} catch (thrown) {
		if (!(thrown instanceof OperationRefused)) throw thrown;
		complain(thrown.message);
		return 1;
	}
}

async function help(): Promise<string> {
	const all = await Promise.all(Object.values(commands).map((load) => load()));
	const lines = all.map(({ usage, help }) => `  ${usage}\n      ${help}`);
	return `Usage: tresen <command> [--data DIR] [--listen HOST:PORT] [--public-url URL] ...\n\n${lines.join('\n')}`;
}
