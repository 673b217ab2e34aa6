import type { OversightMessages } from './en-oversight.ts';
import { pluralIn } from './plural.ts';

const n = pluralIn('de');

/** Wer was getan hat, was ein verlorenes Gerät hatte, und wenn jemand geht. */
export const oversightDe = {
	audit: {
		title: 'Protokoll',
		intro:
			'Wer was verwaltet hat, mit dem Wert davor und danach, und wer vieles auf einmal angesehen hat. Nichts darin lässt sich ändern; es wird zwei Jahre aufgehoben. Eine Änderung zählt ab dem Zeitpunkt, zu dem sie das Relay erreicht hat.',
		who: 'Wer',
		everybody: 'Alle',
		machine: 'Befehl am Relay',
		kind: 'Was',
		kinds: {
			all: 'Alles',
			configuration: 'Einstellungen, alle',
			desk: 'Einstellungen: Servicestelle',
			line: 'Einstellungen: Linien',
			queue: 'Einstellungen: Warteschlangen',
			category: 'Einstellungen: Kategorien',
			system: 'Einstellungen: Systeme',
			manual: 'Einstellungen: Handbücher',
			module: 'Einstellungen: Textbausteine',
			rule: 'Einstellungen: Regeln für E-Mails',
			mailboxes: 'Postfächer',
			people: 'Team',
			devices: 'Geräte und Anmeldungen',
			data: 'Zugriff auf Daten',
		},
		from: 'Von',
		to: 'Bis',
		show: 'Anzeigen',
		more: 'Ältere anzeigen',
		empty: 'Zu dieser Auswahl steht nichts im Protokoll.',
		count: (count, hasMore) =>
			`${n(count, { one: '# Eintrag', other: '# Einträge', none: 'Kein Eintrag' })}${hasMore ? ', und ältere' : ''}`,
		export: 'Als CSV speichern',
		file: 'protokoll',
		columns: {
			...{ at: 'Wann', who: 'Wer', device: 'Gerät', act: 'Vorgang', subject: 'Worum es geht' },
			...{ before: 'Davor', after: 'Danach' },
		},
		before: 'Davor',
		after: 'Danach',
		field: 'Wert',
		nothing: 'nichts',
		fields: {
			...{ name: 'Name', role: 'Rolle', lines: 'Linien', line: 'Linie', active: 'Aktiv', language: 'Sprache' },
			...{ timeZone: 'Zeitzone', hours: 'Arbeitszeiten', lockAfterHours: 'Sperren nach Stunden' },
			...{ claimNeeded: 'Nur nach Übernahme', publishing: 'Wer Fälle freigibt', addresses: 'Adressen' },
			...{ colour: 'Farbe', sender: 'Absender', signature: 'Signatur', acknowledge: 'Eingangsbestätigung' },
			...{
				unlockAfter: 'Frei nach Minuten',
				description: 'Beschreibung',
				agents: 'Zuständig',
				contact: 'Ansprechpartner',
			},
			...{
				retired: 'Außer Gebrauch',
				system: 'System',
				version: 'Version',
				day: 'Tag',
				file: 'Datei',
				group: 'Gruppe',
			},
			...{ order: 'Platz', text: 'Text', address: 'Adresse', tickets: 'Vorgänge', calls: 'Anrufe', files: 'Dateien' },
			...{ others: 'Weitere Einträge', id: 'Kennung' },
		},
		values: { true: 'ja', false: 'nein' },
		changes: 'Was sich geändert hat',
		needsNetwork: 'Das Protokoll liegt auf dem Relay; dafür braucht es das Netz.',
		acts: {
			'desk-set-up': 'hat die Servicestelle eingerichtet',
			'agent-invited': 'hat eingeladen',
			'agent-changed': 'hat Rolle oder Linien geändert',
			'agent-left': 'hat den Zugang beendet',
			'device-enrolled': 'hat ein Gerät angemeldet',
			'device-revoked': 'hat ein Gerät gesperrt',
			'device-wiped': 'das Gerät meldete, dass es sich geleert hat',
			'device-held': 'hat angesehen, was ein Gerät hatte',
			'passkey-added': 'hat einen Passkey hinzugefügt',
			'signed-in': 'hat sich angemeldet',
			'configuration-changed': 'hat die Einstellungen geändert',
			'mailbox-changed': 'hat ein Postfach geändert',
			'mailbox-removed': 'hat ein Postfach gelöscht',
			'data-exported': 'hat Daten mitgenommen',
			'raw-mail-read': 'hat eine E-Mail im Original geholt',
			'person-erased': 'hat eine Person gelöscht',
			'entry-redacted': 'hat einen Text endgültig entfernt',
		},
	},
	held: {
		open: 'Was war darauf?',
		title: (device) => `Was auf ${device} war`,
		intro:
			'Was das Relay diesem Gerät geschickt hat, lag darauf; „möglich“ heißt, dass es darauf liegen durfte. Von lange erledigten Vorgängen vielleicht nur der Kopf. Ob es jemand gelesen hat, sagt der Bericht nicht. Dass Sie nachsehen, steht im Protokoll.',
		lastContact: (time) => `Letzter Kontakt ${time}`,
		never: 'Es war noch nie hier.',
		incomplete: 'Sein erster Abgleich war nicht zu Ende: Es hatte vielleicht weniger.',
		counts: {
			ticket: (count) => n(count, { one: '# Vorgang', other: '# Vorgänge', none: 'kein Vorgang' }),
			person: (count) => n(count, { one: '# Person', other: '# Personen', none: 'keine Person' }),
			organisation: (count) =>
				n(count, { one: '# Organisation', other: '# Organisationen', none: 'keine Organisation' }),
			article: (count) => n(count, { one: '# Artikel', other: '# Artikel', none: 'kein Artikel' }),
			interaction: (count) => n(count, { one: '# Kontakt', other: '# Kontakte', none: 'kein Kontakt' }),
			files: (count) => n(count, { one: '# Datei', other: '# Dateien', none: 'keine Datei' }),
		},
		possible: (count) =>
			n(count, {
				one: '# davon ist nur möglich.',
				other: '# davon sind nur möglich.',
				none: 'Alles davon lag auf dem Gerät.',
			}),
		kinds: {
			ticket: 'Vorgang',
			person: 'Person',
			organisation: 'Organisation',
			article: 'Artikel',
			interaction: 'Kontakt',
		},
		certainty: { sent: 'lag darauf', possible: 'möglich' },
		erased: 'seither gelöscht',
		more: 'Mehr anzeigen',
		export: 'Alles als CSV speichern',
		file: 'geraet',
		columns: {
			...{ kind: 'Art', number: 'Nummer', title: 'Titel', certainty: 'Sicherheit' },
			...{ files: 'Dateien', document: 'Kennung' },
		},
		wipedAt: (time) => `meldete, dass es geleert ist: ${time}`,
		revokedAt: (time) => `gesperrt ${time}, noch nicht wieder da`,
	},
	leave: {
		open: 'Scheidet aus',
		title: (name) => `${name} scheidet aus`,
		intro:
			'Sofort: Alle Geräte werden gesperrt und beim nächsten Kontakt geleert, Sitzungen enden, Passkeys und offene Einladungen sind weg. Vorgänge, Notizen und Antworten bleiben. Was ein Gerät bis jetzt nicht gesendet hat, ist mit ihm verloren.',
		devices: (count) =>
			n(count, { one: '# Gerät wird gesperrt', other: '# Geräte werden gesperrt', none: 'Kein Gerät mehr da' }),
		lastSeen: (device, time) => `${device}, zuletzt hier ${time}`,
		work: (count) =>
			n(count, {
				one: '# offener Vorgang ist übernommen oder zugewiesen.',
				other: '# offene Vorgänge sind übernommen oder zugewiesen.',
				none: 'Kein offener Vorgang ist übernommen oder zugewiesen.',
			}),
		give: 'Die Arbeit geht an',
		nobody: 'niemanden: zurück in die Warteschlangen',
		reason: (name) => `${name} arbeitet nicht mehr hier`,
		confirm: (name) => `Geben Sie „${name}“ ein, um fortzufahren`,
		submit: 'Zugang beenden und übergeben',
		handOver: 'Arbeit übergeben',
		done: (count) =>
			n(count, { one: '# Vorgang übergeben.', other: '# Vorgänge übergeben.', none: 'Es gab nichts zu übergeben.' }),
		left: (count) =>
			n(count, {
				one: '# Vorgang liegt noch bei jemandem, der ausgeschieden ist.',
				other: '# Vorgänge liegen noch bei jemandem, der ausgeschieden ist.',
			}),
		answersFor: (systems) => `Zuständig für: ${systems}. Tragen Sie dort jemand anderen ein.`,
	},
} satisfies OversightMessages;
