import process from 'node:process';
import { readCommandLine } from './commands/command-line.ts';
import type { Command } from './commands/command.ts';
import { configCommand } from './commands/config.ts';
import { demoCommand } from './commands/demo.ts';
import { deviceCommand } from './commands/device.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportTicketsCommand } from './commands/export-tickets.ts';
import { healthCommand } from './commands/health.ts';
import { importMailCommand } from './commands/import-mail.ts';
import { inviteCommand } from './commands/invite.ts';
import { reachDesk } from './commands/desk-access.ts';
import { OperationRefused } from './commands/operation.ts';
import { serveCommand } from './commands/serve.ts';
import { readConfig, unknownName } from './config.ts';

const commands: Readonly<Record<string, Command>> = {
	serve: serveCommand,
	invite: inviteCommand,
	device: deviceCommand,
	'import mail': importMailCommand,
	'export tickets': exportTicketsCommand,
	demo: demoCommand,
	health: healthCommand,
	doctor: doctorCommand,
	config: configCommand,
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
		print(help());
		return first === '' ? 2 : 0;
	}
	const name = [`${first} ${second}`, first].find((candidate) => Object.hasOwn(commands, candidate));
	const command = name === undefined ? undefined : commands[name];
	if (name === undefined || command === undefined) {
		complain(`The command ${first} ${unknownName(first, Object.keys(commands))}\n\n${help()}`);
		return 2;
	}
	const read = readCommandLine(args.slice(name.split(' ').length), command.shape);
	if (read.kind === 'refused') {
		complain(`${read.problems.join('\n')}\n\nUsage: tresen ${command.usage}`);
		return 2;
	}
	const config = readConfig(read.line.config, process.env);
	if (config.kind === 'refused') {
		for (const { key, message } of config.problems) complain(`${key} ${message}`);
		return 2;
	}
	try {
		return await command.run({
			line: read.line,
			config: config.config,
			origins: config.origins,
			reachDesk: () => reachDesk(config.config),
			print,
			complain,
		});
	} catch (thrown) {
		if (!(thrown instanceof OperationRefused)) throw thrown;
		complain(thrown.message);
		return 1;
	}
}

function help(): string {
	const lines = Object.values(commands).map(({ usage, help }) => `  ${usage}\n      ${help}`);
	return `Usage: tresen <command> [--data DIR] [--listen HOST:PORT] [--public-url URL] ...\n\n${lines.join('\n')}`;
}
