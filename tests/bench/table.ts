import { ratioTo, verdictOf, type Budget, type Figure } from './row.ts';

/** The figures as a table for a terminal: a line each, its peers with the ratio to them, the notes below. */
export function figuresToTable(figures: readonly Figure[]): string {
	const header = ['what', 'measured', 'budget', '', 'beside it in the same run'];
	const rows = figures.map((figure) => [
		figure.what,
		`${readable(figure.value)} ${figure.unit}`,
		figure.budget === undefined ? '' : budgetText(figure.budget, figure.unit),
		{ met: 'ok', missed: 'MISSED', none: '' }[verdictOf(figure)],
		(figure.peers ?? []).map((peer) => peerText(figure, peer.name, peer.value)).join(' · '),
	]);
	const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i]?.length ?? 0)));
	const line = (row: string[]) =>
		row
			.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0)))
			.join('  ')
			.trimEnd();
	const notes = figures.flatMap((figure) => (figure.notes ?? []).map((note) => `* ${figure.what}: ${note}`));
	return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), '', ...notes].join('\n');
}

function peerText(figure: Figure, name: string, value: number): string {
	const ratio = ratioTo(figure, name);
	return `${name} ${readable(value)}${ratio === undefined ? '' : ` (x${ratio.toFixed(2)})`}`;
}

function budgetText(budget: Budget, unit: string): string {
	if (budget.kind === 'at-most') return `<= ${readable(budget.value)} ${unit}`;
	if (budget.kind === 'at-least') return `>= ${readable(budget.value)} ${unit}`;
	return `>= x${budget.value} ${budget.peer}`;
}

function readable(value: number): string {
	const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
	return value.toLocaleString('en', { maximumFractionDigits: digits });
}
