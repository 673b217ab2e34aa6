import type { eraseEn } from './en-erase.ts';
import { pluralIn } from './plural.ts';

const n = pluralIn('de');

export const eraseDe = {
	action: 'Person löschen…',
	title: (name) => `${name} löschen`,
	intro:
		'Die Person verschwindet aus Vorgängen, Anrufen, Dateien und von allen Geräten, endgültig. Vorgänge, Zeiten und Zahlen bleiben. Sicherungen enthalten sie, bis sie ablaufen.',
	counting: 'Wird durchgesehen …',
	counts: {
		record: 'Eintrag mit Name, Adressen und Nummern',
		tickets: (count) => n(count, { one: '# Vorgang', other: '# Vorgänge' }),
		calls: (count) => n(count, { one: '# Anruf', other: '# Anrufe' }),
		others: (count) => n(count, { one: 'in # weiteren Eintrag erwähnt', other: 'in # weiteren Einträgen erwähnt' }),
		files: (count) => n(count, { one: '# Datei oder E-Mail', other: '# Dateien und E-Mails' }),
	},
	underWay: (count) =>
		n(count, {
			one: 'Eine E-Mail an diese Person ist unterwegs. Lassen Sie sie gehen oder holen Sie sie zurück, dann löschen.',
			other: '# E-Mails an diese Person sind unterwegs. Lassen Sie sie gehen oder holen Sie sie zurück, dann löschen.',
		}),
	inConfiguration: 'Auch Regeln oder Textbausteine nennen diese Person. Ändern Sie sie von Hand.',
	all: 'Auch unsere Antworten und Notizen löschen',
	allHint:
		'Sonst bleiben unsere Worte, ohne Name, Adresse, Nummer und Zitate. Mit ihnen geht auch, woran Berichte Wiederholer erkennen.',
	confirm: (name) => `Zur Bestätigung „${name}“ eintippen`,
	submit: 'Endgültig löschen',
	done: (number) => `Gelöscht. In Listen steht jetzt „Gelöschte Person ${number}“.`,
	needsRelay: 'Nur das Relay kann löschen, und es ist nicht erreichbar. Versuchen Sie es mit Netz noch einmal.',
	failed: (code) => `Es wurde nichts gelöscht (${code}).`,
	refused: {
		'not-found': 'Es ist nichts mehr zu löschen.',
		'mail-under-way': 'Eine E-Mail ist unterwegs. Lassen Sie sie gehen oder holen Sie sie zurück, dann noch einmal.',
		'nothing-to-redact': 'Es gibt nichts zu schwärzen. Wählen Sie mindestens drei Zeichen.',
		'plan-changed': 'Inzwischen ist etwas eingegangen. Sehen Sie noch einmal an, was verschwindet.',
	},
	open: {
		title: 'Noch nicht überall gelöscht',
		redaction: 'Geschwärzt',
		asked: (time) => `verlangt ${time}`,
		unfinished: 'Das Relay ist noch nicht fertig. Es macht beim nächsten Start weiter.',
		device: (device, agent, time) => `${device} (${agent}), letzter Kontakt ${time}`,
		never: 'nie',
		hint: 'Diese Geräte haben es vielleicht noch. Sie löschen es beim nächsten Kontakt, bevor sie etwas senden.',
		revoked: 'gesperrt: wird beim nächsten Kontakt geleert',
	},
	places: {
		find: 'Stellen suchen, die diese Person noch nennen könnten',
		looking: 'Alle Akten werden durchgesehen…',
		none: 'Es wurde nichts gefunden.',
		found: (count) =>
			n(count, {
				one: 'In # Akte stehen Wörter des Namens oder etwas, das seither geschrieben wurde. Sehen Sie nach und schwärzen Sie, was diese Person meint.',
				other:
					'In # Akten stehen Wörter des Namens oder etwas, das seither geschrieben wurde. Sehen Sie nach und schwärzen Sie, was diese Person meint.',
			}),
		more: 'Es gibt weitere. Sehen Sie zuerst diese an.',
		other: 'Andere Akte',
		entries: (count) => n(count, { one: '# Eintrag', other: '# Einträge' }),
	},
	redact: {
		title: 'Schwärzen',
		intro:
			'Was Sie schwärzen, ist endgültig weg: aus diesem Eintrag, aus Zitaten, aus der ursprünglichen E-Mail und von allen Geräten. Der Verlauf sagt, wer und warum, aber nicht was.',
		what: 'Diese Wörter schwärzen',
		whatHint: 'So, wie sie im Text stehen. Sie verschwinden überall, wo dieser Vorgang sie wiederholt.',
		notThere: 'Diese Wörter stehen nicht in diesem Eintrag.',
		whole: 'Den ganzen Eintrag mit seinen Dateien schwärzen',
		reason: 'Grund',
		reasonHint: 'Sagen Sie warum, nicht was: „Kartennummer“.',
		submit: 'Endgültig schwärzen',
		done: 'Geschwärzt.',
	},
} satisfies typeof eraseEn;
