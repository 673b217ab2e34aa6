import { exportVersion } from './desk-format.ts';

/** For whoever opens the archive, with Tresen or without it. */
export const readmeText = `This is everything of one help desk made with Tresen, in an open format (version ${exportVersion}).
Dies ist alles von einem Helpdesk mit Tresen, in einem offenen Format (Version ${exportVersion}). Deutsch steht unten.

ENGLISH

All text is UTF-8. A file that ends in .jsonl holds one JSON object a line.

  desk.json            name, lines, queues, systems, categories, text modules and rules of the desk, by key
  agents.jsonl         who works here: id, name, mail, role, lines. No passwords, no keys, no devices
  personal.jsonl       language and signature of each agent
  tickets.jsonl        tickets        people.jsonl         people       organisations.jsonl  organisations
  articles.jsonl       knowledge      contacts.jsonl       calls and other contacts
  erased.jsonl         ids of what was erased, and nothing else of it
  outgoing.jsonl       every mail to a customer and what became of it
  mail-index.jsonl     which mails were taken in; to which ticket a Message-ID belongs
  mailboxes.jsonl      accounts at mail servers, without passwords
  audit.jsonl          who administered what
  files.jsonl          of each file: SHA-256, size, the names under which it was sent, the records that show it
  files/<SHA-256>      the bytes of each file (attachments, whole mails as they came)
  manifest.json        version, counts, and the SHA-256 of each file above

A record (ticket, person, organisation, article, contact) has
  id         its id
  now        what it is, in short: for a ticket number, subject, status, line, queue, assignee
  entries    everything that happened to it, oldest first: id, time (UTC), and the entry as it was written. "kind" says what happened:
             opened, message (text, and html if there was any; attachments name files by SHA-256 in "blob"), note, reply-requested,
             status-set, assigned, claimed, ... "by" is the agent (see agents.jsonl), "relay" is the desk itself
  verdicts   what the relay decided: who holds a ticket, which reply was accepted or held, whether a mail was sent
  texts      text that is being written, as HTML: drafts of replies and notes; of an article title, pattern, body, steps and answer
  awaiting   entries that the relay has not decided on yet
Times in "at" of an entry: the first nine characters are milliseconds since 1970 in base 36.

It is put back with: tresen import desk THIS.zip --data NEW_DIRECTORY

DEUTSCH

Aller Text ist UTF-8. Eine Datei, die auf .jsonl endet, enthält ein JSON-Objekt je Zeile.

  desk.json            Name, Linien, Warteschlangen, Systeme, Kategorien, Textbausteine und Regeln, nach Schlüssel
  agents.jsonl         wer hier arbeitet: Kennung, Name, Adresse, Rolle, Linien. Keine Passwörter, Schlüssel, Geräte
  personal.jsonl       Sprache und Signatur
  tickets.jsonl        Vorgänge       people.jsonl         Personen     organisations.jsonl  Organisationen
  articles.jsonl       Wissen         contacts.jsonl       Anrufe und andere Kontakte
  erased.jsonl         Kennungen dessen, was gelöscht wurde, sonst nichts davon
  outgoing.jsonl       jede Mail an Kunden und was aus ihr wurde
  mail-index.jsonl     welche Mails angenommen wurden; zu welchem Vorgang eine Message-ID gehört
  mailboxes.jsonl      Konten bei Mailservern, ohne Passwörter
  audit.jsonl          wer was verwaltet hat
  files.jsonl          zu jeder Datei: SHA-256, Größe, die Namen, unter denen sie kam, die Datensätze, die sie zeigen
  files/<SHA-256>      die Bytes jeder Datei (Anhänge, ganze Mails, wie sie kamen)
  manifest.json        Version, Anzahlen und die SHA-256 jeder Datei darüber

Ein Datensatz hat: id (Kennung), now (was er jetzt ist, kurz), entries (alles, was geschah, das Älteste zuerst), verdicts (was der Dienst
entschied), texts (Text, an dem geschrieben wird, als HTML), awaiting (worüber der Dienst noch nicht entschieden hat).

Zurück kommt es mit: tresen import desk DIESE.zip --data NEUER_ORDNER
`;
