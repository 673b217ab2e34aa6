import { isAscii, isUtf8 } from 'node:buffer';

const utf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');

// Upper halves of the DOS code pages, which TextDecoder does not know and old ticket printers and ERP systems still send.
const CP850 =
	'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';
const CP437 =
	'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const CP858 = CP850.replace('ı', '€');

const OWN_DECODERS: Record<string, (bytes: Uint8Array) => string> = {
	cp437: (bytes) => decodeCodePage(bytes, CP437),
	cp850: (bytes) => decodeCodePage(bytes, CP850),
	cp858: (bytes) => decodeCodePage(bytes, CP858),
	utf7: decodeUtf7,
	hzgb2312: decodeHz,
	iso2022kr: decodeIso2022Kr,
};

const ALIASES: Record<string, string> = {
	ibm437: 'cp437',
	ibm850: 'cp850',
	ibm00858: 'cp858',
	ibm858: 'cp858',
	unicode11utf7: 'utf7',
	csiso2022kr: 'iso2022kr',
	iso2022jp1: 'iso-2022-jp',
	iso2022jp2: 'iso-2022-jp',
	iso2022jpms: 'iso-2022-jp',
	cp50220: 'iso-2022-jp',
	cp50221: 'iso-2022-jp',
	cp932: 'shift_jis',
	cp936: 'gbk',
	cp949: 'euc-kr',
	cp950: 'big5',
	utf8mb4: 'utf-8',
};

/** Labels that mailers use for "I did not look": the bytes decide before windows-1252 does. */
const WESTERN = new Set(['windows-1252', 'iso-8859-15']);

type Charset =
	| { kind: 'own'; decode: (bytes: Uint8Array) => string }
	| { kind: 'standard'; decoder: InstanceType<typeof TextDecoder> }
	| { kind: 'unknown' };

/**
 * Decodes a mail text whose charset label may be missing, unknown or wrong. In order: a byte order mark; a label we know, unless
 * it is a western one and the bytes are valid UTF-8; UTF-8 where the bytes are valid or mostly so; windows-1252. Never throws.
 */
export function decodeText(bytes: Uint8Array, label?: string): string {
	const marked = byteOrderMark(bytes);
	if (marked) return new TextDecoder(marked).decode(bytes);
	const charset = charsetOf(label ?? metaCharset(bytes));
	if (charset.kind === 'own') return charset.decode(bytes);
	const standard = charset.kind === 'standard' && !isFalselyUtf16(charset.decoder, bytes) ? charset.decoder : undefined;
	if (standard && standard.encoding !== 'utf-8' && !WESTERN.has(standard.encoding)) return standard.decode(bytes);
	if (hasJapaneseEscapes(bytes)) return new TextDecoder('iso-2022-jp').decode(bytes);
	if (isUtf8(bytes)) return utf8.decode(bytes);
	if (standard && standard.encoding !== 'utf-8') return standard.decode(bytes);
	return mostlyUtf8(bytes) ? utf8.decode(bytes) : windows1252.decode(bytes);
}

/** True when the standard decoder for this label gives the right text without a look at the bytes. */
export function isPlainCharset(label: string): boolean {
	const charset = charsetOf(label);
	return charset.kind === 'standard' && !WESTERN.has(charset.decoder.encoding);
}

function charsetOf(label: string | undefined): Charset {
	const written = (label ?? '').trim().toLowerCase().replace(/["']/g, '');
	const compact = written.replace(/^x-/, '').replace(/[\s._-]+/g, '');
	const own = OWN_DECODERS[ALIASES[compact] ?? compact];
	if (own) return { kind: 'own', decode: own };
	for (const candidate of [written, ALIASES[compact], written.replace(/^x-/, '').replaceAll('_', '-'), compact]) {
		if (!candidate || candidate === 'x-user-defined') continue;
		try {
			return { kind: 'standard', decoder: new TextDecoder(candidate) };
		} catch {
			continue;
		}
	}
	return { kind: 'unknown' };
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
	if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
	return undefined;
}

function metaCharset(bytes: Uint8Array): string | undefined {
	const start = windows1252.decode(bytes.subarray(0, 2_048));
	return /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(start)?.[1];
}

/** UTF-16 of any real text holds a zero byte, if only in its line ends. */
function isFalselyUtf16(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): boolean {
	return decoder.encoding.startsWith('utf-16') && !bytes.includes(0) && isUtf8(bytes);
}

function hasJapaneseEscapes(bytes: Uint8Array): boolean {
	if (!isAscii(bytes)) return false;
	for (let i = bytes.indexOf(0x1b); i >= 0; i = bytes.indexOf(0x1b, i + 1)) {
		if (bytes[i + 1] === 0x24 && (bytes[i + 2] === 0x42 || bytes[i + 2] === 0x40)) return true;
	}
	return false;
}

/** Cut or slightly damaged UTF-8: more whole sequences than stray bytes. */
function mostlyUtf8(bytes: Uint8Array): boolean {
	let whole = 0;
	let stray = 0;
	for (let i = 0; i < bytes.length; i++) {
		const lead = bytes[i] ?? 0;
		if (lead < 0x80) continue;
		const more =
			lead >= 0xc2 && lead < 0xe0 ? 1 : lead >= 0xe0 && lead < 0xf0 ? 2 : lead >= 0xf0 && lead < 0xf5 ? 3 : 0;
		let seen = 0;
		while (seen < more && ((bytes[i + seen + 1] ?? 0) & 0xc0) === 0x80) seen++;
		if (more > 0 && seen === more) whole++;
		else stray++;
		i += seen;
	}
	return whole > stray;
}

function decodeCodePage(bytes: Uint8Array, upperHalf: string): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
		.toString('latin1')
		.replace(/[\u0080-\u00ff]/g, (char) => upperHalf[char.charCodeAt(0) - 0x80] ?? '\ufffd');
}

function decodeUtf7(bytes: Uint8Array): string {
	return windows1252.decode(bytes).replace(/\+([A-Za-z0-9+/]*)-?/g, (_, shifted: string) => {
		if (!shifted) return '+';
		const units = Buffer.from(shifted, 'base64');
		return new TextDecoder('utf-16be').decode(units.subarray(0, units.length & ~1));
	});
}

/** HZ: GB 2312 in seven bits between `~{` and `~}`. */
function decodeHz(bytes: Uint8Array): string {
	const gbk = new TextDecoder('gbk');
	return windows1252.decode(bytes).replace(/~\{([^~]*)(?:~\}|$)|~~|~\r?\n/g, (match, shifted: string | undefined) => {
		if (shifted === undefined) return match === '~~' ? '~' : '';
		return gbk.decode(Uint8Array.from(shifted, (char) => char.charCodeAt(0) | 0x80));
	});
}

/** ISO-2022-KR: KS X 1001 in seven bits between SO and SI. */
function decodeIso2022Kr(bytes: Uint8Array): string {
	const lifted = new Uint8Array(bytes.length);
	let length = 0;
	let shifted = false;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i] ?? 0;
		if (byte === 0x0e) shifted = true;
		else if (byte === 0x0f) shifted = false;
		else if (byte === 0x1b && bytes[i + 1] === 0x24 && bytes[i + 2] === 0x29) i += 3;
		else lifted[length++] = shifted && byte > 0x20 ? byte | 0x80 : byte;
		if (byte === 0x0a) shifted = false;
	}
	return new TextDecoder('euc-kr').decode(lifted.subarray(0, length));
}
