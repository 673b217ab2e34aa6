import { decodeText, isPlainCharset } from './charset.ts';

const WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([QqBb])\?([^?]*)\?=/g;

/**
 * Rewrites RFC 2047 words whose charset the parser does not know, or whose label the bytes contradict, as UTF-8. The words stay
 * encoded, so that a decoded comma or bracket cannot pass for the header's own syntax.
 */
export function repairEncodedWords(header: string): string {
	return header.replace(WORD, (word: string, charset: string, encoding: string, content: string) => {
		if (isPlainCharset(charset)) return word;
		const bytes = encoding.toUpperCase() === 'B' ? Buffer.from(content, 'base64') : quotedBytes(content);
		const text = decodeText(bytes, charset);
		return `=?utf-8?B?${Buffer.from(text, 'utf8').toString('base64')}?=`;
	});
}

function quotedBytes(content: string): Buffer {
	const unescaped = content
		.replaceAll('_', ' ')
		.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
	return Buffer.from(unescaped, 'latin1');
}
