// A whole relay in a process of its own, which tests kill, starve, and put back in time. It loads everything and then waits for its
// orders, because loading takes longer than some of its lives: `prepareRelay` in process-relay.ts gives them.
import { flushCompileCache } from 'node:module';
import { createInterface } from 'node:readline';
import type { Orders } from './process-relay.ts';

const RealDate = Date;
let aheadMs = 0;
/** The machine's clock, as a person or a time server may turn it. */
globalThis.Date = class extends RealDate {
	constructor(...given: unknown[]) {
		if (given.length === 0) super(RealDate.now() + aheadMs);
		else super(...(given as [number]));
	}
	static override now() {
		return RealDate.now() + aheadMs;
	}
} as DateConstructor;

const { openInstallation } = await import('../../sync-server/installation.ts');
const { startRelay } = await import('../../sync-server/commands/serve.ts');
const { readConfig } = await import('../../sync-server/config.ts');
await import('nodemailer/lib/mail-composer');
await import('nodemailer/lib/smtp-connection');
await import('imapflow');

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
let orders: Orders | undefined;
createInterface({ input: process.stdin }).on('line', (line) => {
	const order = JSON.parse(line) as Partial<Orders>;
	if (order.aheadMs !== undefined) aheadMs = order.aheadMs;
	if (orders === undefined) void live((orders = order as Orders));
	else say({ clock: Date.now() });
});
flushCompileCache();
say({ loaded: true });

async function live({ config, undoMs }: Orders): Promise<void> {
	const reading = readConfig({ listen: '127.0.0.1:0', ...config }, {});
	if (reading.kind === 'refused') throw new Error(JSON.stringify(reading.problems));
	const opened = await openInstallation(reading.config, undoMs === undefined ? {} : { undoMs });
	if (opened.kind === 'refused') {
		say({ refused: opened.reason, message: opened.message });
		process.exit(1);
	}
	const running = await startRelay(opened.installation);
	say({ url: running.url });
	process.once('SIGTERM', () => void running.close().then(() => process.exit(0)));
}
