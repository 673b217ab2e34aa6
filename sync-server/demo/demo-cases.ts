import type { ArticleContent, ArticleValues, Permission } from '../../src/lib/domain/article-entry.ts';
import type { Category, Language, System } from '../../src/lib/domain/desk-config.ts';
import type { CategoryId, LineId, SystemId } from '../../src/lib/domain/ids.ts';
import { blocksToHtml } from '../../src/lib/domain/rich-html.ts';
import { linesToBlocks } from '../../src/lib/domain/rich-text.ts';
import type { Role } from '../../src/lib/domain/role.ts';
import { englishCases } from './cases-english.ts';
import { sellerCases } from './cases-seller.ts';
import { orderCases } from './cases-orders.ts';
import { shopCases } from './cases-shop.ts';
import { specialistCases } from './cases-specialist.ts';
import { workplaceCases } from './cases-workplace.ts';

/**
 * The standard cases of the demo desk, written for it. A line a thing:
 *
 *   # title / system / category / level    begins a case
 *   ? how it is asked      * background      - a step        = a paragraph of the answer
 *   ! label*; label (a, b) what to document  > when: to whom it goes      % role may
 *   + tags                 ~ title of the case that it deviates from
 */
export interface DemoCase {
	title: string;
	language: Language;
	lines: LineId[];
	tags: string[];
	base: string | undefined;
	values: Partial<ArticleValues>;
	words: ArticleContent;
}

export const demoSystems: readonly System[] = (
	[
		[
			'warenwirtschaft',
			'Warenwirtschaft',
			'shop',
			'Aufträge, Artikel, Belege und Zahlungen eines Händlers; Quelle für Bestand und Preise im Shop.',
		],
		['onlineshop', 'Onlineshop', 'shop', 'Der Shop der Kunden: Katalog, Warenkorb, Gutscheine, Bestellungen.'],
		['kassenmodul', 'Kassenmodul', 'shop seller', 'Bar- und Kartenzahlung, Bons, Tagesabschluss.'],
		['lagerbuch', 'Lagerbuch', 'shop', 'Lagerplätze, Umlagerungen und Inventur.'],
		['ftp', 'FTP-Server', 'shop', 'Austausch von Dateien mit Lieferanten und Marktplätzen.'],
		[
			'verkaeufersystem',
			'Verkäufersystem',
			'seller',
			'Vom Angebot bis zum Vertrag eines Fahrzeugs, mit Zahlung und Finanzierung.',
		],
		['angebotsdruck', 'Angebotsdruck', 'seller', 'Druckt Angebote und Verträge aus dem Verkäufersystem.'],
		['fahrzeugboerse', 'Fahrzeugbörse', 'seller', 'Inserate der Fahrzeuge auf den Börsen.'],
		['disposition', 'Disposition', 'seller', 'Lieferung und Liefertermine der Fahrzeuge.'],
		['terminplaner', 'Terminplaner', 'seller', 'Termine für Probefahrt, Abholung und Werkstatt.'],
		['kundenkonto', 'Kundenkonto', 'service', 'Anmeldung, Adressen und Bestellungen der Kunden.'],
		['versand', 'Versand', 'service', 'Sendungen, Verfolgung und Retouren.'],
		['zahlungsdienst', 'Zahlungsdienst', 'service shop', 'Karten, Lastschrift und Erstattungen.'],
		['beitragskonto', 'Beitragskonto', 'specialist', 'Beiträge, Buchungen und Bescheide der Mitglieder.'],
		['meldewesen', 'Meldewesen', 'specialist', 'Meldungen der Arbeitgeber und deren Verarbeitung.'],
		['leistungsmodul', 'Leistungsmodul', 'specialist', 'Anträge und Leistungen der Versicherten.'],
		['geschaeftsstelle', 'Onlinegeschäftsstelle', 'specialist', 'Der Zugang der Versicherten im Netz.'],
		['arbeitsplatz', 'Arbeitsplatz', '', 'Rechner, Bildschirm, Drucker und Programme am Platz.'],
		['mail', 'Mail und Kalender', '', 'Postfächer, Kalender und Adressbücher.'],
		['vpn', 'Fernzugang (VPN)', '', 'Zugang zum Netz von unterwegs.'],
	] as const
).map(([id, name, lines, description]) => ({
	...{ id: id as SystemId, name, description },
	lines: lines.split(' ').filter(Boolean) as LineId[],
}));

