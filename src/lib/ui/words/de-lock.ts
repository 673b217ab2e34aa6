import type { LockMessages } from './en-lock.ts';
import { pluralIn } from './plural.ts';

const n = pluralIn('de');

export const lockDe = {
	title: 'Dieses Gerät ist gesperrt',
	why: {
		time: (since: string) =>
			`Es hatte seit ${since} keinen Kontakt zum Relay und hat sich deshalb gesperrt. So ist es für Ihre Servicestelle eingestellt.`,
		clock: (since: string) =>
			`Seine Uhr wurde zurückgestellt; wie lange es ohne Relay war, lässt sich nicht mehr sagen. Letzter Kontakt: ${since}.`,
		person: (since: string) => `Es wurde von Hand gesperrt. Letzter Kontakt zum Relay: ${since}.`,
	},
	unsent: (count: number) =>
		n(count, {
			one: '# ungesendete Änderung liegt sicher auf diesem Gerät und geht hinaus, sobald es entsperrt ist.',
			other: '# ungesendete Änderungen liegen sicher auf diesem Gerät und gehen hinaus, sobald es entsperrt ist.',
			none: 'Alles, was Sie geschrieben haben, ist gesendet.',
		}),
	unlock: 'Entsperren',
	automatic: 'Es entsperrt sich von selbst, sobald es das Relay erreicht.',
	byPerson: 'Entsperren geht nur mit Verbindung zum Relay, und mit Ihrem Passkey, wenn Sie einen haben.',
	answers: {
		offline:
			'Noch gesperrt: Das Relay ist nicht erreichbar. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.',
		refused: 'Das Relay lässt dieses Gerät nicht herein. Wenden Sie sich an die Verwaltung.',
		passkey: 'Der Passkey wurde nicht angenommen. Versuchen Sie es noch einmal.',
		revoked: 'Dieses Gerät wurde gesperrt und löscht, was es hat.',
	},
} satisfies LockMessages;
