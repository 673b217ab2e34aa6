/** What people write to the support centres of DOMAIN.md: texts made for the demo desk. */
export interface Topic {
	line: 'shop' | 'seller' | 'service' | 'specialist';
	subject: string;
	/** `{system}`, `{branch}` and `{number}` are filled in. */
	asked: string;
	answered: string;
	note: string;
	tags: string[];
	language: 'de' | 'en';
}

export const systems = [
	'Warenwirtschaft',
	'Verkäufersystem',
	'Kassenmodul',
	'Lagerbuch',
	'Angebotsdruck',
	'Onlineshop',
	'Beitragskonto',
	'Meldewesen',
	'Fahrzeugbörse',
	'Terminplaner',
];
export const branches = [
	'Leipzig',
	'Rain',
	'Hamburg',
	'Köln',
	'Dresden',
	'Augsburg',
	'Kassel',
	'Bremen',
	'Ulm',
	'Rostock',
	'Fürth',
	'Gießen',
];

export const topics: readonly Topic[] = [
	{
		line: 'seller',
		language: 'de',
		subject: 'Drucker im {system} druckt nicht',
		asked:
			'Guten Tag,\n\nseit heute früh kommt aus dem {system} kein Ausdruck mehr. Der Drucker in der Filiale {branch} ist an, eine Testseite druckt er. Vier Verkäufer warten auf ihre Angebote.\n\nKönnen Sie bitte nachsehen?',
		answered:
			'der Druckdienst war stehen geblieben und läuft wieder. Bitte melden Sie sich im {system} einmal ab und neu an; die Ausdrucke von heute früh kommen dann von selbst.',
		note: 'Druckdienst auf dem Filialserver neu gestartet, Warteschlange hatte {number} Aufträge.',
		tags: ['drucken', 'filiale'],
	},
	{
		line: 'seller',
		language: 'de',
		subject: 'Barzahlung wird im {system} nicht angenommen',
		asked:
			'Hallo,\n\nbei einem Verkauf mit Barzahlung meldet das {system} „Zahlungsart nicht zulässig“. Der Kunde möchte den Wagen morgen abholen. Vorgang {number}.\n\nWas kann ich tun?',
		answered:
			'bei Beträgen über der Grenze verlangt das {system} zuerst die Ausweisdaten. Bitte tragen Sie diese unter „Kunde – Identifizierung“ ein, danach lässt sich die Barzahlung buchen.',
		note: 'Musterfall Barzahlung: Ausweisdaten fehlten.',
		tags: ['zahlung', 'handhabung'],
	},
	{
		line: 'seller',
		language: 'de',
		subject: 'Ratenzahlung: Rate stimmt nicht mit dem Angebot überein',
		asked:
			'Guten Morgen,\n\nim Angebot steht eine andere Rate als im Vertrag, der Unterschied sind wenige Cent. Der Kunde besteht auf der Rate des Angebots. Angebot {number}, Filiale {branch}.',
		answered:
			'der Vertrag rechnet mit dem Zins des Tages, das Angebot mit dem des Angebotstages. Öffnen Sie das Angebot erneut und wählen Sie „Konditionen halten“; die Rate ist dann gleich.',
		note: 'Zinsstand des Angebots war abgelaufen. Abweichung von Barzahlung: Schritt 3 und 4.',
		tags: ['zahlung'],
	},
	{
		line: 'seller',
		language: 'de',
		subject: 'Wo sehe ich den Liefertermin im {system}?',
		asked:
			'Hallo zusammen,\n\nein Kunde fragt nach dem Liefertermin, ich finde ihn im {system} nicht mehr. Früher stand er auf der ersten Seite.',
		answered:
			'der Liefertermin steht jetzt unter „Auftrag – Disposition“. Wenn dort nichts steht, hat der Disponent ihn noch nicht bestätigt.',
		note: 'Frage zur neuen Maske, kommt seit dem Release öfter.',
		tags: ['frage', 'release'],
	},
	{
		line: 'seller',
		language: 'de',
		subject: 'Anmeldung am {system} nicht möglich',
		asked: 'Guten Tag,\n\nnach dem Urlaub komme ich nicht mehr in das {system}. Es sagt, mein Zugang sei gesperrt.',
		answered:
			'Ihr Kennwort war abgelaufen. Ich habe den Zugang entsperrt; bei der nächsten Anmeldung vergeben Sie bitte ein neues Kennwort.',
		note: 'Zugang nach 90 Tagen gesperrt, entsperrt.',
		tags: ['anmeldung'],
	},
	{
		line: 'shop',
		language: 'de',
		subject: 'Bestellungen kommen nicht in der Warenwirtschaft an',
		asked:
			'Sehr geehrte Damen und Herren,\n\nseit gestern 18 Uhr werden Bestellungen aus dem Onlineshop nicht mehr übertragen. Im Shop sehe ich {number} offene Bestellungen, in der Warenwirtschaft keine einzige davon.\n\nDas ist dringend, wir versenden um 14 Uhr.',
		answered:
			'die Übertragung stand wegen eines Artikels ohne Steuersatz. Wir haben den Artikel übersprungen und die Übertragung neu gestartet, alle Bestellungen sind jetzt da. Bitte ergänzen Sie den Steuersatz.',
		note: 'Schnittstelle hing an einem Artikel ohne Steuersatz. Im Protokoll Zeile {number}.',
		tags: ['schnittstelle', 'eilig'],
	},
	{
		line: 'shop',
		language: 'de',
		subject: 'Artikelbilder fehlen im Onlineshop',
		asked:
			'Hallo Support,\n\nnach dem letzten Abgleich fehlen bei etwa {number} Artikeln die Bilder. In der Warenwirtschaft sind sie vorhanden.',
		answered:
			'die Bilder waren größer als die neue Grenze von 8 MB. Der Abgleich verkleinert sie jetzt selbst; bis heute Abend sind alle wieder da.',
		note: 'Bildgrenze seit Package 7. Verkleinern eingeschaltet.',
		tags: ['abgleich', 'bilder'],
	},
	{
		line: 'shop',
		language: 'de',
		subject: 'Lagerbestand zeigt negative Zahlen',
		asked:
			'Guten Tag,\n\nim {system} stehen für mehrere Artikel negative Bestände, obwohl Ware da ist. Lager {branch}.',
		answered:
			'die Umlagerung vom Freitag wurde nur zur Hälfte gebucht. Wir haben sie nachgebucht, die Bestände stimmen wieder. Bitte zählen Sie zwei Artikel zur Probe.',
		note: 'Halbe Umlagerung nach Verbindungsabbruch, nachgebucht.',
		tags: ['lager'],
	},
	{
		line: 'shop',
		language: 'de',
		subject: 'Wunsch: Rechnungen gesammelt herunterladen',
		asked:
			'Liebes Team,\n\nwir würden gern alle Rechnungen eines Monats auf einmal herunterladen. Gibt es das schon, oder ist es geplant?',
		answered:
			'das gibt es noch nicht. Wir haben Ihren Wunsch aufgenommen und geben Bescheid, sobald er eingeplant ist. Bis dahin hilft der Export unter „Belege“.',
		note: 'Wunsch an die Entwicklung, {number}. Stimme.',
		tags: ['wunsch'],
	},
	{
		line: 'shop',
		language: 'de',
		subject: 'FTP-Zugang für neuen Dienstleister',
		asked:
			'Guten Tag,\n\nunser neuer Versanddienstleister braucht einen FTP-Zugang, um Sendungsnummern abzulegen. Was brauchen Sie von uns?',
		answered:
			'bitte nennen Sie uns die feste IP-Adresse des Dienstleisters. Wir richten den Zugang ein und schicken die Daten an Sie, nicht an den Dienstleister.',
		note: 'Wartet auf IP-Adresse.',
		tags: ['zugang', 'system'],
	},
	{
		line: 'service',
		language: 'en',
		subject: 'Refund has not arrived yet',
		asked:
			'Hello,\n\nI returned my order {number} more than two weeks ago and the refund has still not arrived. Could you please check what happened?\n\nKind regards',
		answered:
			'your return arrived on Monday and the refund was sent the same day. Depending on your bank it takes up to three working days.',
		note: 'Refund confirmed by accounting.',
		tags: ['refund'],
	},
	{
		line: 'service',
		language: 'en',
		subject: 'Wrong size delivered',
		asked:
			'Hi,\n\nthe parcel from {branch} contained the wrong size. I would like to exchange it, not return it. Order {number}.',
		answered:
			'we have reserved the right size for you. Please use the label in the attachment; the exchange leaves as soon as your parcel is scanned.',
		note: 'Exchange label sent.',
		tags: ['exchange'],
	},
	{
		line: 'service',
		language: 'en',
		subject: 'Cannot change my delivery address',
		asked: 'Dear team,\n\nthe page for my address shows an empty form and does not save. I tried two browsers.',
		answered:
			'thank you for the details. The form is repaired; we have also changed the address of your open order for you.',
		note: 'Form broke with addresses without a house number.',
		tags: ['account'],
	},
	{
		line: 'service',
		language: 'de',
		subject: 'Gutschein lässt sich nicht einlösen',
		asked: 'Hallo,\n\nder Gutschein {number} wird an der Kasse nicht angenommen. Er soll bis Ende des Monats gelten.',
		answered:
			'der Gutschein gilt ab einem Bestellwert von 50 Euro. Legen Sie noch etwas in den Warenkorb, oder geben Sie uns Bescheid, dann finden wir eine Lösung.',
		note: 'Mindestbestellwert nicht erreicht.',
		tags: ['gutschein'],
	},
	{
		line: 'service',
		language: 'de',
		subject: 'Paket beschädigt angekommen',
		asked: 'Guten Abend,\n\nmein Paket war aufgerissen, ein Teil fehlt. Fotos kann ich schicken. Bestellung {number}.',
		answered:
			'das tut uns leid. Das fehlende Teil ist heute auf dem Weg zu Ihnen, den Schaden melden wir dem Versand. Die Fotos helfen uns dabei.',
		note: 'Ersatz veranlasst.',
		tags: ['versand'],
	},
	{
		line: 'specialist',
		language: 'de',
		subject: 'Batchlauf {system} abgebrochen',
		asked:
			'Guten Morgen,\n\nder nächtliche Lauf im {system} ist um 02:14 Uhr abgebrochen, {number} Sätze wurden nicht verarbeitet. Level 2 hat den Lauf einmal wiederholt, mit demselben Ergebnis.\n\nPriorität 1, heute ist Buchungstag.',
		answered:
			'die Korrektur aus dem letzten Support Package fehlt auf Ihrem System. Bitte spielen Sie Package 7 ein und starten Sie den Lauf ab Schritt 40 neu.',
		note: 'Auf dem Testsystem nachgestellt: ja. Package 6 eingespielt, Korrektur in 7.',
		tags: ['batch', 'korrektur-fehlt'],
	},
	{
		line: 'specialist',
		language: 'de',
		subject: 'Beiträge wurden doppelt abgebucht',
		asked:
			'Sehr geehrte Kolleginnen und Kollegen,\n\nbei einzelnen Mitgliedern wurde der Beitrag doppelt abgebucht. Bisher sind {number} Fälle bekannt. Was wurde versucht: Konto neu gerechnet, ohne Wirkung.',
		answered:
			'die Ursache ist eine Einstellung im {system}, die beim letzten Wechsel verloren ging. Sie steht jetzt richtig; die Rückbuchungsliste hängt an.',
		note: 'Einstellung weicht vom Standard ab. Mit der Entwicklung geklärt.',
		tags: ['buchung', 'einstellung'],
	},
	{
		line: 'specialist',
		language: 'de',
		subject: 'Onlinegeschäftsstelle zeigt Fehler beim Hochladen',
		asked: 'Hallo,\n\nVersicherte können seit 8 Uhr keine Bescheinigungen hochladen. Es erscheint eine leere Seite.',
		answered:
			'der Dienst ist wieder erreichbar. Bitte bitten Sie die Betroffenen, es noch einmal zu versuchen; hochgeladene Dateien gingen nicht verloren.',
		note: 'Speicher des Dienstes war voll. Alarm eingerichtet.',
		tags: ['online', 'stoerung'],
	},
	{
		line: 'specialist',
		language: 'de',
		subject: 'Systemzugang für Fehleranalyse',
		asked:
			'Guten Tag,\n\nfür die Analyse von Meldung {number} haben wir den Zugang zum {system} freigegeben, gültig bis Freitag.',
		answered: 'vielen Dank, wir konnten das Verhalten nachstellen. Der Zugang kann geschlossen werden.',
		note: 'Zugang genutzt, wieder geschlossen.',
		tags: ['zugang'],
	},
	{
		line: 'specialist',
		language: 'de',
		subject: 'Frage zur Meldung nach dem Releasewechsel',
		asked:
			'Liebes Team,\n\nnach dem Release gibt es im {system} das neue Feld „Herkunft“. Muss es bei Altfällen nachgetragen werden?',
		answered: 'nein, bei Altfällen bleibt das Feld leer. Bei neuen Fällen füllt das {system} es selbst.',
		note: 'Schulungshinweis vorgeschlagen.',
		tags: ['frage', 'release'],
	},
];

