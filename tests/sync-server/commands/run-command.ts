import type { Command } from '../../../sync-server/commands/command.ts';
import { readCommandLine } from '../../../sync-server/commands/command-line.ts';
import { reachDesk } from '../../../sync-server/commands/desk-access.ts';
import { readConfig } from '../../../sync-server/config.ts';

export interface CommandResult {
	code: number;
	printed: string[];
	complaints: string[];
	/** What was printed, as JSON a line. */
	json(): Record<string, unknown>[];
}

/** Runs a command in this process, on that data directory. */
export async function runCommand(command: Command, data: string, args: readonly string[]): Promise<CommandResult> {
	const read = readCommandLine(args, command.shape);
	if (read.kind === 'refused') throw new Error(read.problems.join('\n'));
	const reading = readConfig({ data, logLevel: 'silent', ...read.line.config }, {});
	if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
	const printed: string[] = [];
	const complaints: string[] = [];
	const code = await command.run({
		line: read.line,
		config: reading.config,
		origins: reading.origins,
		reachDesk: () => reachDesk(reading.config),
		print: (text) => printed.push(text),
		complain: (text) => complaints.push(text),
	});
	return { code, printed, complaints, json: () => printed.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
