/** One measured figure beside what it is held against in the same run. */
export interface Figure {
	what: string;
	value: number;
	unit: string;
	/** The budget of the design, for the value or for a ratio to a peer. */
	budget?: Budget;
	/** Measured in the same run by the same code. */
	peers?: Peer[];
	/** All runs of which `value` is the median. */
	runs?: number[];
	/** What the reader must know to read it rightly. */
	notes?: string[];
}

export interface Peer {
	name: string;
	value: number;
}

export type Budget =
	| { kind: 'at-most'; value: number }
	| { kind: 'at-least'; value: number }
	/** value divided by the peer's value. */
	| { kind: 'ratio-at-least'; peer: string; value: number };

export interface BenchOptions {
	/** Shorter runs on less data, to see that it works; the figures say little. */
	quick: boolean;
	/** How often everything is measured; the median counts. */
	rounds: number;
	/** Tells what is being done. */
	say(text: string): void;
}

export interface Bench {
	name: string;
	run(options: BenchOptions): Promise<Figure[]>;
}

export type Verdict = 'met' | 'missed' | 'none';

/** Whether every budget of the figure is met. */
export function verdictOf(figure: Figure): Verdict {
	if (figure.budget === undefined) return 'none';
	return isMet(figure, figure.budget) ? 'met' : 'missed';
}

function isMet(figure: Figure, budget: Budget): boolean {
	if (budget.kind === 'at-most') return figure.value <= budget.value;
	if (budget.kind === 'at-least') return figure.value >= budget.value;
	const ratio = ratioTo(figure, budget.peer);
	return ratio !== undefined && ratio >= budget.value;
}

export function ratioTo(figure: Figure, peerName: string): number | undefined {
	const peer = figure.peers?.find(({ name }) => name === peerName);
	return peer === undefined || peer.value === 0 ? undefined : figure.value / peer.value;
}
