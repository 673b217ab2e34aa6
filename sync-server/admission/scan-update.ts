/**
 * Reads a Yjs V1 update without building anything from it: in time and memory that grow with its bytes alone. Yjs allocates
 * what an update declares, so that 11 bytes can cost 269 MB; here every declared count must be there in bytes.
 *
 *   update  := clients, delete set
 *   clients := count, (structs, client, clock, struct*)*
 *   struct  := info, (length | origins, parent, content)
 *   deletes := count, (client, count, (clock, length)*)*
 */
export interface UpdateScan {
	/** Which clocks of which clients the update has, one line for each client. */
	clients: { client: number; from: number; to: number }[];
	/** Names of root types that structs name as their parent. */
	roots: Set<string>;
	structs: number;
	deletes: number;
}

const maxClient = 2 ** 32 - 1;
const maxClock = 2 ** 31;
const maxDepth = 32;

/** Undefined if the bytes are not one whole, plausible update. */
export function scanUpdate(bytes: Uint8Array): UpdateScan | undefined {
	try {
		const scan = new Scanner(bytes).update();
		return scan;
	} catch (error) {
		if (error === implausible) return undefined;
		throw error;
	}
}

const implausible = new Error('not a plausible update');

class Scanner {
	#bytes: Uint8Array;
	#at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}

	update(): UpdateScan {
		const scan: UpdateScan = { clients: [], roots: new Set(), structs: 0, deletes: 0 };
		const seen = new Set<number>();
		for (let clients = this.#count(3); clients > 0; clients--) {
			const structs = this.#count(2);
			const client = this.#upTo(maxClient);
			const from = this.#upTo(maxClock);
			// Yjs keeps the last section only: a second one could hide the first from whoever checks it.
			if (seen.has(client)) throw implausible;
			seen.add(client);
			let to = from;
			for (let i = 0; i < structs; i++) {
				const length = this.#struct(scan);
				if (length < 1) throw implausible;
				to += length;
			}
			if (to > maxClock) throw implausible;
			scan.structs += structs;
			if (structs > 0) scan.clients.push({ client, from, to });
		}
		for (let clients = this.#count(2); clients > 0; clients--) {
			this.#upTo(maxClient);
			const ranges = this.#count(2);
			for (let i = 0; i < ranges; i++) {
				this.#upTo(maxClock);
				this.#upTo(maxClock);
			}
			scan.deletes += ranges;
		}
		if (this.#at !== this.#bytes.length) throw implausible;
		return scan;
	}

	/** Returns how many clocks the struct takes. */
	#struct(scan: UpdateScan): number {
		const info = this.#byte();
		const kind = info & 0x1f;
		if (kind === 0 || kind === 10) return this.#upTo(maxClock);
		const hasOrigin = (info & 0x80) !== 0;
		const hasRightOrigin = (info & 0x40) !== 0;
		if (hasOrigin) this.#id();
		if (hasRightOrigin) this.#id();
		if (!hasOrigin && !hasRightOrigin) {
			if (this.#varUint() === 1) scan.roots.add(this.#text());
			else this.#id();
			if ((info & 0x20) !== 0) this.#string();
		}
		return this.#content(kind);
	}

	#content(kind: number): number {
		switch (kind) {
			case 1:
				return this.#upTo(maxClock);
			case 2: {
				const length = this.#count(1);
				for (let i = 0; i < length; i++) this.#string();
				return length;
			}
			case 3:
				this.#skip(this.#varUint());
				return 1;
			case 4:
				return this.#string();
			case 5:
				this.#string();
				return 1;
			case 6:
				this.#string();
				this.#string();
				return 1;
			case 7: {
				const type = this.#upTo(6);
				if (type === 3 || type === 5) this.#string();
				return 1;
			}
			case 8: {
				const length = this.#count(1);
				for (let i = 0; i < length; i++) this.#any(0);
				return length;
			}
			default:
				// 9 is a document inside a document: nothing of ours has one.
				throw implausible;
		}
	}

	#any(depth: number): void {
		if (depth > maxDepth) throw implausible;
		switch (this.#byte()) {
			case 127:
			case 126:
			case 121:
			case 120:
				return;
			case 125:
				while (this.#byte() >= 0x80);
				return;
			case 124:
				return this.#skip(4);
			case 123:
			case 122:
				return this.#skip(8);
			case 119:
				this.#string();
				return;
			case 118:
				for (let keys = this.#count(2); keys > 0; keys--) {
					this.#string();
					this.#any(depth + 1);
				}
				return;
			case 117:
				for (let items = this.#count(1); items > 0; items--) this.#any(depth + 1);
				return;
			case 116:
				return this.#skip(this.#varUint());
			default:
				throw implausible;
		}
	}

	#id(): void {
		this.#upTo(maxClient);
		this.#upTo(maxClock);
	}

	/** Passes over a text and returns its length in UTF-16 units, which is how Yjs counts. */
	#string(): number {
		const end = this.#end(this.#varUint());
		let length = 0;
		for (; this.#at < end; this.#at++) {
			const byte = this.#bytes[this.#at] as number;
			if (byte < 0x80 || byte >= 0xc0) length += byte >= 0xf0 ? 2 : 1;
		}
		return length;
	}

	#text(): string {
		const end = this.#end(this.#varUint());
		const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, end));
		this.#at = end;
		return text;
	}

	/** A count of things that take at least `each` bytes. */
	#count(each: number): number {
		const count = this.#varUint();
		if (count * each > this.#bytes.length - this.#at) throw implausible;
		return count;
	}

	#upTo(limit: number): number {
		const value = this.#varUint();
		if (value > limit) throw implausible;
		return value;
	}

	#varUint(): number {
		let value = 0;
		for (let factor = 1; ; factor *= 128) {
			const byte = this.#byte();
			value += (byte & 0x7f) * factor;
			if (value > Number.MAX_SAFE_INTEGER) throw implausible;
			if (byte < 0x80) return value;
		}
	}

	#byte(): number {
		const byte = this.#bytes[this.#at++];
		if (byte === undefined) throw implausible;
		return byte;
	}

	#skip(length: number): void {
		this.#at = this.#end(length);
	}

	#end(length: number): number {
		const end = this.#at + length;
		if (end > this.#bytes.length) throw implausible;
		return end;
	}
}
