import * as v from 'valibot';
import { splitListen, type Config } from '../config.ts';
import type { Command } from './command.ts';

const readySchema = v.object({ problems: v.array(v.string()), notices: v.optional(v.array(v.string()), []) });

/** What the relay says of itself, where the configuration says that it listens; undefined if none answers. */
export async function askReady(config: Config): Promise<v.InferOutput<typeof readySchema> | undefined> {
	try {
		const response = await fetch(readyUrl(config), { signal: AbortSignal.timeout(5_000) });
		return v.parse(readySchema, await response.json());
	} catch {
		return undefined;
	}
}

function readyUrl({ listen }: Config): string {
	const { host, port } = splitListen(listen);
	const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
	return `http://${reachable}:${port}/readyz`;
}

/** For container and service health checks: asks the relay where the configuration says that it listens. */
export const healthCommand: Command = {
	usage: 'health',
	help: 'ends with 0 if the relay runs and is ready, with 1 and the reasons if not',
	shape: {},
	async run({ config, print, complain }) {
		const ready = await askReady(config);
		if (ready === undefined) {
			complain(`No relay answers at ${readyUrl(config)}.`);
			return 1;
		}
		if (ready.problems.length === 0) print('ready');
		else complain(`not ready: ${ready.problems.join(', ')}`);
		return ready.problems.length === 0 ? 0 : 1;
	},
};
