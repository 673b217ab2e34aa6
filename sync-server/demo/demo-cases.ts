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
		['warenwirtschaft', 'Warenwirtschaft', 'shop'],
		['onlineshop', 'Onlineshop', 'shop'],
		['kassenmodul', 'Kassenmodul', 'shop seller'],
		['lagerbuch', 'Lagerbuch', 'shop'],
		['ftp', 'FTP-Server', 'shop'],
		['verkaeufersystem', 'Verkäufersystem', 'seller'],
		['angebotsdruck', 'Angebotsdruck', 'seller'],
		['fahrzeugboerse', 'Fahrzeugbörse', 'seller'],
		['disposition', 'Disposition', 'seller'],
		['terminplaner', 'Terminplaner', 'seller'],
		['kundenkonto', 'Kundenkonto', 'service'],
		['versand', 'Versand', 'service'],
		['zahlungsdienst', 'Zahlungsdienst', 'service shop'],
		['beitragskonto', 'Beitragskonto', 'specialist'],
		['meldewesen', 'Meldewesen', 'specialist'],
		['leistungsmodul', 'Leistungsmodul', 'specialist'],
		['geschaeftsstelle', 'Onlinegeschäftsstelle', 'specialist'],
		['arbeitsplatz', 'Arbeitsplatz', ''],
		['mail', 'Mail und Kalender', ''],
		['vpn', 'Fernzugang (VPN)', ''],
	] as const
).map(([id, name, lines]) => ({ id: id as SystemId, name, lines: lines.split(' ').filter(Boolean) as LineId[] }));

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
