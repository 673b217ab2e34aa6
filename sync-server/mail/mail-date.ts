const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const GERMAN_MONTHS: Record<string, string> = { mär: 'mar', mrz: 'mar', mai: 'may', okt: 'oct', dez: 'dec' };
const ZONES: Record<string, number> = {
	ut: 0,
	gmt: 0,
	utc: 0,
	z: 0,
	met: 60,
	mez: 60,
	cet: 60,
	mest: 120,
	mesz: 120,
	cest: 120,
	est: -300,
	edt: -240,
	cst: -360,
	cdt: -300,
	mst: -420,
	mdt: -360,
	pst: -480,
	pdt: -420,
};
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

const RFC =
	/(\d{1,2})\.?[\s-]+([a-zä]{3})[a-zä]*\.?[\s-]+(\d{2,4})[\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{4}|[a-z]{1,5})?/i;
const ISO = /(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([+-]\d{2}:?\d{2}|z)?/i;

/** Reads a mail date (RFC 5322, its old and German forms, ISO 8601). Without a zone it is UTC, never this machine's. */
export function readMailDate(header: string): number | undefined {
	const text = header.slice(0, 300).replace(/\([^)]*\)/g, ' ');
	const rfc = RFC.exec(text);
	if (rfc) {
		const [, day, monthName = '', year = '', hour, minute, second, zone] = rfc;
		const name = monthName.toLowerCase();
		const month = MONTHS.indexOf(GERMAN_MONTHS[name] ?? name);
		return time(fullYear(year), month, Number(day), Number(hour), Number(minute), Number(second ?? 0), zone);
	}
	const iso = ISO.exec(text);
	if (!iso) return undefined;
	const [, year, month, day, hour, minute, second, zone] = iso;
	return time(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? 0), zone);
}

function fullYear(year: string): number {
	const number = Number(year);
	if (year.length === 2) return number < 50 ? 2000 + number : 1900 + number;
	return year.length === 3 ? 1900 + number : number;
}

function time(y: number, mo: number, d: number, h: number, mi: number, s: number, zone: string | undefined) {
	if (mo < 0 || mo > 11 || d < 1 || d > 31 || h > 23 || mi > 59 || s > 60) return undefined;
	const at = Date.UTC(y, mo, d, h, mi, s) - zoneMinutes(zone) * 60_000;
	return at >= EARLIEST && at < LATEST ? at : undefined;
}

function zoneMinutes(zone: string | undefined): number {
	const numeric = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
	if (!numeric) return ZONES[(zone ?? '').toLowerCase()] ?? 0;
	const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
	return numeric[1] === '-' ? -minutes : minutes;
}