/** A short manual of the till, as text. */
export const demoManual = {
	...{ id: 'kassenmodul-kurzanleitung', system: 'kassenmodul' as SystemId, name: 'Kurzanleitung Kassenmodul' },
	...{ language: 'de' as const, version: '4.2', day: '2026-03-31', fileName: 'kurzanleitung-kassenmodul.txt' },
	text: [
		'Kurzanleitung Kassenmodul',
		'',
		'1. Kasse öffnen: anmelden, Anfangsbestand zählen und bestätigen.',
		'2. Verkauf: Artikel scannen, Zahlungsart wählen, Bon drucken.',
		'3. Storno: Bon im Journal aufrufen, Grund angeben; eine zweite Person bestätigt.',
		'4. Tagesabschluss: Bargeld zählen, Differenz begründen, Abschluss drucken.',
		'',
	].join('\n'),
};

export const demoCategories: readonly Category[] = (
	[
		['zugang', 'Zugang', 'anmeldung:Anmeldung rechte:Rechte'],
		['technik', 'Technik', 'drucken:Drucken netz:Netz geraet:Gerät post:E-Mail'],
		['auftrag', 'Auftrag', 'angebot:Angebot bestellung:Bestellung lieferung:Lieferung reklamation:Reklamation'],
		['zahlung', 'Zahlung', 'bar:Barzahlung raten:Ratenzahlung erstattung:Erstattung rechnung:Rechnung'],
		['daten', 'Daten', 'schnittstelle:Schnittstelle bestand:Bestand meldung:Meldung lauf:Batchlauf'],
		['wissen', 'Wissen', 'frage:Bedienung wunsch:Wunsch konto:Kundenkonto'],
	] as const
).flatMap(([group, name, members], order): Category[] => [
	{ id: group as CategoryId, name, group: null, order },
	...members.split(' ').map((member, i): Category => {
		const [id = '', label = ''] = member.split(':');
		return { id: id as CategoryId, name: label, group: group as CategoryId, order: i };
	}),
]);

let read: readonly DemoCase[] | undefined;

export function demoCases(): readonly DemoCase[] {
	read ??= [
		...readCases(sellerCases, 'de', ['seller']),
		...readCases(shopCases, 'de', ['shop']),
		...readCases(orderCases, 'de', ['service']),
		...readCases(specialistCases, 'de', ['specialist']),
		...readCases(workplaceCases, 'de', []),
		...readCases(englishCases, 'en', ['service']),
	];
	return read;
}

function readCases(text: string, language: Language, lines: readonly string[]): DemoCase[] {
	return text
		.split(/^# /m)
		.slice(1)
		.map((part) => readCase(part, language, lines as LineId[]));
}

function readCase(part: string, language: Language, lines: LineId[]): DemoCase {
	const [head = '', ...rest] = part.split('\n');
	const [title = '', system = '', category = '', level = '1'] = head.split(' / ').map((word) => word.trim());
	const all = (sign: string) => rest.filter((line) => line.startsWith(`${sign} `)).map((line) => line.slice(2).trim());
	const html = (text: readonly string[]) => blocksToHtml(linesToBlocks(text));
	return {
		title,
		language,
		lines,
		tags: all('+').flatMap((tags) => tags.split(', ')),
		base: all('~')[0],
		values: {
			type: 'case',
			system: system as SystemId,
			category: category as CategoryId,
			level: Number(level) as ArticleValues['level'],
			permissions: all('%').map((entry): Permission => {
				const [role = 'agent', may = 'answer'] = entry.split(' ');
				return { line: null, category: null, role: role as Role, may: may as Permission['may'] };
			}),
			documentation: all('!')
				.flatMap((fields) => fields.split('; '))
				.map((field, i) => {
					const [, label = '', star = '', choices = ''] = /^([^*(]+)(\*?)\s*(?:\((.*)\))?$/.exec(field) ?? [];
					return {
						...{ id: `f${i + 1}`, label: label.trim(), required: star === '*' },
						choices: choices === '' ? [] : choices.split(', '),
					};
				}),
			handOver: all('>').map((rule) => {
				const [when = '', to = ''] = rule.split(': ');
				return { when, queue: null, to };
			}),
			visibility: lines[0] === 'service' ? 'public' : 'internal',
		},
		words: {
			[language]: {
				title,
				pattern: all('?'),
				body: html(all('*')),
				steps: all('-').map((step) => html([step])),
				answer: html(all('=')),
			},
		},
	};
}
