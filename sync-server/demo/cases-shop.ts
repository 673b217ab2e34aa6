/** Cases of the line for shops and their goods management. The form is told in `demo-cases.ts`. */
export const shopCases = `
# Bestellungen werden nicht übertragen / warenwirtschaft / schnittstelle
? Bestellungen kommen nicht in der Warenwirtschaft an
? Aufträge aus dem Shop fehlen
- Protokoll der Schnittstelle öffnen, letzte Meldung lesen
- Hängenden Artikel oder Auftrag überspringen
- Übertragung neu starten und Anzahl vergleichen
- Ursache am Artikel beheben
= die Übertragung hing an einem Artikel und läuft wieder. Alle Bestellungen sind da; bitte ergänzen Sie am genannten Artikel den Steuersatz.
! Artikelnummer; Offene Bestellungen*
> Protokoll zeigt Zeitüberschreitung: Bereich System
+ schnittstelle, eilig

# Bestand im Shop falsch / warenwirtschaft / bestand
? Onlineshop zeigt falschen Lagerbestand
? Artikel ausverkauft, obwohl Ware da ist
- Bestand in der Warenwirtschaft und im Shop vergleichen
- Reservierungen und gesperrte Lager ansehen
- Bestandsabgleich für den Artikel anstoßen
= der Artikel war für einen Auftrag reserviert. Nach dem Abgleich zeigt der Shop wieder den freien Bestand.
! Artikelnummer*

# Negativer Lagerbestand / lagerbuch / bestand / 2
? Bestand im Minus
? Lager zeigt negative Zahlen
- Bewegungen des Artikels nach Datum ansehen
- Halb gebuchte Umlagerung suchen
- Fehlende Seite nachbuchen
- Zwei Artikel zur Probe zählen lassen
= eine Umlagerung war nur zur Hälfte gebucht. Wir haben sie nachgebucht; bitte zählen Sie zwei Artikel zur Probe.
! Lagerplatz*; Artikelnummer*
% agent answer
% admin change
+ lager

# Inventur vorbereiten / lagerbuch / bestand
? Inventur anlegen
? Zähllisten drucken
- Stichtag und Lager festlegen
- Buchungen sperren oder Zähldatum setzen
- Zähllisten nach Lagerplatz drucken
- Differenzen prüfen und buchen
= legen Sie unter „Lager – Inventur“ Stichtag und Lager fest. Während der Zählung gebuchte Bewegungen rechnet das System zum Zähldatum zurück.

# Inventurdifferenz buchen / lagerbuch / bestand / 2
? Differenz nach der Zählung
? Inventur abschließen
- Differenzliste über 5 Prozent nachzählen
- Grund je Zeile wählen
- Buchen und Protokoll ablegen
= zählen Sie Differenzen über 5 Prozent bitte nach. Danach buchen Sie die Liste ab, das Protokoll liegt beim Beleg.
~ Inventur vorbereiten
% agent answer

# Artikelbilder fehlen im Shop / onlineshop / schnittstelle
? Bilder werden nicht angezeigt
? nach dem Abgleich keine Fotos
- Größe und Format der Bilder prüfen
- Bildabgleich für die Warengruppe starten
- Zwischenspeicher des Shops leeren
= die Bilder waren größer als erlaubt. Der Abgleich verkleinert sie jetzt selbst, in einer Stunde sind sie wieder zu sehen.
+ bilder

# Artikel im Shop nicht sichtbar / onlineshop / bestand
? Artikel wird nicht gefunden
? neues Produkt erscheint nicht
- Haken „Im Shop“ und Kategorie prüfen
- Preis, Steuersatz und Gewicht prüfen
- Abgleich für den Artikel anstoßen
= dem Artikel fehlte die Shop-Kategorie. Nach dem Abgleich ist er sichtbar.
! Artikelnummer*

# Preis im Shop falsch / onlineshop / angebot
? Preis stimmt nicht
? Aktionspreis wird nicht angezeigt
- Gültigkeit und Preisgruppe prüfen
- Preise übertragen
- Im privaten Fenster nachsehen
= der Aktionspreis galt nur für eine Preisgruppe. Er ist jetzt für alle Kunden eingetragen und übertragen.

# Gutscheincode anlegen / onlineshop / frage
? Gutschein erstellen
? Rabattcode für Newsletter
- „Marketing – Gutscheine“ öffnen
- Wert, Mindestbestellwert und Zeitraum eintragen
- Anzahl der Einlösungen begrenzen
= unter „Marketing – Gutscheine“ legen Sie Wert, Mindestbestellwert und Zeitraum fest. Ohne Begrenzung gilt der Code beliebig oft.

# Gutschein wird nicht angenommen / onlineshop / reklamation
? Gutscheincode ungültig
? Code funktioniert an der Kasse nicht
- Zeitraum, Mindestwert und Kundengruppe vergleichen
- Ausgeschlossene Warengruppen prüfen
- Testbestellung anlegen
= der Code gilt erst ab dem Mindestbestellwert und nicht für reduzierte Ware. Beides lässt sich am Gutschein ändern.
~ Gutscheincode anlegen

# Rechnung gesammelt ausgeben / warenwirtschaft / rechnung
? alle Rechnungen eines Monats herunterladen
? Sammelausgabe der Belege
- „Belege – Ausgabe“ öffnen
- Zeitraum und Belegart wählen
- Als eine Datei oder einzeln ausgeben
= unter „Belege – Ausgabe“ wählen Sie Monat und Belegart; „Einzeln“ erzeugt je Rechnung eine Datei.

# Rechnung stornieren / warenwirtschaft / rechnung / 2
? Rechnung ist falsch
? Storno einer Rechnung
- Rechnung öffnen und „Stornieren“ wählen
- Grund eintragen, Gutschrift wird erzeugt
- Auftrag neu berechnen
= eine gebuchte Rechnung wird storniert und neu erstellt. Die Gutschrift entsteht dabei von selbst.
! Rechnungsnummer*; Grund*
% agent answer
% admin change

# Mahnlauf starten / warenwirtschaft / rechnung
? Mahnungen erstellen
? offene Posten mahnen
- Zahlungseingänge zuerst verbuchen
- Mahnsperren prüfen
- Vorschlag erzeugen, prüfen, drucken
= buchen Sie zuerst die Zahlungseingänge. Der Mahnvorschlag zeigt dann nur, was offen ist; gesperrte Kunden sind grau.

# Mahnung trotz Zahlung / warenwirtschaft / rechnung
? Kunde wurde gemahnt und hat bezahlt
- Zahlung mit Betrag und Datum suchen
- Zuordnung zum Beleg berichtigen
- Entschuldigung senden, Mahnstufe zurücksetzen
= die Zahlung lag ohne Zuordnung vor. Sie ist jetzt dem Beleg zugeordnet, die Mahnstufe ist zurückgesetzt.
~ Mahnlauf starten
! Belegnummer*

# Barzahlung an der Kasse stornieren / kassenmodul / bar
? falscher Betrag kassiert
? Bon stornieren
- Bon über „Journal“ aufrufen
- Storno mit Grund und zweiter Person
- Neuen Bon erstellen
= rufen Sie den Bon im Journal auf und stornieren Sie ihn mit Angabe des Grundes; eine zweite Person bestätigt.
! Bonnummer*; Grund*

# Tagesabschluss stimmt nicht / kassenmodul / bar
? Kassendifferenz
? Abschluss zeigt Fehlbetrag
- Bargeld ein zweites Mal zählen
- Bons mit Kartenzahlung und bar vergleichen
- Differenz mit Bemerkung buchen
= meist ist ein Bon als Barzahlung gebucht, der mit Karte bezahlt wurde. Stellen Sie die Zahlungsart im Journal um, der Abschluss stimmt dann.
> Differenz über 50 Euro: Filialleitung
+ kasse

# Kartenzahlung wird abgelehnt / kassenmodul / bar
? EC-Gerät lehnt ab
? Terminal ohne Verbindung
- Kabel und Anzeige des Terminals prüfen
- Terminal neu starten
- Diagnose beim Netzbetreiber anstoßen
= das Terminal hatte die Verbindung verloren. Nach dem Neustart und der Diagnose nimmt es Karten wieder an.
! Terminalnummer*

# Bon hat falschen Steuersatz / kassenmodul / rechnung / 2
? Mehrwertsteuer auf dem Bon falsch
? ermäßigter Satz fehlt
- Steuerschlüssel des Artikels prüfen
- Gültig-ab-Datum beachten
- Kasse abgleichen, Testbon drucken
= der Artikel trug den vollen Steuersatz. Er ist berichtigt; nach dem Abgleich druckt die Kasse den richtigen Satz.
! Artikelnummer*
> Bons sind schon ausgegeben: Steuerberatung des Kunden

# FTP-Zugang einrichten / ftp / rechte / 2
? Zugang für Dienstleister
? FTP-Benutzer anlegen
- Feste IP-Adresse und Ansprechpartner erfragen
- Benutzer mit eigenem Ordner anlegen
- Zugangsdaten nur an den Kunden geben
= bitte nennen Sie uns die feste IP-Adresse. Die Zugangsdaten erhalten Sie, nicht der Dienstleister.
! IP-Adresse*; Ansprechpartner*
% agent forward
% admin change
> Zugriff auf fremde Ordner: Bereich System

# FTP-Übertragung schlägt fehl / ftp / schnittstelle
? Datei wird nicht abgelegt
? Verbindung zum FTP-Server bricht ab
- Anmeldung im Protokoll suchen
- Freien Platz und Rechte des Ordners prüfen
- Passiven Modus einstellen lassen
= der Ordner hatte keinen Platz mehr. Er ist aufgeräumt, die Übertragung läuft mit dem nächsten Versuch durch.
~ FTP-Zugang einrichten

# Versandetikett druckt nicht / warenwirtschaft / drucken
? Etikettendrucker
? Paketaufkleber kommt leer
- Etikettenformat und Rolle prüfen
- Druckerzuordnung am Packplatz prüfen
- Sendung erneut erzeugen
= dem Packplatz war der alte Drucker zugeordnet. Nach dem Umstellen druckt er das Etikett.
~ Drucker druckt nicht

# Sendungsnummer fehlt / warenwirtschaft / lieferung
? Kunde hat keine Sendungsverfolgung
? Trackingnummer nicht übertragen
- Rückmeldung des Versanddienstleisters suchen
- Schnittstelle „Sendungen“ anstoßen
- Versandmail erneut senden
= die Rückmeldung kam verspätet. Die Nummer ist jetzt am Auftrag, die Versandmail geht noch einmal hinaus.

# Auftrag teilweise liefern / warenwirtschaft / lieferung
? Teillieferung
? ein Artikel kommt später
- Auftrag öffnen, lieferbare Positionen markieren
- Lieferschein für diese erzeugen
- Rest bleibt als Rückstand
= markieren Sie die lieferbaren Positionen und erzeugen Sie den Lieferschein. Der Rest bleibt als Rückstand im selben Auftrag.

# Retoure erfassen / warenwirtschaft / reklamation
? Rücksendung buchen
? Ware kommt zurück
- Auftrag suchen, „Retoure“ wählen
- Zustand und Grund je Artikel
- Gutschrift oder Ersatz erzeugen
= über den Auftrag legen Sie die Retoure an. Je nach Zustand wird die Ware eingelagert oder gesperrt, die Gutschrift folgt.
! Auftragsnummer*; Zustand (neu, gebraucht, beschädigt)

# Neuer Lieferant / warenwirtschaft / frage
? Lieferant anlegen
? Kreditor erfassen
- Stammdaten und Steuernummer eintragen
- Zahlungsziel und Bestellweg wählen
- Artikel mit Lieferantennummer verknüpfen
= unter „Stammdaten – Lieferanten“ legen Sie ihn an. Mit der Lieferantennummer am Artikel schlägt das System Bestellungen vor.

# Bestellvorschlag leer / warenwirtschaft / bestellung
? System schlägt nichts zum Bestellen vor
? Mindestbestand wirkt nicht
- Mindestbestand und Lieferant am Artikel prüfen
- Sperre „nicht bestellen“ entfernen
- Vorschlag neu berechnen
= am Artikel war kein Lieferant hinterlegt. Danach erscheint er im Vorschlag.

# Benutzer in der Warenwirtschaft anlegen / warenwirtschaft / rechte
? neuer Mitarbeiter
? Benutzer mit weniger Rechten
- Rolle auswählen, nicht einzelne Rechte
- Kürzel und Lager zuordnen
- Erste Anmeldung begleiten
= wir legen den Benutzer mit der Rolle an, die Sie nennen. Einzelne Rechte lassen sich danach entziehen, aber nicht hinzufügen.
! Rolle*; Name*
% agent change

# Warenwirtschaft startet nicht / warenwirtschaft / anmeldung
? Programm öffnet nicht
? Meldung „Datenbank nicht erreichbar“
- Erreichbarkeit des Servers prüfen
- Andere Arbeitsplätze fragen
- Dienst am Server neu starten
= der Dienst am Server stand. Er läuft wieder, bitte starten Sie das Programm neu.
> alle Arbeitsplätze betroffen: Bereich System
+ eilig

# Artikel aus Tabelle einlesen / warenwirtschaft / frage
? Artikelimport
? viele Artikel auf einmal anlegen
- Vorlage herunterladen
- Pflichtspalten füllen: Nummer, Name, Steuersatz, Preis
- Probelauf machen, Fehler nach Zeile beheben
- Einlesen
= mit der Vorlage und dem Probelauf geht es am schnellsten: Er nennt Fehler mit ihrer Zeile, ohne etwas zu ändern.

# Wunsch an die Entwicklung aufnehmen / warenwirtschaft / wunsch
? Funktion fehlt
? Können Sie das einbauen
- Arbeitsablauf und Nutzen beschreiben lassen
- Vorhandene Wünsche durchsuchen und Stimme eintragen
- Zwischenlösung nennen
= das gibt es noch nicht. Wir haben Ihren Wunsch aufgenommen und melden uns, sobald er eingeplant ist.
! Nutzen*; Wie oft im Monat
> Vertrag betroffen: Produktleitung
`;
