import type { Language } from '../domain/desk-config.ts';
import { placeOf, type Excerpt, type PersonExport, type Piece } from './person-export.ts';

/** The export of a person as a page that needs nothing but a browser, in that language. Every word of a stranger in it is text. */
export function personPage(given: PersonExport, language: Language): string {
	const t = words[language];
	const name = String((given.persons[0]?.now as { name?: unknown } | undefined)?.name ?? given.desk);
	const when = (time: string | undefined) =>
		time === undefined || Number.isNaN(Date.parse(time))
			? (time ?? '')
			: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(
					new Date(time),
				);
	const places = new Map(given.files.map((file) => [file.sha256, placeOf(file)]));

	const values = (value: object) =>
		`<dl>${Object.entries(value)
			.filter(
				([, part]) => part !== undefined && part !== null && part !== '' && !(Array.isArray(part) && part.length === 0),
			)
			.map(([key, part]) => `<dt>${escaped(t.fields[key] ?? key)}</dt><dd>${escaped(shown(part))}</dd>`)
			.join('')}</dl>`;

	const piece = ({ time, kind, entry, leftOut, internal }: Piece): string => {
		const head = `<b>${escaped(t.kinds[kind] ?? kind)}</b> <time>${escaped(when(time))}</time>${internal ? ` <em>${t.internal}</em>` : ''}`;
		if (entry === undefined)
			return `<li>${head}<p class="out">${leftOut === 'internal' ? t.leftOutInternal : t.leftOutOthers}</p></li>`;
		const {
			kind: _kind,
			at: _at,
			by: _by,
			device: _device,
			replaces: _replaces,
			text,
			html: _html,
			attachments,
			...rest
		} = entry;
		const files = (Array.isArray(attachments) ? (attachments as { blob: string; name: string }[]) : []).map(
			({ blob, name: file }) => {
				const place = places.get(blob);
				return `<li>${place === undefined ? escaped(file) : `<a href="${escaped(encodeURI(place))}">${escaped(file)}</a>`}</li>`;
			},
		);
		return `<li>${head}${values(rest)}${typeof text === 'string' ? `<pre>${escaped(text)}</pre>` : ''}${files.length > 0 ? `<ul>${files.join('')}</ul>` : ''}</li>`;
	};

	const record = ({ now, entries, texts }: Excerpt): string => {
		const { number, subject, request, name: title, ...rest } = (now ?? {}) as Record<string, unknown>;
		const heading = [number, subject ?? request ?? title]
			.filter((part) => part !== undefined && part !== '')
			.map(shown)
			.join(' · ');
		const drafts = Object.values(texts).map(
			(html) => `<li><b>${t.draft}</b> <em>${t.internal}</em><pre>${escaped(plain(html))}</pre></li>`,
		);
		return `<section><h3>${escaped(heading || '–')}</h3>${values(rest)}<ol>${entries.map(piece).join('')}${drafts.join('')}</ol></section>`;
	};

	const part = (title: string, excerpts: readonly Excerpt[]) =>
		`<h2>${title} (${excerpts.length})</h2>${excerpts.length === 0 ? `<p>${t.none}</p>` : excerpts.map(record).join('')}`;

	return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${escaped(t.title(name))}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap;font:inherit;border-inline-start:3px solid #999;padding-inline-start:.75rem;margin:.25rem 0}dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;margin:.25rem 0}dd{margin:0;overflow-wrap:anywhere}dt,time,.out{color:#555}section{border-top:1px solid #bbb}li{margin-bottom:.5rem}</style></head><body>
<h1>${escaped(t.title(name))}</h1>
<p>${escaped(t.intro(given.desk, when(given.madeAt)))}</p>
<ul><li>${given.internal === 'included' ? t.withInternal : t.withoutInternal}</li><li>${t.others}</li>${given.gatheredBy === 'device' ? `<li><b>${t.byDevice}</b></li>` : ''}</ul>
${given.missing.length === 0 ? '' : `<h2>${t.missing}</h2><ul>${given.missing.map((what) => `<li>${escaped(what)}</li>`).join('')}</ul>`}
${part(t.persons, given.persons)}
${given.organisations.length === 0 ? '' : `<p>${t.organisation}: ${given.organisations.map((one) => escaped(one.name)).join(', ')}</p>`}
${part(t.tickets, given.tickets)}
${part(t.contacts, given.contacts)}
<h2>${t.files} (${given.files.length})</h2><ul>${given.files.map((file) => `<li><a href="${escaped(encodeURI(placeOf(file)))}">${escaped(file.name)}</a> <span class="out">${escaped(file.mime)}</span></li>`).join('')}</ul>
</body></html>
`;
}

function shown(value: unknown): string {
	if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
	if (Array.isArray(value)) return value.map(shown).join(', ');
	if (typeof value !== 'object' || value === null) return '';
	return Object.values(value)
		.map(shown)
		.filter((part) => part !== '')
		.join(' · ');
}

function plain(html: string): string {
	return html
		.replaceAll(/<(?:br|\/p|\/li|\/h\d)>/g, '\n')
		.replaceAll(/<[^>]*>/g, '')
		.replaceAll('&lt;', '<')
		.replaceAll('&gt;', '>')
		.replaceAll('&quot;', '"')
		.replaceAll('&amp;', '&')
		.trim();
}

function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;')
		.replaceAll("'", '&#39;');
}

interface PageWords {
	title(name: string): string;
	intro(desk: string, when: string): string;
	withInternal: string;
	withoutInternal: string;
	others: string;
	byDevice: string;
	missing: string;
	persons: string;
	organisation: string;
	tickets: string;
	contacts: string;
	files: string;
	none: string;
	draft: string;
	internal: string;
	leftOutInternal: string;
	leftOutOthers: string;
	fields: Readonly<Record<string, string>>;
	kinds: Readonly<Record<string, string>>;
}

const words: Readonly<Record<Language, PageWords>> = {
	en: {
		title: (name) => `What is stored about ${name}`,
		intro: (desk, when) => `Gathered at ${desk} on ${when} (UTC). The same for machines: person.json.`,
		withInternal: 'Internal notes are included and marked.',
		withoutInternal: 'Internal notes are left out; where there was one is said.',
		others: 'What others wrote to us, or we to them, is not included.',
		byDevice: 'It was gathered on one device without the server: more may be stored there.',
		missing: 'Could not be included',
		persons: 'Person',
		organisation: 'Organisation',
		tickets: 'Tickets',
		contacts: 'Calls and other contacts',
		files: 'Files',
		none: 'None.',
		draft: 'Draft',
		internal: 'internal',
		leftOutInternal: 'An internal note, left out.',
		leftOutOthers: 'From or to somebody else, left out.',
		fields: {
			...{
				name: 'Name',
				addresses: 'Addresses',
				phones: 'Numbers',
				tags: 'Topics',
				role: 'Role',
				division: 'Division',
				lines: 'Lines',
			},
			...{
				from: 'From',
				to: 'To',
				cc: 'Copy',
				subject: 'Subject',
				status: 'Status',
				openedAt: 'Opened',
				createdAt: 'Created',
				channel: 'Channel',
			},
			...{
				address: 'Address',
				phone: 'Number',
				began: 'Began',
				outcome: 'Outcome',
				fields: 'Written down',
				direction: 'Direction',
			},
		},
		kinds: {
			...{
				message: 'Message',
				note: 'Note',
				'reply-requested': 'Reply',
				acknowledged: 'Confirmation',
				opened: 'Opened',
				created: 'Created',
			},
			...{
				contacted: 'Contact',
				'status-set': 'Status',
				'address-added': 'Address added',
				'address-removed': 'Address removed',
			},
			...{
				'phone-added': 'Number added',
				'phone-removed': 'Number removed',
				'name-set': 'Name',
				documented: 'Written down',
			},
			...{
				'request-set': 'Request',
				'outcome-set': 'Outcome',
				'position-set': 'Position',
				tagged: 'Topics',
				erased: 'Erased',
			},
		},
	},
	de: {
		title: (name) => `Was über ${name} gespeichert ist`,
		intro: (desk, when) => `Zusammengestellt bei ${desk} am ${when} (UTC). Dasselbe für Maschinen: person.json.`,
		withInternal: 'Interne Notizen sind enthalten und gekennzeichnet.',
		withoutInternal: 'Interne Notizen sind ausgelassen; wo eine stand, ist gesagt.',
		others: 'Was andere uns schrieben oder wir ihnen, ist nicht enthalten.',
		byDevice: 'Zusammengestellt auf einem Gerät ohne den Dienst: Dort kann mehr gespeichert sein.',
		missing: 'Konnte nicht aufgenommen werden',
		persons: 'Person',
		organisation: 'Organisation',
		tickets: 'Vorgänge',
		contacts: 'Anrufe und andere Kontakte',
		files: 'Dateien',
		none: 'Nichts.',
		draft: 'Entwurf',
		internal: 'intern',
		leftOutInternal: 'Eine interne Notiz, ausgelassen.',
		leftOutOthers: 'Von oder an jemand anderen, ausgelassen.',
		fields: {
			...{
				name: 'Name',
				addresses: 'Adressen',
				phones: 'Nummern',
				tags: 'Themen',
				role: 'Rolle',
				division: 'Abteilung',
				lines: 'Linien',
			},
			...{
				from: 'Von',
				to: 'An',
				cc: 'Kopie',
				subject: 'Betreff',
				status: 'Status',
				openedAt: 'Eröffnet',
				createdAt: 'Angelegt',
				channel: 'Kanal',
			},
			...{
				address: 'Adresse',
				phone: 'Nummer',
				began: 'Begonnen',
				outcome: 'Ergebnis',
				fields: 'Festgehalten',
				direction: 'Richtung',
			},
		},
		kinds: {
			...{
				message: 'Nachricht',
				note: 'Notiz',
				'reply-requested': 'Antwort',
				acknowledged: 'Eingangsbestätigung',
				opened: 'Eröffnet',
				created: 'Angelegt',
			},
			...{
				contacted: 'Kontakt',
				'status-set': 'Status',
				'address-added': 'Adresse hinzugefügt',
				'address-removed': 'Adresse entfernt',
			},
			...{
				'phone-added': 'Nummer hinzugefügt',
				'phone-removed': 'Nummer entfernt',
				'name-set': 'Name',
				documented: 'Festgehalten',
			},
			...{
				'request-set': 'Anliegen',
				'outcome-set': 'Ergebnis',
				'position-set': 'Stelle',
				tagged: 'Themen',
				erased: 'Gelöscht',
			},
		},
	},
};
