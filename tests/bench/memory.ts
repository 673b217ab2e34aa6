import { decodePage } from '../../src/lib/protocol/replica.ts';
import { deskDocument } from '../../src/lib/domain/ids.ts';
import { liveRoom } from '../../src/lib/protocol/live.ts';
import { startChild, startOurs, type Child } from './child.ts';
import { createDemoFolder, temporaryFolder, type BenchDevice } from './demo-folder.ts';
import { RawWebSocket } from './raw-websocket.ts';
import type { Bench } from './row.ts';
import { median } from './spread.ts';

const agents = 50;
/** How many of them read everything, as a new device does, while the others stay connected. */
const newDevices = 5;
const bareNode = 'bare Node with ws';

/** Resident memory of the relay: alone, and with a desk at work. */
export const memory: Bench = {
	name: 'memory',
	async run({ quick, rounds, say }) {
		const idle: number[] = [];
		const bare: number[] = [];
		for (let round = 0; round < Math.min(rounds, 3); round++) {
			idle.push(await measureIdle(() => startOurs(temporaryFolder())));
			bare.push(await measureIdle(() => startChild('servers/bare-server.ts')));
		}
		say(`idle: ours ${Math.round(median(idle))} MB, bare ${Math.round(median(bare))} MB`);

		const tickets = quick ? 1000 : 15_600;
		const folder = await createDemoFolder({ tickets, devices: agents });
		say(`${tickets} tickets are there`);
		const relay = await startOurs(folder.path);
		const sockets: RawWebSocket[] = [];
		try {
			for (const { cookie } of folder.devices) {
				for (const path of [`/live/${liveRoom(deskDocument, 0)}`, '/replica/poke']) {
					const socket = await RawWebSocket.open(relay.url + path, cookie);
					socket.listen(() => {});
					sockets.push(socket);
				}
			}
			const connected = relay.rssMb();
			let read = 0;
			for (const device of folder.devices.slice(0, newDevices)) read += await readEverything(relay, device);
			say(`${newDevices} new devices have read ${read} documents`);
			const resting = await settledRss(relay);
			const closed = sockets.filter((socket) => socket.isClosed).length;
			if (closed > 0) throw new Error(`${closed} sockets were closed`);
			return [
				{
					what: 'relay memory, idle',
					value: median(idle),
					unit: 'MB',
					budget: { kind: 'at-most', value: 96 },
					peers: [{ name: bareNode, value: median(bare) }],
					runs: idle,
				},
				{
					what: `relay memory, ${agents} agents and ${tickets} tickets`,
					value: resting,
					unit: 'MB',
					budget: { kind: 'at-most', value: 256 },
					peers: [{ name: bareNode, value: median(bare) }],
					notes: [
						`each agent has the live desk and a poke socket; ${newDevices} new devices then read all ${tickets} tickets; ${Math.round(connected)} MB before that, ${Math.round(relay.peakRssMb())} MB at the highest`,
					],
				},
			];
		} finally {
			for (const socket of sockets) socket.close();
			await relay.stop();
		}
	},
};

async function measureIdle(start: () => Promise<Child>): Promise<number> {
	const child = await start();
	try {
		return await settledRss(child);
	} finally {
		await child.stop();
	}
}

/** The median of five looks in five seconds: memory still moves after work. */
async function settledRss(child: Child): Promise<number> {
	const looks: number[] = [];
	for (let i = 0; i < 5; i++) {
		await new Promise((resolve) => setTimeout(resolve, 1000));
		looks.push(child.rssMb());
	}
	return median(looks);
}

async function readEverything(relay: Child, { cookie }: BenchDevice): Promise<number> {
	let count = 0;
	for (let after: string | null = null; ;) {
		const response = await fetch(`${relay.url}/replica/bootstrap`, {
			method: 'POST',
			headers: { cookie, 'content-type': 'application/json' },
			body: JSON.stringify({ after }),
		});
		if (!response.ok) throw new Error(`bootstrap was answered ${response.status}: ${await response.text()}`);
		const page = decodePage(new Uint8Array(await response.arrayBuffer()));
		count += page.documents.length;
		if (page.next === null) return count;
		after = page.next;
	}
}
