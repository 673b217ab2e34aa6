/** Words that occur nowhere else, one for each place they are written to. */
export interface Secrets {
	word(place: string): string;
	/** The places whose word, or whose id, stands in these bytes: plain, in UTF-16, in base64 or in hex. */
	leaksIn(bytes: Uint8Array): string[];
	/** Takes an id as a secret, too. */
	hide(id: string, place: string): void;
	readonly size: number;
}

export function plantSecrets(seed: string): Secrets {
	const places = new Map<string, string>();
	const hidden = new Map<string, string>();
	const stem = `Zq${seed} `;
	return {
		word(place) {
			const word = `${stem}${String(places.size + 1000)}x`;
			places.set(word, place);
			return word;
		},
		hide(id, place) {
			hidden.set(id, place);
		},
		leaksIn(bytes) {
			const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
			const found = [...hidden].flatMap(([id, place]) =>
				shapesOf(id).some((shape) => text.includes(shape)) ? [place] : [],
			);
			if (!shapesOf(stem).some((shape) => text.includes(shape))) return found;
			const named = [...places].flatMap(([word, place]) =>
				shapesOf(word).some((shape) => text.includes(shape)) ? [place] : [],
			);
			return named.length > 0 ? [...found, ...named] : [...found, 'somewhere'];
		},
		get size() {
			return places.size;
		},
	};
}

/** How a text may stand among other bytes. */
function shapesOf(text: string): string[] {
	const bytes = Buffer.from(text);
	// At each of the three places where a group of base64 may begin, without the characters that are shared with what stands beside it.
	const inBase64 = [0, 1, 2].map((before) =>
		Buffer.concat([Buffer.alloc(before), bytes])
			.toString('base64')
			.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
	);
	const wide = Buffer.from(text, 'utf16le').toString('latin1');
	return [text, text.toLowerCase(), encodeURIComponent(text), wide, bytes.toString('hex'), ...inBase64];
}
