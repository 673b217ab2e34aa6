import { rmSync } from 'node:fs';
import * as encoding from 'lib0/encoding';
import { liveRoom } from '../../src/lib/protocol/live.ts';
import { startChild, startOurs, type Child } from './child.ts';
import { createDemoFolder } from './demo-folder.ts';
import { makeRooms, runLoad, type Dialect, type LoadResult } from './fan-out-load.ts';
import type { Bench, Figure } from './row.ts';
import { median } from './spread.ts';

const roomCount = 10;
const perRoom = 6;
/** How many letters a writer may be ahead of its neighbour. */
const ahead = 8;

const nothing = new Uint8Array();
const plain = { path: (document: string) => `/${document}`, prefix: () => nothing };
const hocuspocusPrefix = (document: string) => {
	const encoder = encoding.createEncoder();
	encoding.writeVarString(encoder, document);
	return encoding.toUint8Array(encoder);
};
const hocuspocusHello = (document: string) => {
	const encoder = encoding.createEncoder();
	encoding.writeVarString(encoder, document);
	for (const number of [2, 0]) encoding.writeVarUint(encoder, number);
	encoding.writeVarString(encoder, 'token');
	return encoding.toUint8Array(encoder);
};

interface Contestant {
	name: string;
	dialect: Dialect;
	start(data: string): Promise<Child>;
}

const ours = 'Tresen';
const bare = 'bare ws';
const stock = '@y/websocket-server 0.1.1';
const hocuspocus = 'Hocuspocus 3.4.4';

const contestants: Contestant[] = [
	{
		name: bare,
		dialect: { ...plain, ticket: 'nowhere' },
		start: () => startChild('servers/bare-server.ts'),
	},
	{
		name: ours,
		dialect: {
			...plain,
			path: (document) => `/live/${encodeURIComponent(liveRoom(document as never, 0))}`,
			ticket: 'stored',
		},
		start: startOurs,
	},
	{
		name: stock,
		dialect: { ...plain, ticket: 'first-client' },
		start: () => startChild('servers/stock-server.ts'),
	},
	{
		name: hocuspocus,
		dialect: { path: () => '/', prefix: hocuspocusPrefix, hello: hocuspocusHello, ticket: 'first-client' },
		start: () => startChild('servers/hocuspocus-server.ts'),
	},
];

/** What a keystroke in a shared draft costs the relay: one update in, five out, ten tickets at once. */
export const fanOut: Bench = {
	name: 'fan-out',
	async run({ quick, rounds, say }) {
		const letters = quick ? 300 : 1500;
		const folder = await createDemoFolder({ tickets: 20, devices: roomCount * perRoom, read: roomCount });
		const rooms = makeRooms(folder.tickets.slice(0, roomCount), folder.devices, perRoom, letters);
		const results = new Map<string, (LoadResult & { serverCpuSeconds: number })[]>();
		for (let round = 0; round < rounds; round++) {
			for (const { name, dialect, start } of contestants) {
				const data = folder.copy();
				const server = await start(data);
				globalThis.gc?.();
				const cpu = { used: 0 };
				const result = await runLoad(server.url, rooms, dialect, {
					ahead,
					warmUp: Math.floor(letters / 5),
					onMeasure: () => (cpu.used = server.cpuSeconds()),
				});
				const serverCpuSeconds = server.cpuSeconds() - cpu.used;
				await server.stop();
				rmSync(data, { recursive: true, force: true });
				results.set(name, [...(results.get(name) ?? []), { ...result, serverCpuSeconds }]);
				say(
					`${name}: ${Math.round(result.deliveredPerSecond)}/s; server ${percent(serverCpuSeconds, result.seconds)}, client ${percent(result.clientCpuSeconds, result.seconds)} of a core`,
				);
			}
		}
		const of = (name: string, read: (result: LoadResult & { serverCpuSeconds: number }) => number) =>
			median((results.get(name) ?? []).map(read));
		const rate = (name: string) => of(name, (result) => result.deliveredPerSecond);
		const perCpu = (name: string) => of(name, (result) => result.delivered / result.serverCpuSeconds);
		const peers = (read: (name: string) => number) =>
			[bare, stock, hocuspocus].map((name) => ({ name, value: read(name) }));
		const clientShare = of(bare, (result) => result.clientCpuSeconds / result.seconds);
		const serverShare = of(bare, (result) => result.serverCpuSeconds / result.seconds);
		const notes = [
			`each writer is ${ahead} letters ahead at most; ours authenticates, checks and commits to SQLite before it passes on, and merges what comes in one turn`,
			`with bare ws the load generator used ${Math.round(clientShare * 100)} %, the server ${Math.round(serverShare * 100)} % of a core${
				clientShare > serverShare ? ': the generator limits it, and the ratio flatters us' : ''
			}`,
		];
		const figures: Figure[] = [
			{
				what: 'relay fan-out against bare ws',
				value: rate(ours),
				unit: 'updates/s',
				budget: { kind: 'ratio-at-least', peer: bare, value: 0.8 },
				peers: peers(rate),
				runs: (results.get(ours) ?? []).map((result) => result.deliveredPerSecond),
				notes,
			},
			{
				what: 'relay fan-out against the stock server',
				value: rate(ours),
				unit: 'updates/s',
				budget: { kind: 'ratio-at-least', peer: stock, value: 1.6 },
				peers: peers(rate).filter(({ name }) => name === stock),
			},
			{
				what: 'relay fan-out per processor second',
				value: perCpu(ours),
				unit: 'updates/CPU s',
				peers: peers(perCpu),
				notes: ['the same runs, by the processor time of the server alone: what is left when others use the machine'],
			},
		];
		return figures;
	},
};

function percent(part: number, whole: number): string {
	return `${Math.round((part / whole) * 100)} %`;
}
