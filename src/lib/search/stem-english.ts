/** The English (Porter 2) stemmer of the Snowball project, for folded words. https://snowballstem.org/algorithms/english/stemmer.html */
export function stemEnglish(word: string): string {
	if (word.length <= 2) return word;
	const exception = exceptions.get(word);
	if (exception !== undefined) return exception;
	let w = word.replace(/^y/, 'Y').replace(/([aeiouy])y/g, '$1Y');
	const [r1, r2] = regions(w);
	w = step1a(w);
	if (keptAfter1a.has(w)) return w;
	w = step1b(w, r1);
	w = w.replace(/(?<=.[^aeiouy])[yY]$/, 'i');
	w = replaceEnding(w, step2, r1);
	w = replaceEnding(w, step3, r1);
	if (r2 <= w.length && w.endsWith('ative') && w.length - 5 >= r2) w = w.slice(0, -5);
	w = step4(w, r2);
	w = step5(w, r1, r2);
	return w.toLowerCase();
}

const exceptions = new Map([
	...(['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word) => [word, word]) as [string, string][]),
	['skis', 'ski'],
	['skies', 'sky'],
	['dying', 'die'],
	['lying', 'lie'],
	['tying', 'tie'],
	['idly', 'idl'],
	['gently', 'gentl'],
	['ugly', 'ugli'],
	['early', 'earli'],
	['only', 'onli'],
	['singly', 'singl'],
]);
const keptAfter1a = new Set(['inning', 'outing', 'canning', 'herring', 'earring', 'proceed', 'exceed', 'succeed']);

function regions(word: string): [number, number] {
	const after = (from: number) => {
		const found = /[aeiouy][^aeiouy]/.exec(word.slice(from));
		return found === null ? word.length : from + found.index + 2;
	};
	const special = /^(gener|commun|arsen)/.exec(word);
	const r1 = special === null ? after(0) : special[0].length;
	return [r1, after(r1)];
}

function step1a(w: string): string {
	if (w.endsWith('sses')) return w.slice(0, -2);
	if (/(ied|ies)$/.test(w)) return w.slice(0, w.length > 4 ? -2 : -1);
	if (/(us|ss)$/.test(w)) return w;
	return /[aeiouy].+s$/.test(w) ? w.slice(0, -1) : w;
}

function step1b(w: string, r1: number): string {
	const eed = /(eedly|eed)$/.exec(w);
	if (eed !== null) return eed.index >= r1 ? w.slice(0, eed.index + 2) : w;
	const ending = /(ingly|edly|ing|ed)$/.exec(w);
	if (ending === null) return w;
	const stem = w.slice(0, ending.index);
	if (!/[aeiouy]/.test(stem)) return w;
	if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
	if (/(bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return stem.slice(0, -1);
	return isShort(stem, r1) ? `${stem}e` : stem;
}

function isShort(w: string, r1: number): boolean {
	return r1 >= w.length && (/[^aeiouy][aeiouy][^aeiouywxY]$/.test(w) || /^[aeiouy][^aeiouy]$/.test(w));
}

type Endings = readonly (readonly [string, string, RegExp?])[];

const step2: Endings = [
	['ization', 'ize'],
	['ational', 'ate'],
	['fulness', 'ful'],
	['ousness', 'ous'],
	['iveness', 'ive'],
	['tional', 'tion'],
	['biliti', 'ble'],
	['lessli', 'less'],
	['entli', 'ent'],
	['ation', 'ate'],
	['alism', 'al'],
	['aliti', 'al'],
	['ousli', 'ous'],
	['iviti', 'ive'],
	['fulli', 'ful'],
	['enci', 'ence'],
	['anci', 'ance'],
	['abli', 'able'],
	['izer', 'ize'],
	['ator', 'ate'],
	['alli', 'al'],
	['bli', 'ble'],
	['ogi', 'og', /l$/],
	['li', '', /[cdeghkmnrt]$/],
];
const step3: Endings = [
	['ational', 'ate'],
	['tional', 'tion'],
	['alize', 'al'],
	['icate', 'ic'],
	['iciti', 'ic'],
	['ical', 'ic'],
	['ness', ''],
	['ful', ''],
];

function replaceEnding(w: string, endings: Endings, region: number): string {
	const found = endings.find(([ending]) => w.endsWith(ending));
	if (found === undefined) return w;
	const [ending, by, before] = found;
	const stem = w.slice(0, -ending.length);
	return stem.length >= region && (before === undefined || before.test(stem)) ? stem + by : w;
}

function step4(w: string, r2: number): string {
	const found = /(ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic)$/.exec(w);
	if (found === null || found.index < r2) return w;
	const stem = w.slice(0, found.index);
	return found[0] === 'ion' && !/[st]$/.test(stem) ? w : stem;
}

function step5(w: string, r1: number, r2: number): string {
	const stem = w.slice(0, -1);
	if (w.endsWith('e')) {
		const short = /([^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/.test(stem);
		return stem.length >= r2 || (stem.length >= r1 && !short) ? stem : w;
	}
	return w.endsWith('ll') && stem.length >= r2 ? stem : w;
}
