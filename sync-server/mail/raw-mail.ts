const LF = 0x0a;
const CR = 0x0d;

/** The mail without what tools put before it: a byte order mark, blank lines, an mbox "From " line. */
export function withoutEnvelope(raw: Uint8Array): Uint8Array {
	let start = raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? 3 : 0;
	start = afterBlankLines(raw, start);
	if (startsWith(raw, start, 'From ') || startsWith(raw, start, '>From ')) {
		const end = raw.indexOf(LF, start);
		start = end < 0 ? raw.length : afterBlankLines(raw, end + 1);
	}
	return raw.subarray(start);
}

/** Files from old Macs end their lines with CR alone. */
export function withLineFeeds(raw: Uint8Array): Uint8Array {
	if (raw.includes(LF) || !raw.includes(CR)) return raw;
	return raw.map((byte) => (byte === CR ? LF : byte));
}

/** Where the header block ends and where the body starts. */
export function splitRawMail(raw: Uint8Array): { header: Uint8Array; body: Uint8Array } {
	for (let i = raw.indexOf(LF); i >= 0; i = raw.indexOf(LF, i + 1)) {
		const next = raw[i + 1] === CR ? i + 2 : i + 1;
		if (raw[next] === LF) return { header: raw.subarray(0, i + 1), body: raw.subarray(next + 1) };
	}
	return { header: raw, body: raw.subarray(raw.length) };
}

export function startsWith(raw: Uint8Array, at: number, text: string): boolean {
	for (let i = 0; i < text.length; i++) if (raw[at + i] !== text.charCodeAt(i)) return false;
	return true;
}

function afterBlankLines(raw: Uint8Array, from: number): number {
	let start = from;
	while (raw[start] === LF || raw[start] === CR) start++;
	return start;
}
