import type { Config, ConfigReading } from '../config.ts';
import type { DeskAccess } from './desk-access.ts';
import type { CommandLine, CommandShape } from './command-line.ts';

export interface CommandContext {
	line: CommandLine;
	config: Config;
	/** Of each value where it came from. */
	origins: Extract<ConfigReading, { kind: 'ok' }>['origins'];
	/** The desk of the configured data directory, whether a relay runs there or not. */
	reachDesk(): Promise<DeskAccess>;
	print(text: string): void;
	complain(text: string): void;
}

/** One word of the command line. */
export interface Command {
	usage: string;
	help: string;
	shape: CommandShape;
	/** Resolves with the exit code. */
	run(context: CommandContext): Promise<number>;
}
