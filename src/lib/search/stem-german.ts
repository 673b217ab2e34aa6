/**
 * German stems of folded words (no umlauts, ss for ß), in two depths. They need not be words, only be equal for what belongs together:
 * the stem joins inflections ("Druckers", "Drucker"), the root also derivations ("Bestellung", "bestellt", "anmelden", "angemeldet").
 */
export function stemGerman(word: string): string {
	return secondEnding(firstEnding(word));
}

export function rootGerman(word: string): string {
	let root = stemGerman(withoutParticiple(word));
	for (let again = true; again;) {
		again = false;
		for (const [ending, shortest] of derivations) {
			if (!root.endsWith(ending) || root.length - ending.length < shortest) continue;
			root = root.slice(0, -ending.length);
			again = true;
			break;
		}
	}
	return root;
}

/** Prefixes of verbs that are torn off: "ge" stands between them and the rest of the participle. */
export const separablePrefixes = [
	...['zuruck', 'zusammen', 'herunter', 'weiter', 'wieder', 'durch', 'heraus', 'runter', 'fest', 'frei'],
	...[
		'fort',
		'hoch',
		'nach',
		'auf',
		'aus',
		'bei',
		'ein',
		'her',
		'hin',
		'los',
		'mit',
		'vor',
		'weg',
		'ab',
		'an',
		'um',
		'zu',
	],
];

const forms = String.raw`(\p{L}{3,}(?:t|te|ter|tes|ten|tem)|\p{L}{3,}en)`;
const participle = new RegExp(`^(?:(${separablePrefixes.join('|')})(?:ge|zu)|ge)${forms}$`, 'u');

function withoutParticiple(word: string): string {
	const found = participle.exec(word);
	if (found === null) return word;
	const [, prefix = '', rest = ''] = found;
	// "gehen" and "vorgehen" are no participles, "Gerat" (Gerät) is not "raten".
	const shortest = prefix === '' ? (rest.endsWith('en') ? 5 : 4) : rest.endsWith('en') ? 5 : 3;
	return rest.length < shortest ? word : prefix + rest;
}

function firstEnding(word: string): string {
	for (const [ending, shortest] of firstEndings)
		if (word.endsWith(ending) && word.length - ending.length >= shortest) {
			const stem = word.slice(0, -ending.length);
			return stem.endsWith('niss') ? stem.slice(0, -1) : stem;
		}
	return word.length > 4 && /([bdfghklmnrt]s|[lr]n)$/.test(word) ? word.slice(0, -1) : word;
}

function secondEnding(word: string): string {
	for (const ending of ['est', 'en', 'er'])
		if (word.endsWith(ending) && word.length - ending.length >= 4 && !word.endsWith('ier'))
			return word.slice(0, -ending.length);
	return word;
}

/** An ending, and how much of the word must remain. */
const firstEndings: readonly (readonly [string, number])[] = [
	['ern', 4],
	['em', 3],
	['er', 3],
	['en', 3],
	['es', 3],
	['e', 3],
];

const derivations: readonly (readonly [string, number])[] = [
	['igkeit', 3],
	['ation', 4],
	['ator', 4],
	['keit', 4],
	['heit', 4],
	['lich', 4],
	['isch', 4],
	['ung', 3],
	['end', 4],
	['bar', 4],
	['ier', 4],
	['ig', 4],
	['er', 4],
	['et', 4],
	['t', 4],
	['e', 4],
	['o', 4],
	['a', 4],
];
