/** Cases of the level-3 support for health insurers' modules. The form is told in `demo-cases.ts`. */
export const specialistCases = `
# Batchlauf abgebrochen / beitragskonto / lauf / 3
? nächtlicher Lauf ist abgebrochen
? Sätze wurden nicht verarbeitet
- Abbruchstelle und Satz im Protokoll lesen
- Eingespieltes Support Package mit der Liste der Korrekturen vergleichen
- Fehlersatz aussteuern und Lauf ab dem Schritt neu starten
- Aussteuerungen am Morgen nachbearbeiten
= auf Ihrem System fehlt eine Korrektur, die wir schon ausgeliefert haben. Bitte spielen Sie das genannte Package ein und starten Sie den Lauf ab dem Schritt neu.
! Meldungsnummer*; Schritt*; Package*; Nachgestellt* (ja, nein)
> Buchungstag betroffen: Leitung Fachsupport
+ batch, eilig

# Batchlauf dauert zu lange / beitragskonto / lauf / 3
? Lauf ist morgens noch nicht fertig
? Verarbeitung langsam
- Laufzeiten der letzten zehn Nächte vergleichen
- Mengenänderung beim Mandanten erfragen
- Aufteilung in Pakete prüfen
= die Menge hat sich verdoppelt. Mit acht statt vier parallelen Paketen endet der Lauf wieder vor sechs Uhr.
~ Batchlauf abgebrochen
! Laufzeit*; Menge*

# Beitrag doppelt abgebucht / beitragskonto / meldung / 3
? Beiträge wurden zweimal eingezogen
? doppelte Abbuchung bei Mitgliedern
- Betroffene Konten mit der Prüfliste ermitteln
- Weitere Einzüge sperren
- Ursache prüfen: Einstellung oder doppelte Datei
- Rückbuchungsliste erzeugen
= die Datei wurde zweimal an die Bank gegeben. Die Rückbuchungsliste hängt an; bis zur Klärung ist der Einzug für diese Konten gesperrt.
! Anzahl Fälle*; Buchungstag*; Ursache* (Einstellung, Datei, Software)
% agent answer
% admin change
> mehr als 100 Mitglieder: Leitung Fachsupport
+ buchung, eilig

# Beitragskonto weist falschen Saldo aus / beitragskonto / meldung / 3
? Saldo stimmt nicht
? Konto zeigt Rückstand, der keiner ist
- Kontoverlauf ab der letzten Neurechnung lesen
- Rückwirkende Änderungen suchen
- Konto auf dem Testsystem neu rechnen
- Abweichung dokumentieren
= eine rückwirkende Änderung war noch nicht verrechnet. Nach der Neurechnung stimmt der Saldo.
! Kontonummer*; Stichtag*

# Neurechnung anstoßen / beitragskonto / frage / 2
? Konto neu rechnen
? Neuberechnung für einen Zeitraum
- Zeitraum auf volle Monate setzen
- Sperren der laufenden Buchung beachten
- Neurechnung vormerken und Ergebnis prüfen
= merken Sie das Konto unter „Neurechnung“ vor; sie läuft in der Nacht. Sofort geht sie nur außerhalb von Buchungstagen.
~ Beitragskonto weist falschen Saldo aus

# Beitragsbescheid mit falschem Satz / beitragskonto / meldung / 3
? Zusatzbeitrag auf dem Bescheid falsch
? Bescheid zeigt alten Satz
- Gültigkeit des Satzes in den Einstellungen prüfen
- Druckzeitpunkt mit der Änderung vergleichen
- Bescheide in der Druckausgabe anhalten
- Berichtigung erzeugen
= die Bescheide wurden vor der Änderung des Satzes erzeugt. Die Druckausgabe ist angehalten, die berichtigten folgen heute.
! Anzahl Bescheide*
> Bescheide schon versandt: Leitung Fachsupport

# Meldung wird abgewiesen / meldewesen / meldung / 2
? Arbeitgebermeldung abgewiesen
? Fehlernummer in der Rückmeldung
- Fehlernummer und Datenbaustein ablesen
- Versicherungszeit im Bestand vergleichen
- Berichtigte Meldung anfordern
= die Meldung überschneidet sich mit einer bestehenden Zeit. Der Arbeitgeber muss die frühere erst abmelden.
! Fehlernummer*; Betriebsnummer*

# Meldungen kommen nicht an / meldewesen / schnittstelle / 3
? seit heute keine Meldungen
? Annahmestelle liefert nichts
- Eingang der letzten Dateien prüfen
- Zertifikat der Annahmestelle prüfen
- Dateien ab dem letzten Stand nachfordern
= das Zertifikat der Übertragung war abgelaufen. Es ist erneuert, die fehlenden Dateien sind angefordert.
! Letzte Datei*
+ schnittstelle

# Versicherungszeit überschneidet sich / meldewesen / meldung / 2
? zwei Zeiten gleichzeitig
? Überschneidung bei Arbeitgeberwechsel
- Beide Meldungen und ihre Gründe ansehen
- Arbeitgeber mit der späteren Meldung anfragen
- Zeit nach Antwort begrenzen
= beide Arbeitgeber haben für denselben Tag gemeldet. Mit der Abmeldung des früheren löst sich die Überschneidung.
~ Meldung wird abgewiesen

# Neues Feld nach dem Release / meldewesen / frage / 2
? Feld Herkunft ausfüllen
? Altfälle nachtragen
- Hinweise zum Release öffnen
- Stichtag des Feldes nennen
- Auf Schulung hinweisen
= bei Altfällen bleibt das Feld leer, bei neuen füllt es das System. Nachzutragen ist nichts.
+ release, frage

# Familienversicherung endet / meldewesen / meldung / 2
? Kind ist zu alt
? Familienversicherung läuft aus
- Altersgrenze und Ausbildung prüfen
- Fragebogen anfordern
- Ende setzen und Anschluss klären
= mit der Altersgrenze endet die Familienversicherung. Liegt der Nachweis der Ausbildung vor, läuft sie weiter.

# Krankengeld falsch berechnet / leistungsmodul / meldung / 3
? Krankengeld zu niedrig
? Berechnung weicht ab
- Entgeltbescheinigung mit der Erfassung vergleichen
- Einmalzahlungen und Zeitraum prüfen
- Berechnung auf dem Testsystem wiederholen
= eine Einmalzahlung war nicht berücksichtigt. Nach der Erfassung rechnet das Modul den Betrag richtig.
! Fallnummer*; Nachgestellt* (ja, nein)

# Leistungsantrag hängt in der Genehmigung / leistungsmodul / frage / 2
? Antrag kommt nicht weiter
? Genehmigung bleibt stehen
- Bearbeiter und Vertretung des Schritts prüfen
- Wertgrenze der Rolle prüfen
- Schritt neu zuweisen
= der Antrag liegt bei einem abwesenden Bearbeiter. Er ist seiner Vertretung zugewiesen.
% agent answer
% admin change

# Abrechnung eines Krankenhauses abgelehnt / leistungsmodul / meldung / 3
? Rechnung des Krankenhauses wird nicht angenommen
? Prüfung meldet Fehler
- Fehlertext der Eingangsprüfung lesen
- Vertrag und Fallart vergleichen
- Klärung mit dem Haus anstoßen
= die Fallart passt nicht zum hinterlegten Vertrag. Das Krankenhaus muss die Rechnung mit der richtigen Fallart senden.
! Fallnummer*

# Zuzahlungsbefreiung fehlt / leistungsmodul / meldung / 2
? Befreiung nicht gespeichert
? Karte zeigt keine Befreiung
- Bescheid und Zeitraum suchen
- Übertragung zur Karte anstoßen
- Ersatzbescheinigung drucken
= die Befreiung ist gespeichert, die Karte erfährt davon beim nächsten Einlesen. Bis dahin gilt die Bescheinigung.

# Versicherte können nichts hochladen / geschaeftsstelle / schnittstelle / 3
? Hochladen zeigt leere Seite
? Bescheinigung lässt sich nicht senden
- Erreichbarkeit und Speicher des Dienstes prüfen
- Alarm und letzte Änderung ansehen
- Dienst neu starten, Ablage aufräumen
- Betroffene informieren
= der Dienst ist wieder erreichbar. Was vorher gesendet wurde, ging nicht verloren.
> länger als 30 Minuten: Rufbereitschaft System
+ online, eilig

# Anmeldung in der Onlinegeschäftsstelle / geschaeftsstelle / anmeldung
? Versicherter kann sich nicht anmelden
? Freischaltcode abgelaufen
- Stand des Kontos prüfen
- Neuen Freischaltcode per Post senden
- Auf die Gültigkeit von 30 Tagen hinweisen
= der Freischaltcode war abgelaufen. Ein neuer ist mit der Post unterwegs und gilt 30 Tage.

# Onlinegeschäftsstelle ist offline / geschaeftsstelle / lauf / 3
? Seite nicht erreichbar
? Geschäftsstelle offline
- Störung bestätigen: von außen und innen
- Hauptstörung anlegen und Meldungen verknüpfen
- Rufbereitschaft anrufen
- Hinweis auf der Startseite schalten
= die Störung ist bekannt, wir arbeiten daran. Den nächsten Stand erhalten Sie in 30 Minuten.
! Beginn*; Betroffene Kassen*
> sofort: Rufbereitschaft System
~ Versicherte können nichts hochladen
+ eilig

# Systemzugang beantragen / beitragskonto / rechte / 2
? Zugang zum Kundensystem
? Fehleranalyse auf dem System
- Zweck, System und Dauer nennen
- Antrag an den Ansprechpartner der Kasse
- Nach der Analyse Zugang schließen lassen
= für die Analyse brauchen wir Zugang bis Ende der Woche. Bitte geben Sie ihn unter Angabe der Meldungsnummer frei.
! System*; Gültig bis*
% agent answer

# Fehler lässt sich nicht nachstellen / beitragskonto / frage / 3
? bei uns tritt der Fehler nicht auf
? nicht reproduzierbar
- Packagestand und Einstellungen vergleichen
- Schritte mit Bildern anfordern
- Zugang zum Kundensystem beantragen
- Auf dem Kundensystem wiederholen
= auf unseren Systemen tritt das nicht auf. Bitte senden Sie die Schritte mit Bildern, oder geben Sie uns Zugang.
~ Systemzugang beantragen
! Package*; Einstellungen verglichen* (ja, nein)

# Korrektur ausgeliefert, nicht eingespielt / beitragskonto / lauf / 2
? Fehler ist doch schon behoben
? Package fehlt
- Korrektur in der Liste der Packages suchen
- Eingespielten Stand des Kunden ablesen
- Einspieltermin mit der Kasse abstimmen
= die Korrektur ist in einem Package enthalten, das auf Ihrem System noch fehlt. Bitte nennen Sie uns den geplanten Termin.
! Package*; Termin
+ korrektur-fehlt

# Support Package einspielen / beitragskonto / lauf / 2
? wann kommt das nächste Package
? Reihenfolge beim Einspielen
- Kalender der Packages öffnen
- Voraussetzungen und Reihenfolge nennen
- Testfälle der Kasse anstoßen
= Packages kommen alle vier bis fünf Wochen und werden der Reihe nach eingespielt. Die Testfälle stehen in den Hinweisen.

# Einstellung weicht vom Standard ab / beitragskonto / frage / 3
? nur bei uns so
? Einstellung verloren
- Einstellungen mit dem Standard vergleichen
- Änderung und Zeitpunkt im Protokoll suchen
- Rückstellung mit der Kasse abstimmen
= die Einstellung wich seit dem letzten Wechsel vom Standard ab. Mit Ihrer Zustimmung stellen wir sie zurück.
! Einstellung*; Zustimmung von*
% agent answer
% admin change

# Priorität einer Meldung ändern / meldewesen / frage
? Meldung ist dringender
? Priorität hochsetzen
- Auswirkung erfragen: wie viele, welches Geld, welche Frist
- Priorität mit Begründung anpassen
- Kunden die Entscheidung mitteilen
= wir haben die Auswirkung neu bewertet und die Priorität angepasst. Den Grund sehen Sie in der Meldung.
! Betroffene*; Frist

# Summen am Buchungstag prüfen / beitragskonto / lauf / 3
? Abstimmung der Summen
? Buchungstag, Summe weicht ab
- Summen von Eingang und Buchung gegenüberstellen
- Ausgesteuerte Sätze zählen
- Abweichung bis auf den Satz eingrenzen
- Freigabe oder Stopp entscheiden lassen
= die Abweichung entspricht den ausgesteuerten Sätzen. Nach deren Bearbeitung stimmen die Summen.
! Abweichung*
> Abweichung ungeklärt um 14 Uhr: Leitung Fachsupport

# Statistik an das Ministerium / meldewesen / meldung / 3
? amtliche Statistik wird abgewiesen
? Prüfprogramm meldet Fehler
- Version des Prüfprogramms vergleichen
- Fehlerzeilen nach Art gruppieren
- Bestand berichtigen und neu erzeugen
= das Prüfprogramm wurde erneuert und verlangt ein Feld mehr. Nach dem Einspielen erzeugt das Modul es mit.
! Frist*

# Druckausgabe der Bescheide steht / beitragskonto / drucken / 2
? Bescheide werden nicht gedruckt
? Druckstraße wartet
- Ausgabeverwaltung öffnen, letzte Datei ansehen
- Übergabe an die Druckstraße prüfen
- Ausgabe ab der letzten Datei wiederholen
= die Übergabe an die Druckstraße war unterbrochen. Die Ausgabe läuft seit eben weiter, doppelte Bescheide entstehen nicht.
! Letzte Datei*

# Schulung nach dem Releasewechsel / leistungsmodul / wunsch
? Schulung zum neuen Release
? Anwendertreffen
- Termine im Veranstaltungskalender zeigen
- Teilnehmer und Modul aufnehmen
- Unterlagen vorab senden
= die Termine stehen im Veranstaltungskalender. Wir haben Sie vorgemerkt und senden die Unterlagen vorab.
! Modul*; Teilnehmer

# Rufbereitschaft am Feiertag / geschaeftsstelle / frage
? wer ist an Feiertagen erreichbar
? Notfall am Wochenende
- Dienstplan öffnen, heutige Bereitschaft nennen
- Nur Priorität 1 annehmen
- Rückruf innerhalb von 30 Minuten zusagen
= die Rufbereitschaft ist rund um die Uhr erreichbar, für Meldungen der Priorität 1. Sie werden innerhalb von 30 Minuten zurückgerufen.

# Meldung war ein Bedienungsfehler / leistungsmodul / frage
? Funktion anders als gedacht
? kein Softwarefehler
- Gewünschtes Ergebnis klären
- Richtigen Weg mit Bildern zeigen
- Ursache „Bedienung“ setzen und Schulung anbieten
= das Modul arbeitet wie vorgesehen. Der Weg zu Ihrem Ergebnis steht in der Anlage; gern zeigen wir ihn in einer Schulung.
~ Schulung nach dem Releasewechsel
`;
