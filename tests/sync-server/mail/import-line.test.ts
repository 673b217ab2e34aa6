import { expect, test } from 'vitest';
import { importLine } from '../../../sync-server/mail/import-line.ts';
import { corpusMail, parsed } from './mail-corpus.ts';

test('[F107] a line of the import tells the mail without its bytes', async () => {
	const mail = await parsed(corpusMail('related.eml'));
	const line = importLine({ file: 'related.eml', outcome: 'created', ticket: '1042173' }, mail);
	expect(JSON.parse(JSON.stringify(line))).toEqual({
		file: 'related.eml',
		outcome: 'created',
		ticket: '1042173',
		from: { address: 'anna.meier@kunde.example', name: 'Meier, Anna' },
		to: ['hilfe@tresen.example'],
		subject: 'Bild im Text',
		text: 'Siehe Bild.',
		replyText: 'Siehe Bild.',
		html: '<p>Siehe <img alt="Bild" src="cid:bild1@kunde" /></p>',
		attachments: mail.attachments.map(({ name, mime, size, sha256 }) => ({ name, mime, size, sha256 })),
		isAutoReply: false,
		isBounce: false,
		isList: false,
		wouldAutoRespond: true,
	});
});

test('[F107] a line for a refused mail has its reason and nothing of the mail', () => {
	const line = importLine({ file: 'a.eml', outcome: 'refused', reason: 'not-a-mail' });
	expect(line).toEqual({ file: 'a.eml', outcome: 'refused', reason: 'not-a-mail' });
});
