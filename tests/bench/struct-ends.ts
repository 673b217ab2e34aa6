import * as Y from 'yjs';

/**
 * Of each Yjs client in a V1 update the clock at which its structs end. Reads what typing makes (strings, and the types that
 * hold them) by hand, because the load generator does this for every message it gets; the rest through Yjs.
 */
export function readStructEnds(update: Uint8Array, at: number, tell: (client: number, end: number) => void): void {
	let position = at;
	const readVarUint = (): number => {
		let value = 0;
		let scale = 1;
		for (;;) {
			const byte = update[position++] as number;
			value += (byte & 127) * scale;
			if (byte < 128) return value;
			scale *= 128;
		}
	};
	const skipString = (): number => {
		const length = readVarUint();
		position += length;
		return length;
	};
	for (let clients = readVarUint(); clients > 0; clients--) {
		let structs = readVarUint();
		const client = readVarUint();
		let clock = readVarUint();
		for (; structs > 0; structs--) {
			const kind = update[position++] as number;
			if ((kind & 31) !== 4 && (kind & 31) !== 7) return readThroughYjs(update.subarray(at), tell);
			if (kind & 128) {
				readVarUint();
				readVarUint();
			}
			if (kind & 64) {
				readVarUint();
				readVarUint();
			}
			if ((kind & 192) === 0) {
				if (readVarUint() === 1) skipString();
				else {
					readVarUint();
					readVarUint();
				}
				if (kind & 32) skipString();
			}
			if ((kind & 31) === 4) clock += skipString();
			else {
				const type = readVarUint();
				if (type === 3 || type === 5) skipString();
				clock++;
			}
		}
		tell(client, clock);
	}
}

function readThroughYjs(update: Uint8Array, tell: (client: number, end: number) => void): void {
	for (const { id, length } of Y.decodeUpdate(update).structs) tell(id.client, id.clock + length);
}
