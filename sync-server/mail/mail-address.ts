import { addressParser } from 'postal-mime';
import { cleanLine } from './clean-text.ts';
import { repairEncodedWords } from './encoded-words.ts';
import type { MailAddress } from './parsed-mail.ts';

const NAME_MAX = 200;
const ADDRESS_MAX = 320;
const SOURCE_MAX = 200_000;

/** The usable addresses of a header, groups unwrapped, at most `max`. An entry without a plausible address is left out. */
export function readAddresses(header: string, max: number): MailAddress[] {
	const addresses: MailAddress[] = [];
	for (const entry of addressParser(repairEncodedWords(header.slice(0, SOURCE_MAX)), { flatten: true })) {
		if (addresses.length >= max) break;
		const address = cleanAddress(entry.address ?? '');
		if (address) addresses.push({ name: cleanLine(entry.name, NAME_MAX), address });
	}
	return addresses;
}

/** An address as it is stored: no white space or invisible characters, the domain in lower case. */
export function cleanAddress(written: string): string | undefined {
	const bare = cleanLine(written, ADDRESS_MAX + 100).replace(/[\s\u200b-\u200f\u2060\u00ad<>]/g, '');
	const at = bare.lastIndexOf('@');
	if (at < 1 || at === bare.length - 1 || bare.length > ADDRESS_MAX) return undefined;
	return `${bare.slice(0, at)}@${bare.slice(at + 1).toLowerCase()}`;
}
