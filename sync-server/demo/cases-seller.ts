/** Cases of the line for car sellers: from the offer to the delivery. The form is told in `demo-cases.ts`. */
export const sellerCases = `
# Barzahlung annehmen / verkaeufersystem / bar
? Kunde möchte bar bezahlen
? Barzahlung wird nicht angenommen, Zahlungsart nicht zulässig
* Ab 10.000 Euro verlangt das Geldwäschegesetz die Identifizierung des Käufers.
- Vorgang im Verkäufersystem öffnen
- Unter „Kunde – Identifizierung“ Ausweisart und Ausweisnummer eintragen
- Betrag im Kassenmodul buchen und von einer zweiten Person zählen lassen
- Quittung drucken und dem Vertrag beilegen
= bei Beträgen ab 10.000 Euro braucht das System zuerst die Ausweisdaten des Käufers. Bitte tragen Sie diese unter „Kunde – Identifizierung“ ein, danach lässt sich die Barzahlung buchen.
! Vorgangsnummer*; Betrag*
% agent answer
% admin change
> Betrag über 50.000 Euro: Geldwäschebeauftragte des Hauses
+ zahlung, kasse

# Ratenzahlung annehmen / verkaeufersystem / raten
? Kunde möchte in Raten zahlen
? Rate stimmt nicht mit dem Angebot überein
- Vorgang im Verkäufersystem öffnen
- Unter „Kunde – Identifizierung“ Ausweisart und Ausweisnummer eintragen
- Bonitätsanfrage an die Bank senden und Antwort abwarten
- Konditionen halten, wenn das Angebot jünger als 14 Tage ist
- Ratenplan drucken und unterschreiben lassen
= das Angebot rechnet mit dem Zins des Angebotstages, der Vertrag mit dem des Tages. Öffnen Sie das Angebot erneut und wählen Sie „Konditionen halten“; dann bleibt die Rate gleich.
! Vorgangsnummer*; Antwort der Bank (zugesagt, abgelehnt, offen)
~ Barzahlung annehmen
+ zahlung, bank

# Leasingsonderzahlung ändern / verkaeufersystem / raten / 2
? Sonderzahlung im Leasing soll höher sein
? Leasingrate nach Änderung falsch
- Leasingangebot in den Stand „Entwurf“ zurücksetzen
- Sonderzahlung ändern und neu rechnen
- Neue Rate mit dem Kunden abstimmen
- Angebot erneut an die Bank übergeben
= setzen Sie das Leasingangebot bitte in den Entwurf zurück, ändern Sie die Sonderzahlung und rechnen Sie neu. Das alte Angebot bei der Bank verfällt dabei von selbst.
~ Ratenzahlung annehmen
+ leasing

# Anzahlung zurückbuchen / kassenmodul / erstattung / 2
? Anzahlung muss zurück an den Kunden
? Vertrag aufgehoben, was ist mit der Anzahlung
- Aufhebung des Vertrags prüfen: Unterschrift beider Seiten
- Anzahlung im Kassenmodul aufrufen und „Rückzahlung“ wählen
- IBAN des Kunden eintragen
- Freigabe durch die Buchhaltung anfordern
= sobald die Aufhebung unterschrieben vorliegt, stoßen Sie im Kassenmodul die Rückzahlung an. Die Buchhaltung gibt sie frei, das Geld ist nach drei Bankarbeitstagen beim Kunden.
! Vertragsnummer*; Betrag*; IBAN geprüft* (ja, nein)
% agent forward
% admin change
> Aufhebung liegt nicht vor: Verkaufsleitung
+ zahlung

# Liefertermin finden / disposition / lieferung
? Wo sehe ich den Liefertermin
? Kunde fragt, wann sein Wagen kommt
- Auftrag öffnen und zu „Auftrag – Disposition“ wechseln
- Bestätigten Termin ablesen, sonst den Wochenkorridor
- Ohne Bestätigung: Disponenten des Standorts nennen
= der Liefertermin steht unter „Auftrag – Disposition“. Ist dort nichts eingetragen, hat der Disponent ihn noch nicht bestätigt; bis dahin gilt der Wochenkorridor aus der Bestellung.
+ lieferung, frage

# Liefertermin verschiebt sich / disposition / lieferung
? Lieferung verspätet sich
? Termin wurde um Wochen verschoben
- Grund der Verschiebung in der Disposition lesen
- Kunden informieren, Vorlage „Verschiebung“ verwenden
- Ersatzmobilität prüfen, wenn der alte Vertrag endet
= der Termin hat sich in der Fertigung verschoben, der neue steht unter „Auftrag – Disposition“. Die Vorlage „Verschiebung“ enthält alles, was Ihr Kunde wissen muss.
! Auftragsnummer*; Neuer Termin
> Verzug länger als sechs Wochen: Verkaufsleitung

# Fahrzeug auf dem Transport beschädigt / disposition / reklamation / 2
? Wagen kam mit Kratzer an
? Transportschaden bei Anlieferung
- Schaden auf dem Frachtbrief vermerken, bevor der Fahrer geht
- Vier Fotos aufnehmen: ganz, Schaden, Kennung, Umgebung
- Meldung in der Disposition unter „Transportschaden“ anlegen
- Auslieferung an den Kunden sperren
= bitte vermerken Sie den Schaden auf dem Frachtbrief und legen Sie in der Disposition einen Transportschaden mit vier Fotos an. Der Spediteur meldet sich innerhalb von zwei Tagen.
! Fahrgestellnummer*; Frachtbriefnummer*; Fotos vorhanden* (ja, nein)
> Schaden über 5.000 Euro: Transportversicherung
+ reklamation

# Angebot lässt sich nicht drucken / angebotsdruck / drucken
? Angebot druckt nicht
? Drucker in der Filiale macht nichts
? Es kommt kein Ausdruck
- Testseite am Drucker drucken
- Druckwarteschlange der Filiale prüfen und hängende Aufträge löschen
- Druckdienst neu starten
- Verkäufer ab- und wieder anmelden lassen
= der Druckdienst war stehen geblieben und läuft wieder. Bitte melden Sie sich einmal ab und neu an, die Ausdrucke kommen dann von selbst.
! Filiale*; Gerätenummer
> Testseite kommt nicht: Gerätedienst vor Ort
+ drucken, filiale

# Angebot zeigt alten Preis / angebotsdruck / angebot
? Preis im Angebot stimmt nicht mit der Liste
? Preisliste veraltet
- Gültigkeit der Preisliste im Angebot prüfen
- „Preise aktualisieren“ wählen
- Aktionen erneut zuordnen, weil sie beim Aktualisieren entfallen
= das Angebot wurde mit der vorigen Preisliste begonnen. Wählen Sie „Preise aktualisieren“ und ordnen Sie die Aktion neu zu.

# Rabatt über der Grenze / verkaeufersystem / angebot / 2
? Nachlass wird nicht übernommen
? Rabatt zu hoch, System blockiert
- Rabattgrenze der Rolle nachsehen
- Freigabe über „Angebot – Freigabe anfordern“ stellen
- Verkaufsleitung benennen, die heute freigibt
= der Nachlass liegt über Ihrer Grenze. Mit „Freigabe anfordern“ geht das Angebot an Ihre Verkaufsleitung, nach der Freigabe können Sie es drucken.
% agent forward
% admin change

# Zubehör fehlt in der Konfiguration / verkaeufersystem / angebot
? Anhängerkupplung nicht wählbar
? Ausstattung lässt sich nicht auswählen
- Modelljahr und Motor im Konfigurator prüfen
- Zwangskombinationen anzeigen lassen
- Sonst Bestellcode von Hand unter „Freie Position“ eintragen
= die Ausstattung verlangt eine Kombination, die noch nicht gewählt ist. „Abhängigkeiten zeigen“ nennt sie; danach ist sie wählbar.

# Bestellung an das Werk ändern / disposition / bestellung / 2
? Farbe nach Bestellung ändern
? Kunde möchte andere Ausstattung
- Änderungsfrist in der Disposition ablesen
- Innerhalb der Frist: „Änderung anfragen“, neuen Code eintragen
- Bestätigung des Werks abwarten und Vertrag ergänzen
= bis zum Ende der Änderungsfrist ist das möglich. Sie steht in der Disposition neben dem Auftrag; danach baut das Werk wie bestellt.
! Auftragsnummer*; Gewünschte Änderung*

# Bestellung stornieren / disposition / bestellung / 2
? Kunde tritt zurück
? Auftrag soll storniert werden
- Rücktrittsgrund und Vertrag prüfen
- Stornokosten aus der Tabelle ablesen
- Storno in der Disposition mit Begründung anfragen
= wir haben die Stornierung angefragt. Ob Kosten entstehen, hängt vom Stand der Fertigung ab; die Antwort des Werks kommt meist am selben Tag.
! Auftragsnummer*; Grund*
> Wagen ist schon gebaut: Verkaufsleitung

# Fahrzeug erscheint nicht in der Börse / fahrzeugboerse / schnittstelle
? Gebrauchtwagen steht nicht online
? Inserat fehlt
- Pflichtfelder prüfen: Erstzulassung, Kilometer, drei Bilder
- Sperre „nicht veröffentlichen“ entfernen
- Übertragung anstoßen, nach 15 Minuten nachsehen
= dem Fahrzeug fehlte eine Pflichtangabe. Nach dem Speichern überträgt das System es mit dem nächsten Lauf, spätestens in 15 Minuten.
! Interne Nummer*

# Bilder in der Börse vertauscht / fahrzeugboerse / schnittstelle
? falsche Fotos beim Inserat
? Bildreihenfolge stimmt nicht
- Reihenfolge im Bestand ordnen
- „Bilder neu senden“ wählen
- Börse nach dem nächsten Lauf prüfen
= bitte ordnen Sie die Bilder im Bestand und wählen Sie „Bilder neu senden“. Die Börse übernimmt die Reihenfolge beim nächsten Lauf.

# Verkauftes Fahrzeug noch online / fahrzeugboerse / bestand
? Wagen ist verkauft und steht noch im Netz
- Fahrzeug auf „verkauft“ setzen
- Löschung in der Börse anstoßen
- Anfragen der letzten Tage an den Verkäufer geben
= das Fahrzeug ist jetzt auf „verkauft“ gesetzt und verschwindet mit dem nächsten Lauf aus der Börse.

# Probefahrt eintragen / terminplaner / frage
? Wie trage ich eine Probefahrt ein
? Termin für Probefahrt
- Fahrzeug im Terminplaner wählen
- Kunden zuordnen und Führerschein prüfen
- Dauer und rotes Kennzeichen reservieren
= im Terminplaner wählen Sie das Fahrzeug, dann „Probefahrt“. Das Kennzeichen wird dabei gleich reserviert.

# Termin doppelt vergeben / terminplaner / frage
? zwei Kunden zur selben Zeit
? Doppelbuchung im Kalender
- Beide Termine öffnen und den später angelegten bestimmen
- Kunden anrufen und Ausweichtermin anbieten
- Sperrzeit für den Verkäufer eintragen
= der später angelegte Termin weicht aus. Tragen Sie eine Sperrzeit ein, dann bietet der Planer die Zeit nicht mehr an.

# Übergabetermin bestätigen / terminplaner / lieferung
? Auslieferung planen
? Kunde will Abholtermin
- Zulassung und Zahlungseingang prüfen
- Übergabeplatz im Terminplaner reservieren
- Bestätigung an den Kunden senden
= wenn Zulassung und Zahlung da sind, reservieren Sie den Übergabeplatz; die Bestätigung geht von selbst an den Kunden.

# Zugang nach Urlaub gesperrt / verkaeufersystem / anmeldung
? Zugang gesperrt
? Kennwort abgelaufen, Anmeldung nicht möglich
- Personalnummer und Filiale prüfen
- Zugang in der Benutzerverwaltung entsperren
- Neues Kennwort bei der nächsten Anmeldung verlangen
= Ihr Kennwort war abgelaufen. Der Zugang ist wieder offen; bitte vergeben Sie bei der Anmeldung ein neues Kennwort.
! Personalnummer*
% agent change
+ anmeldung

# Neuer Verkäufer braucht Zugang / verkaeufersystem / rechte
? neuer Kollege braucht Zugang
? Benutzer anlegen
- Antrag der Filialleitung abwarten
- Benutzer mit Rolle „Verkauf“ und Filiale anlegen
- Zugangsdaten an die Filialleitung geben
- Einweisung im Terminplaner anbieten
= den Zugang legen wir an, sobald der Antrag der Filialleitung da ist. Die Daten gehen an die Filialleitung, nicht per Mail an den Kollegen.
! Filiale*; Antrag von*

# Verkäufer wechselt die Filiale / verkaeufersystem / rechte
? Filialwechsel
? Verkäufer sieht alte Filiale
- Filiale in der Benutzerverwaltung ändern
- Offene Angebote auf einen Kollegen übertragen
- Drucker der neuen Filiale zuordnen
= die Filiale ist umgestellt. Offene Angebote bleiben bei der alten Filiale und werden dort von einem Kollegen weitergeführt.
~ Neuer Verkäufer braucht Zugang

# Kunde ist doppelt angelegt / verkaeufersystem / bestand
? zwei Kundenkarten
? Dublette beim Kunden
- Beide Karten öffnen und Geburtsdatum vergleichen
- „Zusammenführen“ wählen, ältere Karte behalten
- Vorgänge auf Vollständigkeit prüfen
= wir haben die Karten zusammengeführt; alle Vorgänge stehen jetzt bei der älteren Kundennummer.
% agent forward
% admin change

# Altfahrzeug in Zahlung nehmen / verkaeufersystem / angebot
? Inzahlungnahme erfassen
? Gebrauchter soll mit rein
- Bewertung über „Ankauf – Bewertung“ beginnen
- Zustandsbericht und Fotos hinterlegen
- Wert in das Angebot übernehmen
= beginnen Sie unter „Ankauf – Bewertung“ und übernehmen Sie den Wert mit „In Angebot einsetzen“. Er mindert dann den Kaufpreis.

# Umweltbonus beantragen / verkaeufersystem / frage / 2
? Förderung für Elektroauto
? Prämie im Angebot
- Gültige Fördertabelle öffnen
- Fördersumme als Händleranteil im Angebot eintragen
- Nachweise für den Kunden drucken
= den Händleranteil tragen Sie im Angebot ein, den staatlichen Teil beantragt der Kunde selbst. Die Nachweise druckt das System mit dem Vertrag.

# Zulassungsunterlagen fehlen / disposition / lieferung
? Fahrzeugbrief ist nicht da
? Papiere zur Zulassung
- Versandtag der Papiere in der Disposition ablesen
- Bank anfragen, wenn finanziert
- Zulassungsdienst informieren
= bei finanzierten Fahrzeugen liegen die Papiere bei der Bank. Sie sendet sie an den Zulassungsdienst, sobald der Vertrag dort geprüft ist.
! Fahrgestellnummer*

# Winterräder zum Neuwagen / disposition / bestellung
? Räder mitbestellen
? Winterreifen nachträglich
- Teilenummer nach Modell und Größe suchen
- Position dem Auftrag zuordnen
- Montage im Terminplaner vormerken
= die Räder lassen sich bis zur Übergabe zuordnen. Teilenummer und Größe stehen unter „Zubehör – Räder“.

# Rechnung an falsche Anschrift / verkaeufersystem / rechnung / 2
? Rechnungsempfänger ändern
? Anschrift auf der Rechnung falsch
- Rechnung stornieren, nicht ändern
- Empfänger am Vorgang richtigstellen
- Neue Rechnung drucken und verweisen
= eine gebuchte Rechnung wird nicht geändert: Wir stornieren sie und stellen sie mit der richtigen Anschrift neu aus.
! Rechnungsnummer*
% agent answer

# Auswertung Verkäufe je Monat / verkaeufersystem / frage
? Wo finde ich meine Verkaufszahlen
? Statistik je Verkäufer
- „Auswertung – Verkauf“ öffnen
- Zeitraum und Filiale wählen
- Als Tabelle ausgeben
= unter „Auswertung – Verkauf“ wählen Sie Zeitraum und Filiale; mit „Ausgeben“ erhalten Sie eine Tabelle.

# Nutzfahrzeug mit Aufbau bestellen / disposition / bestellung / 2
? Transporter mit Kofferaufbau
? Aufbauhersteller eintragen
- Fahrgestell ohne Aufbau bestellen
- Aufbauhersteller und Liefertermin in der Disposition eintragen
- Übergabetermin erst nach Rückmeldung des Aufbauers nennen
= bestellt wird das Fahrgestell, der Aufbau als eigene Position. Der Übergabetermin folgt, wenn der Aufbauhersteller bestätigt hat.
~ Winterräder zum Neuwagen
> Aufbauer nicht gelistet: Einkauf Nutzfahrzeuge
`;
