// A relay in a process of its own, to be killed: prints its address, and dies before or after a commit if told so.
import { startRelay } from '../../support/start-relay.ts';

const [dataDir = ':memory:'] = process.argv.slice(2);
const relay = await startRelay({ dataDir });
for (const name of ['maria', 'tom']) relay.device(name);
process.stdout.write(`${relay.url}\n`);
