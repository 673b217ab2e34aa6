import type { Address } from '../domain/entry-parts.ts';

export type Recipients = { kind: 'ok'; addresses: Address[] } | { kind: 'missing' } | { kind: 'bad'; text: string };

/** `a@b.example, Kim <c@d.example>` as addresses; the first part that is none is named. */
export function readRecipients(text: string): Recipients {
	const addresses: Address[] = [];
	for (const part of text.split(/[,;\n]/)) {
		const trimmed = part.trim();
		if (trimmed === '') continue;
		const named = /^(.*)<([^<>]*)>$/.exec(trimmed);
		const address = (named?.[2] ?? trimmed).trim();
		const name = (named?.[1] ?? '')
			.trim()
			.replace(/^"(.*)"$/, '$1')
			.slice(0, 200);
		if (!/^[^\s@<>"]+@[^\s@<>".]+(\.[^\s@<>".]+)*$/.test(address) || address.length > 320)
			return { kind: 'bad', text: trimmed.slice(0, 80) };
		if (!addresses.some((known) => known.address.toLowerCase() === address.toLowerCase()))
			addresses.push({ name, address });
	}
	return addresses.length === 0 ? { kind: 'missing' } : { kind: 'ok', addresses: addresses.slice(0, 100) };
}

/** The subject of a message that is passed on; one prefix is enough. */
export function forwardSubject(subject: string): string {
	return /^(fwd?|wg)\s*:/i.test(subject.trim()) ? subject : `Fwd: ${subject}`.slice(0, 998);
}

/** The message as it is quoted below one's own words. */
export function quoteOf(text: string, heading: string): string {
	const lines = text.slice(0, 40_000).split('\n');
	return `\n\n${heading}\n${lines.map((line) => (line === '' ? '>' : `> ${line}`)).join('\n')}`;
}
