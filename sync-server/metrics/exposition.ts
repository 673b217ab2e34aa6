/** One figure, or one for each set of labels. */
export interface Metric {
	/** Without `tresen_`; ends in its unit. */
	name: string;
	help: string;
	kind: 'gauge' | 'counter';
	samples: { labels?: Readonly<Record<string, string>>; value: number }[];
}

/** Prometheus' text format, version 0.0.4. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

export function writeExposition(metrics: readonly Metric[]): string {
	return metrics.map(written).join('');
}

function written({ name, help, kind, samples }: Metric): string {
	const full = `tresen_${name}`;
	const lines = samples.map(({ labels = {}, value }) => {
		const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
		return `${full}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
	});
	return `# HELP ${full} ${help}\n# TYPE ${full} ${kind}\n${lines.join('')}`;
}

function escaped(text: string): string {
	return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
