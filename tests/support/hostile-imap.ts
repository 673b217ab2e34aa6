import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What the server says of a mail, and what it really sends. */
export interface HostileMail {
	uid: number;
	/** The size on the list; without it the true one. */
	size?: number;
	/** The bytes of the answer to a fetch of the mail, literal and all; without it the mail as it is. */
	answer?: string;
	raw: string;
}

export interface HostileImap {
	port: number;
	/** How often each mail was asked for. */
	fetches: Map<number, number>;
	marked: Set<number>;
}

/** An IMAP server that knows just enough to be spoken to, and lies where the test says so. */
export async function startHostileImap(mails: readonly HostileMail[]): Promise<HostileImap> {
	const fetches = new Map<number, number>();
	const marked = new Set<number>();
	const sockets = new Set<Socket>();
	const next = Math.max(0, ...mails.map(({ uid }) => uid)) + 1;
	const asked = (range: string) =>
		mails.filter(({ uid }) =>
			range.split(',').some((part) => {
				const [first = '', last = first] = part.split(':');
				return uid >= Number(first) && (last === '*' || uid <= Number(last));
			}),
		);

	const answer = (line: string, socket: Socket) => {
		const [tag = '', first = '', ...rest] = line.split(' ');
		const isUid = first.toUpperCase() === 'UID';
		const command = (isUid ? (rest.shift() ?? '') : first).toUpperCase();
		const say = (text: string) => socket.write(`${text}\r\n`);
		switch (command) {
			case 'CAPABILITY':
				say('* CAPABILITY IMAP4rev1 IDLE');
				break;
			case 'LIST':
			case 'LSUB':
				say(`* ${command} () "/" INBOX`);
				break;
			case 'SELECT':
			case 'EXAMINE':
				say(`* ${mails.length} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT ${next}] ok`);
				break;
			case 'SEARCH': {
				const range = /UID (\S+)/.exec(rest.join(' '))?.[1] ?? '1:*';
				say(
					`* SEARCH ${asked(range)
						.map(({ uid }) => uid)
						.join(' ')}`,
				);
				break;
			}
			case 'FETCH':
				for (const mail of asked(rest[0] ?? '')) {
					if (!line.includes('BODY')) {
						say(`* 1 FETCH (UID ${mail.uid} RFC822.SIZE ${mail.size ?? mail.raw.length})`);
						continue;
					}
					fetches.set(mail.uid, (fetches.get(mail.uid) ?? 0) + 1);
					const literal = mail.answer ?? `{${mail.raw.length}}\r\n${mail.raw}`;
					say(`* 1 FETCH (UID ${mail.uid} BODY[] ${literal})`);
				}
				break;
			case 'STORE':
				for (const { uid } of asked(rest[0] ?? '')) marked.add(uid);
				break;
			case 'IDLE':
				say('+ idling');
				return;
			case 'DONE':
				return;
		}
		say(`${tag} OK done`);
	};

	const server = createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => socket.destroy());
		socket.write('* OK ready\r\n');
		let rest = '';
		socket.on('data', (chunk) => {
			const lines = (rest + chunk.toString('latin1')).split('\r\n');
			rest = lines.pop() ?? '';
			for (const line of lines) answer(line, socket);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
	});
	return { port: (server.address() as AddressInfo).port, fetches, marked };
}
