import { cleanText } from './clean-text.ts';

const ID_MAX = 998;

/** The ids in a Message-ID, In-Reply-To or References header, in order, without angle brackets or repeats. */
export function readMessageIds(header: string): string[] {
	const text = cleanText(header);
	const bracketed = [...text.matchAll(/<([^<>]*)>/g)].map((match) => match[1] ?? '');
	const found = bracketed.length > 0 ? bracketed : text.split(/[\s,;]+/).filter((word) => word.includes('@'));
	const ids = found.map(normaliseMessageId).filter((id) => id !== undefined);
	return [...new Set(ids)];
}

/** One id as it is stored and compared: without brackets and white space; case is kept, as RFC 5322 has it. */
export function normaliseMessageId(id: string): string | undefined {
	const bare = cleanText(id).replace(/[\s<>]+/g, '');
	return bare && bare.length <= ID_MAX ? bare : undefined;
}
