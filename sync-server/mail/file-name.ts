import { capped, cleanLine } from './clean-text.ts';

const NAME_MAX = 200;
const EXTENSION_MAX = 16;

const EXTENSIONS: Record<string, string> = {
	'application/ics': '.ics',
	'application/json': '.json',
	'application/ms-tnef': '.dat',
	'application/pdf': '.pdf',
	'application/pgp-signature': '.asc',
	'application/pkcs7-signature': '.p7s',
	'application/xml': '.xml',
	'application/zip': '.zip',
	'image/gif': '.gif',
	'image/jpeg': '.jpg',
	'image/png': '.png',
	'image/svg+xml': '.svg',
	'image/webp': '.webp',
	'message/delivery-status': '.txt',
	'message/rfc822': '.eml',
	'text/calendar': '.ics',
	'text/csv': '.csv',
	'text/html': '.html',
	'text/plain': '.txt',
	'text/rfc822-headers': '.txt',
};

/** A name that is safe to show and to save: no path, no reserved characters or device names, at most 200 long. */
export function cleanFileName(name: string): string | undefined {
	const base = cleanLine(name, 4_000)
		.replace(/^.*[/\\]/, '')
		.replace(/[<>:"|?*\u200b-\u200f\u2060]/g, '_')
		.replace(/^[.\s]+/, '')
		.replace(/[.\s]+$/, '');
	if (!base) return undefined;
	const safe = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(base) ? `_${base}` : base;
	if (safe.length <= NAME_MAX) return safe;
	const dot = safe.lastIndexOf('.');
	const extension = dot > 0 && safe.length - dot <= EXTENSION_MAX ? safe.slice(dot) : '';
	return capped(safe.slice(0, safe.length - extension.length), NAME_MAX - extension.length) + extension;
}

/** The name of a part that brought none: `attachment-3.pdf`. */
export function defaultFileName(mime: string, position: number): string {
	const stem = mime === 'message/rfc822' ? 'message' : mime === 'text/calendar' ? 'calendar' : 'attachment';
	return `${stem}-${position}${EXTENSIONS[mime] ?? '.bin'}`;
}
