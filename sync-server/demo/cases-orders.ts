/** Cases of the line for buyers: orders, parcels, refunds, accounts. The form is told in `demo-cases.ts`. */
export const orderCases = `
# Wo bleibt mein Paket / versand / lieferung
? Paket ist nicht angekommen
? Sendung kommt nicht
- Bestellung und Sendungsnummer aufrufen
- Letzte Meldung der Sendung lesen
- Nach fünf Werktagen Stillstand Nachforschung anlegen
= Ihr Paket ist unterwegs, die letzte Meldung sehen Sie über die Sendungsnummer. Bewegt es sich bis morgen nicht, forschen wir beim Versand nach.
! Bestellnummer*
+ versand

# Paket als zugestellt gemeldet, aber nicht da / versand / reklamation
? angeblich zugestellt
? Nachbar hat kein Paket
- Ablageort und Unterschrift abrufen
- Nachbarn und Ablageort prüfen lassen
- Nachforschung anlegen, Ersatz nach drei Tagen
= laut Versand wurde das Paket abgelegt. Bitte sehen Sie am genannten Ort nach; ist es nicht da, forschen wir nach und senden Ersatz.
! Bestellnummer*; Ablageort
~ Wo bleibt mein Paket

# Paket beschädigt angekommen / versand / reklamation
? Karton aufgerissen
? Ware kaputt angekommen
- Fotos von Karton und Ware anfordern
- Ersatz oder Erstattung anbieten
- Schaden dem Versand melden
= das tut uns leid. Bitte senden Sie uns zwei Fotos; der Ersatz geht heute noch hinaus, die beschädigte Ware behalten Sie.
! Bestellnummer*; Wunsch* (Ersatz, Erstattung)
+ versand

# Falscher Artikel geliefert / versand / reklamation
? falsche Größe erhalten
? anderer Artikel im Paket
- Bestellung und Lieferschein vergleichen
- Richtigen Artikel reservieren
- Rücksendeetikett senden
= wir haben den richtigen Artikel für Sie reserviert. Er geht los, sobald Ihr Paket mit dem Etikett eingescannt ist.
! Bestellnummer*; Erhaltener Artikel*

# Teil der Lieferung fehlt / versand / reklamation
? ein Artikel fehlt im Paket
? unvollständige Lieferung
- Lieferschein auf Teillieferung prüfen
- Gewicht der Sendung vergleichen
- Fehlendes nachsenden
= Ihre Bestellung kommt in zwei Paketen, das zweite ist bereits unterwegs.
~ Falscher Artikel geliefert

# Lieferanschrift ändern / versand / lieferung
? Adresse nach Bestellung ändern
? falsche Anschrift angegeben
- Stand der Bestellung prüfen
- Vor dem Packen: Anschrift ändern
- Danach: Umleitung beim Versand anstoßen
= solange das Paket nicht gepackt ist, ändern wir die Anschrift. Danach leiten Sie es mit der Sendungsnummer selbst um.
! Bestellnummer*; Neue Anschrift*

# Wunschtermin oder Abholstation / versand / lieferung
? Paket an Abholstation
? Lieferung verschieben
- Sendungsnummer nennen
- Auf die Umleitung des Versands hinweisen
- Ohne Sendungsnummer: nach dem Versand melden
= mit der Sendungsnummer wählen Sie beim Versand selbst Tag oder Abholstation, bis zum Abend vor der Zustellung.
~ Lieferanschrift ändern

# Lieferung ins Ausland / versand / lieferung
? Versand nach Österreich
? Zoll in die Schweiz
- Länderliste und Kosten nennen
- Auf Zoll außerhalb der EU hinweisen
- Lieferzeit nennen
= wir liefern in die Länder der Liste. Außerhalb der EU fallen Zoll und Steuern an, die der Empfänger zahlt.

# Retoure anmelden / kundenkonto / reklamation
? Artikel zurückschicken
? Rücksendeetikett
- Bestellung im Kundenkonto öffnen
- Artikel und Grund wählen
- Etikett drucken oder QR-Code nutzen
= im Kundenkonto wählen Sie bei der Bestellung „Zurücksenden“. Sie erhalten ein Etikett oder einen QR-Code für die Annahmestelle.
+ retoure

# Rückgabefrist abgelaufen / kundenkonto / reklamation / 2
? nach 30 Tagen zurückgeben
? Frist verpasst
- Kaufdatum und Zustand erfragen
- Kulanz bis 45 Tage als Gutschein
- Danach auf Gewährleistung verweisen
= die Frist ist abgelaufen. Aus Kulanz nehmen wir den unbenutzten Artikel bis 45 Tage gegen einen Gutschein zurück.
~ Retoure anmelden
% agent answer
% admin change

# Erstattung ist noch nicht da / zahlungsdienst / erstattung
? Geld nicht zurückbekommen
? Rücksendung erhalten, keine Erstattung
- Eingang der Rücksendung prüfen
- Datum und Weg der Erstattung nennen
- Nach fünf Bankarbeitstagen: Buchhaltung fragen
= Ihre Rücksendung ist angekommen, die Erstattung ist angewiesen. Je nach Bank dauert es bis zu fünf Werktage.
! Bestellnummer*
> älter als 14 Tage: Buchhaltung
+ erstattung

# Erstattung auf anderes Konto / zahlungsdienst / erstattung / 2
? Karte gibt es nicht mehr
? neues Konto für die Erstattung
- Zurückgebuchte Erstattung abwarten
- Kontoinhaber mit dem Besteller abgleichen
- IBAN nur über das Formular annehmen
= sobald die Erstattung zurückkommt, überweisen wir sie. Bitte tragen Sie die IBAN im Formular ein, nicht in einer E-Mail.
~ Erstattung ist noch nicht da
% agent forward
% admin change

# Doppelt bezahlt / zahlungsdienst / erstattung
? Betrag zweimal abgebucht
? zweimal belastet
- Vormerkung und Buchung unterscheiden
- Zweite Zahlung suchen
- Erstattung anweisen
= eine der beiden Belastungen ist nur vorgemerkt und fällt in wenigen Tagen weg. Sonst erstatten wir sie sofort.
! Bestellnummer*; Beträge*

# Zahlung wird abgelehnt / zahlungsdienst / bar
? Kreditkarte geht nicht
? Bezahlen schlägt fehl
- Zahlungsart und Meldung erfragen
- Bestätigung in der Bank-App nennen
- Andere Zahlungsart anbieten
= Ihre Bank hat die Zahlung nicht bestätigt. Bitte geben Sie sie in der Bank-App frei oder wählen Sie eine andere Zahlungsart.

# Rechnung per Mail / kundenkonto / rechnung
? Rechnung fehlt
? brauche eine Rechnung
- Bestellung suchen
- Rechnung erneut senden
- Auf das Kundenkonto hinweisen
= die Rechnung ist noch einmal unterwegs. Im Kundenkonto finden Sie sie jederzeit unter „Bestellungen“.

# Rechnung auf die Firma / kundenkonto / rechnung / 2
? Firmenname auf der Rechnung
? Umsatzsteuernummer ergänzen
- Innerhalb von 14 Tagen: Rechnung neu ausstellen
- Firma und USt-IdNr. aufnehmen
- Alte Rechnung stornieren
= wir stellen die Rechnung auf die Firma neu aus; die alte wird storniert.
~ Rechnung per Mail
! Firma*; USt-IdNr.

# Bestellung rückgängig machen / kundenkonto / bestellung
? Bestellung rückgängig machen
? aus Versehen bestellt
- Stand prüfen: vor dem Packen stornieren
- Danach: Annahme verweigern oder zurücksenden
- Erstattung ankündigen
= die Bestellung ist storniert, der Betrag geht an Ihre Zahlungsart zurück.
! Bestellnummer*
% agent change

# Artikel nachträglich hinzufügen / kundenkonto / bestellung
? noch etwas dazu bestellen
? Bestellung ergänzen
- Erklären, dass ergänzen nicht geht
- Neue Bestellung ohne Versandkosten anbieten
- Gutscheincode senden
= eine Bestellung lässt sich nicht ergänzen. Mit dem Code bestellen Sie heute ohne weitere Versandkosten.

# Wann ist der Artikel wieder da / kundenkonto / bestellung
? ausverkauft
? wieder lieferbar
- Nachlieferung im Bestand ablesen
- Benachrichtigung einrichten lassen
- Ähnlichen Artikel nennen
= die nächste Lieferung ist angekündigt. Mit „Benachrichtigen“ am Artikel erfahren Sie es sofort.

# Gutschein lässt sich nicht einlösen / kundenkonto / reklamation
? Gutschein ungültig
? Code wird nicht angenommen
- Restwert und Gültigkeit prüfen
- Mindestbestellwert vergleichen
- Code aus der Mail kopieren lassen
= der Gutschein gilt ab dem Mindestbestellwert. Legen Sie noch etwas dazu, dann wird er angenommen.
! Gutscheinnummer*

# Gutschein verloren / kundenkonto / konto / 2
? Geschenkgutschein weg
? Gutscheinmail gelöscht
- Kauf des Gutscheins suchen
- Restwert prüfen
- An die Adresse des Käufers neu senden
= wir haben den Gutschein an die Adresse des Käufers noch einmal gesendet; der alte Code ist gesperrt.
~ Gutschein lässt sich nicht einlösen

# Kennwort für das Kundenkonto / kundenkonto / anmeldung
? Passwort vergessen
? Anmeldung geht nicht
- Mail zum Zurücksetzen anstoßen
- Spamordner prüfen lassen
- Tippfehler in der Adresse suchen
= der Verweis zum Zurücksetzen ist unterwegs. Er gilt eine Stunde; bitte sehen Sie auch im Spamordner nach.
+ anmeldung

# Mailadresse im Konto ändern / kundenkonto / konto
? neue E-Mail-Adresse
? alte Adresse gibt es nicht mehr
- Zwei Bestellungen zur Bestätigung nennen lassen
- Änderung anstoßen
- Bestätigung an die neue Adresse
= die Änderung ist angestoßen. Bitte bestätigen Sie sie in der Mail an die neue Adresse.
! Bestätigt durch* (Bestellungen, Ausweis)
% agent change

# Konto löschen / kundenkonto / konto / 2
? Daten löschen
? Kundenkonto auflösen
- Offene Bestellungen und Guthaben prüfen
- Löschung anstoßen
- Aufbewahrung von Rechnungen erklären
= Ihr Konto wird innerhalb von sieben Tagen gelöscht. Rechnungen müssen wir zehn Jahre aufbewahren, sie sind gesperrt.
! Bestätigt am*
> Auskunft verlangt: Datenschutz

# Auskunft über meine Daten / kundenkonto / konto / 2
? welche Daten haben Sie
? Datenauskunft
- Person bestätigen
- Auskunft im Verzeichnis anlegen
- Frist von einem Monat nennen
= wir haben Ihre Anfrage aufgenommen. Die Auskunft erhalten Sie innerhalb eines Monats.
! Bestätigt durch*
> immer: Datenschutz
~ Konto löschen

# Newsletter abbestellen / kundenkonto / konto
? keine Werbung mehr
? Newsletter abmelden
- Adresse aus dem Verteiler nehmen
- Auf bis zu zwei Tage Nachlauf hinweisen
= Sie sind abgemeldet. Bereits vorbereitete Mails können noch zwei Tage lang ankommen.
% agent change

# Bewertung beantworten / kundenkonto / reklamation
? schlechte Bewertung
? Rezension im Netz
- Bestellung zur Bewertung suchen
- Sachlich antworten, keine Kundendaten nennen
- Direkten Kontakt anbieten
= vielen Dank für Ihre Rückmeldung. Das möchten wir in Ordnung bringen; bitte nennen Sie uns Ihre Bestellnummer.
! Bewertung bei*
+ bewertung

# Größe wählen / kundenkonto / frage
? welche Größe passt
? Größentabelle
- Maße erfragen
- Größentabelle der Marke senden
- Kostenlosen Umtausch nennen
= nach Ihren Maßen passt die genannte Größe. Passt sie nicht, tauschen Sie kostenlos um.

# Garantiefall / kundenkonto / reklamation / 2
? Gerät nach einem Jahr defekt
? Gewährleistung
- Kaufdatum und Fehler aufnehmen
- Hersteller oder wir: Zuständigkeit klären
- Rücksendung mit Vorgangsnummer
= innerhalb von zwei Jahren kümmern wir uns. Bitte senden Sie das Gerät mit dem Etikett ein; Sie hören nach der Prüfung von uns.
! Bestellnummer*; Fehler*; Kaufdatum
> Verletzung durch das Produkt: Produktsicherheit

# Betrugsverdacht bei einer Bestellung / zahlungsdienst / konto / 2
? Bestellung, die ich nicht gemacht habe
? unbekannte Abbuchung
- Konto sperren, Kennwort zurücksetzen
- Versand anhalten
- Anzeige empfehlen, Aktenzeichen aufnehmen
= wir haben Konto und Versand angehalten. Bitte vergeben Sie ein neues Kennwort und erstatten Sie Anzeige; das Aktenzeichen hilft uns.
! Bestellnummer*; Aktenzeichen
> Schaden über 500 Euro: Betrugsabwehr
+ sicherheit
`;
