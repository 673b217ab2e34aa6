import type { TierMessages } from './en-tiers.ts';
import { pluralIn } from './plural.ts';

const n = pluralIn('de');

export const tiersDe = {
	asking: 'Die Nachrichten dieses Vorgangs werden beim Relay abgeholt.',
	offline: 'Die Nachrichten dieses Vorgangs liegen nicht auf diesem Gerät, und das Relay ist nicht erreichbar.',
	offlineNext:
		'Sie werden abgeholt, sobald es ein Netz gibt. Bis dahin können Sie eine Notiz schreiben und den Vorgang übernehmen.',
	failed: 'Das Relay konnte die Nachrichten dieses Vorgangs nicht geben.',
	lastWords: 'Neueste Nachricht',
	from: 'Von',
	messages: (count) => n(count, { one: '# Nachricht', other: '# Nachrichten' }),
	changed: 'Letzte Änderung',
	note: 'Notiz',
	addNote: 'Notiz speichern',
	written: 'Auf diesem Gerät geschrieben, steht beim Vorgang, sobald er hier ist',
	claim: 'Übernehmen',
	claimAsked: 'Übernahme angefragt',
	keep: 'Auf diesem Gerät behalten',
	keepHint: 'Bleibt ohne Netz lesbar, wie alt er auch wird.',
	keepCustomer: 'Vorgänge auf diesem Gerät behalten',
	title: 'Bestand auf diesem Gerät',
	choice: 'Mit allen Nachrichten hier',
	hint: 'Offene Vorgänge, Ihre eigenen und was Sie behalten sind immer vollständig hier. Die übrigen stehen in Listen und Suche; ihre Nachrichten werden beim Öffnen abgeholt.',
	everything: 'Alle Vorgänge',
	year: 'Offene und letztes Jahr',
	quarter: 'Offene und letzte 90 Tage',
	whole: (whole, cold) =>
		`${n(whole, { one: '# Vorgang', other: '# Vorgänge' })} vollständig${n(cold, { one: ', # ohne Nachrichten', other: ', # ohne Nachrichten', none: '' })}`,
	applied: 'Das gilt ab dem nächsten Kontakt zum Relay. Was nicht gesendet ist, bleibt in jedem Fall.',
} satisfies TierMessages;
