import type { Agent, DeskConfig, Line } from '../domain/desk-config.ts';
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

/** The lines in which an agent works; an administrator in all of them. */
export function linesFor({ lines }: DeskConfig, agent: Pick<Agent, 'role' | 'lines'> | undefined): Line[] {
	return lines.filter((line) => agent === undefined || agent.role === 'admin' || agent.lines.includes(line.id));
}
