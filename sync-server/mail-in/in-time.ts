export class ConnectionLost extends Error {
	override name = 'ConnectionLost';
	readonly code = 'EConnectionClosed';
}

/** A command that waits for the end of an IDLE which the server never heard of waits for ever: after that time the line is dead. */
export async function inTime<T>(command: Promise<T>, ms: number): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new ConnectionLost('the server does not answer')), ms);
	});
	try {
		return await Promise.race([command, late]);
	} finally {
		clearTimeout(timer);
	}
}
