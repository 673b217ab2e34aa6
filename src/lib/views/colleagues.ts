import type { Agent, DeskConfig } from '../domain/desk-config.ts';
import type { LineId } from '../domain/ids.ts';

/** Who may work on tickets of these lines. */
export function agentsFor({ agents }: DeskConfig, lines: readonly LineId[]): Agent[] {
	return agents.filter(
		(agent) =>
			agent.active &&
			agent.role !== 'observer' &&
			(agent.role === 'admin' || lines.every((line) => agent.lines.includes(line))),
	);
}
