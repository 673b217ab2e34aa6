/**
 * A ticket number is a running number from a block that the relay gave to one device, and a Damm check digit.
 * It is final when it is made, with or without a network, because no block is given twice.
 *
 *   block 104, counter 217  ->  104217 + check digit 3  ->  "104-2173"
 */
export type TicketNumber = string & { readonly __brand: 'TicketNumber' };

/** How many numbers a block holds; block `b` covers b*1000 to b*1000+999. */
export const blockSize = 1000;
/** Blocks start here, so that no number is shorter than seven digits. */
export const firstBlock = 100;
const longest = 15;

/** H. M. Damm's quasigroup of order 10: finds every single wrong digit and every swap of neighbours. */
const damm = [
	'0317598642',
	'7092154863',
	'4206871359',
	'1750983426',
	'6123045978',
	'3674209581',
	'5869720134',
	'8945362017',
	'9438617205',
	'2581436790',
];

export function checkDigit(digits: string): string {
	let interim = 0;
	for (const digit of digits) interim = Number(damm[interim]?.charAt(Number(digit)));
	return String(interim);
}

/** The `counter`-th number (0 to 999) of a block. */
export function ticketNumber(block: number, counter: number): TicketNumber {
	const digits = String(block * blockSize + counter);
	return (digits + checkDigit(digits)) as TicketNumber;
}

/** The block that a number was made from. */
export function blockOf(number: TicketNumber): number {
	return Math.floor(Number(number.slice(0, -1)) / blockSize);
}

export function isTicketNumber(text: string): text is TicketNumber {
	return /^[0-9]{7,15}$/.test(text) && checkDigit(text) === '0';
}

export type NumberReading =
	| { kind: 'number'; number: TicketNumber }
	| { kind: 'mistyped'; digits: string; hint: 'too-short' | 'too-long' | 'check-digit'; perhaps: TicketNumber[] }
	| { kind: 'none' };

/**
 * Reads what a person typed or dictated: "#104-2173", "T 104 2173", "1042173".
 * A number whose check digit is wrong is refused with the swaps of neighbours that would make it right.
 */
export function readTicketNumber(text: string): NumberReading {
	const bare = text.trim().replace(/^(?:T[-\s]?|#)+/i, '');
	if (!/^[0-9](?:[\s.\-/]?[0-9])*$/.test(bare)) return { kind: 'none' };
	const digits = bare.replace(/\D/g, '');
	if (isTicketNumber(digits)) return { kind: 'number', number: digits };
	if (digits.length < 7) return { kind: 'mistyped', digits, hint: 'too-short', perhaps: [] };
	if (digits.length > longest) return { kind: 'mistyped', digits, hint: 'too-long', perhaps: [] };
	return { kind: 'mistyped', digits, hint: 'check-digit', perhaps: neighbourSwaps(digits).filter(isTicketNumber) };
}

function neighbourSwaps(digits: string): string[] {
	const swaps: string[] = [];
	for (let i = 0; i + 1 < digits.length; i++) {
		if (digits[i] === digits[i + 1]) continue;
		swaps.push(digits.slice(0, i) + digits.charAt(i + 1) + digits.charAt(i) + digits.slice(i + 2));
	}
	return swaps;
}

/** For eye and ear: the last four digits apart from the rest. */
export function formatTicketNumber(number: TicketNumber): string {
	return `${number.slice(0, -4)}-${number.slice(-4)}`;
}
