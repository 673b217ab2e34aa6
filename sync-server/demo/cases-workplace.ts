/** Cases that every line meets: workplace, mail, remote access. The form is told in `demo-cases.ts`. */
export const workplaceCases = `
# Drucker druckt nicht / arbeitsplatz / drucken
? Drucker reagiert nicht
? Es kommt nichts aus dem Drucker
- Gerät einschalten, Papier und Klappen prüfen
- Warteschlange öffnen und hängende Aufträge löschen
- Druckdienst neu starten
- Testseite drucken
= bitte schalten Sie das Gerät einmal aus und ein. Die Warteschlange haben wir geleert, eine Testseite sollte jetzt kommen.
! Gerätenummer*
> Testseite kommt nicht: Gerätedienst vor Ort
+ drucken

# Druckertreiber installieren / arbeitsplatz / drucken
? Druckertreiber fehlt
? neuer Drucker wird nicht gefunden
- Gerätenummer vom Aufkleber ablesen
- Drucker über das Firmenportal hinzufügen
- Als Standard setzen und Testseite drucken
= im Firmenportal finden Sie den Drucker unter seiner Gerätenummer; der Treiber wird mit installiert.
~ Drucker druckt nicht
+ drucken

# Drucker druckt nur halbe Seiten / arbeitsplatz / drucken
? Seite wird abgeschnitten
? Ausdruck unvollständig
- Papierformat im Treiber und im Fach vergleichen
- „An Seite anpassen“ einschalten
- Speicher des Druckers leeren
= Papierformat und Fach passten nicht zusammen. Mit A4 in beiden Einstellungen kommt die ganze Seite.
~ Drucker druckt nicht

# Kennwort vergessen / arbeitsplatz / anmeldung
? Passwort vergessen
? komme nicht mehr in den Rechner
- Rückruf unter der hinterlegten Nummer
- Einmalkennwort setzen
- Anmeldung begleiten, bis das neue Kennwort gesetzt ist
= wir haben ein Einmalkennwort gesetzt. Bei der Anmeldung vergeben Sie ein neues: mindestens 12 Zeichen.
! Rückruf erfolgt* (ja, nein)
% agent change
+ anmeldung

# Konto nach fünf Versuchen gesperrt / arbeitsplatz / anmeldung
? Konto gesperrt
? zu viele falsche Anmeldungen
- Uhrzeit der Sperre prüfen
- Gespeicherte alte Kennwörter auf Handy und Netzlaufwerken entfernen
- Konto entsperren
= das Konto ist wieder offen. Meist sendet ein Telefon noch das alte Kennwort; bitte ändern Sie es auch dort.
~ Kennwort vergessen

# Zweiter Faktor auf neuem Telefon / arbeitsplatz / anmeldung
? neues Handy, Code geht nicht
? Bestätigungsapp verloren
- Person über die Führungskraft bestätigen lassen
- Alten Faktor entfernen
- Neuen Faktor mit QR-Code einrichten
= der alte Faktor ist entfernt. Beim nächsten Anmelden zeigt der Bildschirm einen QR-Code, den Sie mit der App aufnehmen.
! Bestätigt durch*
% agent forward
% admin change

# Bildschirm bleibt schwarz / arbeitsplatz / geraet
? Monitor ohne Bild
? zweiter Bildschirm wird nicht erkannt
- Kabel an beiden Enden neu stecken
- Dockingstation 30 Sekunden vom Strom nehmen
- Anzeige mit Windows+P umschalten
= bitte nehmen Sie die Dockingstation 30 Sekunden vom Strom und stecken Sie das Bildkabel neu. Mit Windows+P wählen Sie „Erweitern“.

# Rechner ist sehr langsam / arbeitsplatz / geraet
? PC langsam
? Programme brauchen ewig
- Letzten Neustart prüfen
- Speicher und freien Platz ansehen
- Große Dateien aus dem Profil verschieben
= der Rechner lief seit Wochen ohne Neustart und das Laufwerk war fast voll. Nach Neustart und Aufräumen arbeitet er wieder normal.
! Gerätenummer

# Headset ohne Ton / arbeitsplatz / geraet
? Kollegen hören mich nicht
? Mikrofon geht nicht
- Stummschaltung am Kabel prüfen
- Gerät in den Toneinstellungen wählen
- Anderen USB-Anschluss nehmen
= bitte wählen Sie das Headset in den Toneinstellungen als Ein- und Ausgabe; die Taste am Kabel war stumm geschaltet.

# Tastatur schreibt falsche Zeichen / arbeitsplatz / geraet
? y und z vertauscht
? Umlaute fehlen
- Eingabesprache in der Taskleiste ablesen
- Mit Windows+Leertaste umschalten
- Überzählige Sprache entfernen
= die Eingabesprache war auf Englisch gestellt. Windows+Leertaste wechselt zurück; die überzählige haben wir entfernt.

# Netzlaufwerk fehlt / arbeitsplatz / netz
? Laufwerk nicht da
? Ordner S: weg
- Verbindung zum Firmennetz prüfen
- Anmeldeskript erneut ausführen
- Rechte der Gruppe prüfen
= das Laufwerk wird bei der Anmeldung verbunden. Bitte melden Sie sich im Firmennetz oder mit VPN neu an.
+ netz

# Rechte auf einen Ordner / arbeitsplatz / rechte
? brauche Zugriff auf Ordner
? Zugriff verweigert
- Eigentümer des Ordners ermitteln
- Freigabe schriftlich einholen
- Person in die Gruppe aufnehmen, nicht einzeln berechtigen
= sobald der Eigentümer zugestimmt hat, nehmen wir Sie in die Gruppe auf. Danach einmal ab- und wieder anmelden.
! Ordner*; Freigabe durch*
% agent forward
% admin change

# Datei versehentlich gelöscht / arbeitsplatz / bestand
? Ordner verschwunden
? Datei wiederherstellen
- Papierkorb und „Vorgängerversionen“ ansehen
- Zeitpunkt der Löschung eingrenzen
- Wiederherstellung aus der Sicherung anfordern
= aus den Vorgängerversionen haben wir den Stand von heute Nacht zurückgeholt. Bitte prüfen Sie die Datei.
! Pfad*; Letzter bekannter Stand

# WLAN verbindet nicht / arbeitsplatz / netz
? kein WLAN
? Internet geht nicht im Besprechungsraum
- Flugmodus und Schalter prüfen
- Netz vergessen und neu verbinden
- Zertifikat des Geräts erneuern
= das Gerätezertifikat war abgelaufen. Am Netzwerkkabel erneuert es sich in wenigen Minuten, danach geht auch das WLAN.

# Internetseite gesperrt / arbeitsplatz / netz
? Webseite blockiert
? Zugriff durch Filter verweigert
- Adresse und Zweck aufnehmen
- Einstufung der Seite prüfen
- Freigabe mit Frist beantragen
= wir haben die Freigabe der Seite beantragt. Sie gilt zunächst 30 Tage.
! Adresse*; Zweck*
> Seite ist als gefährlich eingestuft: Informationssicherheit

# VPN verbindet nicht / vpn / netz
? VPN geht nicht
? Fernzugang bricht beim Verbinden ab
- Internetverbindung ohne VPN prüfen
- Uhrzeit des Geräts prüfen
- Profil löschen und neu laden
- Verbindung über anderes Netz versuchen
= bitte laden Sie das VPN-Profil im Firmenportal neu. Stimmt die Uhrzeit des Geräts nicht, wird die Verbindung abgelehnt.
+ vpn

# VPN bricht ständig ab / vpn / netz
? Verbindung trennt sich alle paar Minuten
? Homeoffice ständig getrennt
- Abstand zum Router und Kabel prüfen
- Energiesparen der Netzwerkkarte ausschalten
- Zugang auf TCP umstellen
= wir haben Ihren Zugang auf TCP umgestellt, das ist langsamer und hält besser. Am Kabel bleibt die Verbindung in jedem Fall stabiler.
~ VPN verbindet nicht
+ vpn

# VPN aus dem Ausland / vpn / rechte
? Arbeiten im Urlaub im Ausland
? Fernzugang aus anderem Land gesperrt
- Genehmigung der Führungskraft einholen
- Zeitraum und Land eintragen
- Freischaltung befristen
= mit Genehmigung Ihrer Führungskraft schalten wir den Fernzugang für Land und Zeitraum frei.
! Land*; von - bis*; Genehmigt durch*
~ VPN verbindet nicht
% agent forward
% admin change

# Postfach ist voll / mail / post
? Postfach voll
? kann keine Mails mehr senden
- Größe des Postfachs anzeigen
- Gesendete Anhänge ins Archiv verschieben
- Gelöschte Elemente leeren
= Ihr Postfach hatte die Grenze erreicht. Nach dem Archivieren der großen Anhänge können Sie wieder senden.
+ mail

# Mail kommt nicht an / mail / post
? Empfänger bekommt meine E-Mail nicht
? Mail verschwunden
- Sendeprotokoll nach Empfänger und Uhrzeit durchsuchen
- Rückmeldung des fremden Servers lesen
- Adresse mit dem Empfänger abgleichen
= der Server des Empfängers hat die Mail abgelehnt. Der Grund steht in der Rückmeldung, die wir Ihnen weiterleiten.
! Empfänger*; Gesendet um
+ mail

# Verdächtige Mail erhalten / mail / post
? Ist diese Mail echt
? Phishing
- Nichts anklicken, Mail als Anlage weiterleiten lassen
- Absender und Verweise prüfen
- Bei Klick: Kennwort ändern und Gerät prüfen
= danke für die Meldung. Die Mail ist ein Betrugsversuch; bitte löschen Sie sie. Falls Sie etwas angeklickt haben, rufen Sie uns sofort an.
! Angeklickt* (ja, nein)
> Kennwort wurde eingegeben: Informationssicherheit
+ mail, sicherheit

# Abwesenheit einrichten / mail / frage
? Abwesenheitsnotiz
? Vertretung im Urlaub
- Einstellungen „Automatische Antworten“ öffnen
- Zeitraum und Text für innen und außen eintragen
- Weiterleitung nur an Kollegen
= unter „Automatische Antworten“ stellen Sie Zeitraum und beide Texte ein. Weiterleitungen nach außen sind nicht erlaubt.

# Gemeinsames Postfach einbinden / mail / rechte
? Teampostfach fehlt
? Zugriff auf Sammelpostfach
- Eigentümer des Postfachs fragen
- Recht „Lesen und Senden als“ vergeben
- Outlook neu starten, das Postfach erscheint von selbst
= nach der Freigabe erscheint das Postfach beim nächsten Start von selbst links in der Liste.
! Postfach*; Freigabe durch*

# Kalender eines Kollegen sehen / mail / frage
? Kalender freigeben
? Termine der Kollegin sehen
- Kollegen bitten, den Kalender freizugeben
- Stufe „Details“ genügt für Vertretungen
- Kalender über „Freigegebene“ öffnen
= die Freigabe vergibt der Kollege selbst unter „Kalender – Freigeben“; danach öffnen Sie ihn über „Freigegebene“.

# Signatur ändern / mail / frage
? neue Funktion in der Signatur
? Telefonnummer in der Signatur falsch
- Stammdaten im Personalportal ändern
- Nächsten Abgleich abwarten
- Signatur im Programm neu wählen
= die Signatur kommt aus den Stammdaten. Nach Ihrer Änderung im Personalportal steht sie am nächsten Morgen richtig.

# Telefon klingelt nicht / arbeitsplatz / geraet
? Anrufe kommen nicht an
? Telefon ohne Anmeldung
- Umleitung und Ruhe-Taste prüfen
- Gerät ab- und wieder anmelden
- Nummer von außen anrufen
= am Gerät war eine Umleitung gesetzt. Sie ist gelöscht, der Probeanruf kam an.
! Rufnummer*

# Neues Diensthandy einrichten / arbeitsplatz / geraet
? neues Smartphone einrichten
? Firmenhandy
- Gerät mit dem Einladungscode anmelden
- Mail und Kalender freigeben
- Altes Gerät löschen und zurückgeben
= mit dem Einladungscode richtet sich das Telefon selbst ein. Bitte geben Sie das alte Gerät gelöscht zurück.

# Programm installieren lassen / arbeitsplatz / rechte
? brauche Software
? Installation ohne Rechte
- Im Firmenportal nach dem Programm suchen
- Sonst Lizenz und Zweck aufnehmen
- Freigabe der Führungskraft einholen
= was im Firmenportal steht, installieren Sie selbst. Für anderes brauchen wir Zweck und Freigabe Ihrer Führungskraft.
! Programm*; Freigabe durch

# Update verlangt Neustart / arbeitsplatz / geraet
? Rechner startet dauernd neu
? Update erzwingen
- Ausstehende Aktualisierungen anzeigen
- Neustart auf den Abend legen
- Aktive Zeiten einstellen
= die Aktualisierung wird spätestens nach drei Tagen eingespielt. Unter „Aktive Zeiten“ legen Sie fest, wann der Rechner nicht neu startet.

# Gerät verloren oder gestohlen / arbeitsplatz / geraet
? Laptop gestohlen
? Diensthandy verloren
- Gerät sofort sperren und löschen
- Kennwort ändern
- Anzeige bei der Polizei aufgeben, Aktenzeichen nennen
- Ersatzgerät bestellen
= wir haben das Gerät gesperrt. Bitte ändern Sie Ihr Kennwort und nennen Sie uns das Aktenzeichen der Polizei, dann kommt das Ersatzgerät.
! Gerätenummer*; Aktenzeichen; Verlust am*
> personenbezogene Daten betroffen: Datenschutz
+ sicherheit
`;
