import type { DoorMessages } from './en-door.ts';
import { pluralIn } from './plural.ts';

const n = pluralIn('de');

export const doorDe = {
	setup: {
		title: 'Tresen einrichten',
		intro: 'Sie sind die erste Person hier. Es dauert eine Minute; alles lässt sich später ändern.',
		deskName: 'Name der Servicestelle',
		deskNameHint: 'Wie Ihr Team sie nennt, zum Beispiel „IT-Service“.',
		language: 'Sprache der Servicestelle',
		yourName: 'Ihr Name',
		yourMail: 'Ihre E-Mail-Adresse',
		mailHint: 'Daran erkennen Kolleginnen und Kollegen Sie. Jetzt wird nichts verschickt.',
		deviceName: 'Name dieses Geräts',
		deviceNameHint: 'Damit Sie Ihre Geräte unterscheiden können, zum Beispiel „Laptop Büro“.',
		submit: 'Servicestelle einrichten',
		submitting: 'Servicestelle wird eingerichtet',
		done: 'Die Servicestelle ist eingerichtet.',
		needsLink: 'Öffnen Sie den Einrichtungslink, den das Relay beim Start ausgegeben hat.',
		alreadyDone: 'Diese Servicestelle ist schon eingerichtet. Bitten Sie die Verwaltung um eine Einladung.',
		missingName: 'Geben Sie einen Namen an.',
		missingMail: 'Geben Sie eine E-Mail-Adresse an, etwa name@example.org.',
	},
	signIn: {
		title: 'Auf diesem Gerät anmelden',
		intro: 'Jedes Gerät wird einmal angemeldet: mit einem Einladungslink oder einem QR-Code.',
		link: 'Einladungslink',
		linkHint: 'Fügen Sie den Link ein, den Sie bekommen haben.',
		linkInvalid: 'Das ist kein Einladungslink dieser Servicestelle.',
		enrol: 'Dieses Gerät anmelden',
		enrolling: 'Gerät wird angemeldet',
		passkey: 'Mit Passkey anmelden',
		passkeyHint: 'Wenn auf diesem Gerät oder in Ihrem Passwortmanager ein Passkey liegt.',
		welcome: (name, desk) => `Willkommen bei ${desk}, ${name}`,
		invitedAs: (role) => `Sie sind eingeladen als ${role}.`,
		shared: 'Dieses Gerät nutzen auch andere',
		sharedHint: 'Dann werden die Daten beim Abmelden von ihm gelöscht.',
		signOut: 'Abmelden',
		wiped: 'Alle Daten der Servicestelle sind von diesem Gerät gelöscht.',
	},
	rescue: {
		title: 'Die Daten auf diesem Gerät sind nicht lesbar',
		calmTitle: 'Dieses Gerät reparieren',
		what: {
			damaged: 'Der Browser kann nicht lesen, was Tresen auf diesem Gerät aufbewahrt. Vielleicht ist es beschädigt.',
			lost: 'Der Browser hat gelöscht, was Tresen auf diesem Gerät aufbewahrt hat. Das kommt vor, wenn seine Dateien beschädigt sind oder der Platz knapp wird.',
			newer: 'Auf diesem Gerät lief schon eine neuere Version von Tresen. Diese Version rührt deren Daten nicht an.',
			blocked: 'Ein anderes Fenster von Tresen benutzt noch eine ältere Version der Daten.',
			'connection-lost': 'Der Browser hat seinen Speicher geschlossen.',
			quota: 'Auf diesem Gerät ist kein Platz mehr, nicht einmal zum Starten.',
			fine: 'Die Daten auf diesem Gerät sind lesbar. Eine Reparatur holt sie trotzdem neu.',
			nobody: 'Auf diesem Gerät sind keine Daten eines Tresens.',
		},
		safe: 'Alles, was abgeglichen war, liegt sicher auf dem Relay.',
		safeNewer: 'Nichts wurde geändert oder gelöscht.',
		looking: 'Sucht, was noch lesbar ist',
		unsent: (count: number) =>
			n(count, {
				one: '# Änderung war noch nicht gesendet und ist noch lesbar.',
				other: '# Änderungen waren noch nicht gesendet und sind noch lesbar.',
				none: 'Keine ungesendete Änderung gefunden.',
			}),
		lost: (count: number) =>
			n(count, {
				one: '# weiteres Stück ist nicht mehr lesbar.',
				other: '# weitere Stücke sind nicht mehr lesbar.',
			}),
		unknown: 'Ob noch etwas ungesendet war, lässt sich nicht mehr feststellen.',
		again: 'Noch einmal versuchen',
		export: 'Ungesendetes als Datei sichern',
		exported: 'Gesichert. Die Datei aufheben, bis alles wieder da ist.',
		repair: 'Alles neu vom Relay holen',
		repairHint:
			'Braucht das Netz. Löscht die Daten auf diesem Gerät erst, wenn das Relay geantwortet hat, und stellt ungesendete Änderungen wieder her.',
		repairing: 'Fragt das Relay',
		exportFirst: 'Zuerst das Ungesendete sichern.',
		needsInvitation:
			'Das Relay kann nicht mehr erkennen, dass dies Ihr Gerät ist. Bitten Sie um einen Einladungslink oder benutzen Sie einen Passkey. Bisher wurde nichts gelöscht.',
		giveUp: 'Daten löschen und neu anmelden',
		update: 'Tresen aktualisieren',
		updateTodo: 'Neu laden, um Tresen zu aktualisieren.',
		closeOthers: 'Die anderen Fenster von Tresen schließen, dann noch einmal versuchen.',
		makeRoom: 'Platz auf diesem Gerät schaffen, dann noch einmal versuchen.',
		toDesk: 'Zum Eingang',
		toSignIn: 'Anmelden',
	},
	leftBehind: {
		title: 'Dieser Browser war vorher ein anderes Gerät',
		whose: (name: string) => `Er enthält Daten von ${name}. Beim Anmelden werden sie alle entfernt.`,
		nobody: 'Er enthält Daten, die niemandem mehr gehören. Beim Anmelden werden sie entfernt.',
		unsent: (count: number) =>
			n(count, {
				one: '# Änderung davon wurde nie gesendet. Sie wird nicht unter Ihrem Namen gesendet.',
				other: '# Änderungen davon wurden nie gesendet. Sie werden nicht unter Ihrem Namen gesendet.',
			}),
		export: 'Ungesendetes als Datei sichern',
		exported: 'Gesichert. Geben Sie die Datei der Person, deren Arbeit es ist.',
		confirm: 'Löschen, was nicht gesendet wurde',
	},
} satisfies DoorMessages;
