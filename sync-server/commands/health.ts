import * as v from 'valibot';
import { splitListen } from '../config.ts';
import type { Command } from './command.ts';

const readySchema = v.object({ problems: v.array(v.string()) });

/** For container and service health checks: asks the relay where the configuration says that it listens. */
export const healthCommand: Command = {
	usage: 'health',
	help: 'ends with 0 if the relay runs and is ready, with 1 and the reasons if not',
	shape: {},
	async run({ config, print, complain }) {
		const { host, port } = splitListen(config.listen);
		const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
		const url = `http://${reachable}:${port}/readyz`;
		try {
			const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
			const { problems } = v.parse(readySchema, await response.json());
			if (response.ok) print('ready');
			else complain(`not ready: ${problems.join(', ')}`);
			return response.ok ? 0 : 1;
		} catch {
			complain(`No relay answers at ${url}.`);
			return 1;
		}
	},
};