export const firstNames = [
	'Anna',
	'Ben',
	'Clara',
	'David',
	'Elif',
	'Finn',
	'Greta',
	'Hannes',
	'Ina',
	'Jonas',
	'Kim',
	'Lena',
	'Mehmet',
	'Nora',
	'Ole',
	'Paula',
	'Quirin',
	'Rosa',
	'Sven',
	'Tuğba',
	'Ulrike',
	'Viktor',
	'Wiebke',
	'Yusuf',
	'Zoë',
	'Björn',
	'Jürgen',
	'Käthe',
];
export const lastNames = [
	'Albrecht',
	'Böhm',
	'Çelik',
	'Dietrich',
	'Engel',
	'Fuchs',
	'Groß',
	'Heinze',
	'Ihle',
	'Jäger',
	'Köhler',
	'Lorenz',
	'Müller',
	'Neumann',
	'Otto',
	'Pohl',
	'Quandt',
	'Richter',
	'Schäfer',
	'Thiel',
	'Uhlig',
	'Vogt',
	'Weiß',
	'Yılmaz',
	'Ziegler',
	'Strauß',
	'Lang',
	'Sommer',
];
export const organisationNames = [
	'Autohaus',
	'Kaufhaus',
	'Kasse',
	'Versand',
	'Möbelhof',
	'Werkstatt',
	'Handelshof',
	'Buchladen',
	'Fahrradwerk',
	'Gartenmarkt',
];
