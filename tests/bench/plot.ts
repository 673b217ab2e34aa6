import { curvesToTable, curveToFigure, type Curve } from './growth.ts';
import type { Figure } from './row.ts';

export interface Plot {
	/** From now on values belong to this size. */
	at(size: number): void;
	add(what: string, unit: string, isWaitedFor: boolean, value: number, options: { noise: number }): void;
	time<T>(
		what: string,
		unit: 'ms',
		isWaitedFor: boolean,
		run: () => Promise<T>,
		options: { noise: number },
	): Promise<T>;
	figures(say: (text: string) => void): Figure[];
}

/** Gathers the values of curves at the size that it was told last. */
export function createPlot(axis: string, sizes: readonly number[]): Plot {
	const found = new Map<string, Curve>();
	let size = sizes[0] as number;
	const plot: Plot = {
		at: (next) => void (size = next),
		add(what, unit, isWaitedFor, value, { noise }) {
			let curve = found.get(what);
			if (curve === undefined) found.set(what, (curve = { what, unit, isWaitedFor, noise, values: new Map() }));
			curve.values.set(size, [...(curve.values.get(size) ?? []), value]);
		},
		async time(what, unit, isWaitedFor, run, options) {
			const began = performance.now();
			const result = await run();
			plot.add(what, unit, isWaitedFor, performance.now() - began, options);
			return result;
		},
		figures(say) {
			const all = [...found.values()];
			say(curvesToTable(all, axis, sizes));
			return all.filter(({ values }) => values.size > 1).map((curve) => curveToFigure(curve, axis));
		},
	};
	return plot;
}
