import type { Figure } from './row.ts';
import { median } from './spread.ts';

/** The slope in a plot of logarithms: 0 does not grow, 1 grows as the size does, 2 with its square. */
export function growthExponent(points: readonly { size: number; value: number }[]): number {
	const logs = points.map(({ size, value }) => ({ x: Math.log(size), y: Math.log(Math.max(value, Number.MIN_VALUE)) }));
	const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
	const [x, y] = [mean(logs.map((point) => point.x)), mean(logs.map((point) => point.y))];
	const over = logs.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
	return over / logs.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}

/** One thing that is measured at every size. */
export interface Curve {
	what: string;
	unit: string;
	/** Somebody stands before it and waits: it may not grow with all there is. */
	isWaitedFor: boolean;
	/** Below this the machine says more than the size does. */
	noise: number;
	values: Map<number, number[]>;
	note?: string;
}

/** A factor of three over a factor of fifty; what nobody waits for may grow as the desk does. */
const flat = 0.28;
const linear = 1.1;

/** The curve as one figure: its exponent, and the value at each size beside it. */
export function curveToFigure(curve: Curve, axis: string): Figure {
	const points = [...curve.values].map(([size, values]) => ({ size, value: median(values) }));
	// What disappears in the noise does not grow.
	const heard = points.map(({ size, value }) => ({ size, value: Math.max(value, curve.noise) }));
	return {
		what: `${curve.what}, growth with ${axis}`,
		value: growthExponent(heard),
		unit: '',
		budget: { kind: 'at-most', value: curve.isWaitedFor ? flat : linear },
		notes: [
			points.map(({ size, value }) => `${size.toLocaleString('en')}: ${readable(value)} ${curve.unit}`).join(' · ') +
				(curve.isWaitedFor ? '; somebody waits for it' : '') +
				(curve.note === undefined ? '' : `; ${curve.note}`),
		],
	};
}

/** A line a curve, a column a size. */
export function curvesToTable(curves: readonly Curve[], axis: string, sizes: readonly number[]): string {
	const header = [axis, ...sizes.map((size) => size.toLocaleString('en')), 'exponent'];
	const rows = curves.map((curve) => [
		`${curve.what} (${curve.unit})`,
		...sizes.map((size) => readable(median(curve.values.get(size) ?? [Number.NaN]))),
		curveToFigure(curve, axis).value.toFixed(2),
	]);
	const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i]?.length ?? 0)));
	return [header, ...rows]
		.map((row) =>
			row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
		)
		.join('\n  ');
}

function readable(value: number): string {
	return value.toLocaleString('en', {
		maximumFractionDigits: Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2,
	});
}
