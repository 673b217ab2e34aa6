import { expect, test } from 'vitest';
import { personPage } from '../../src/lib/document/person-page.ts';
import { placeOf, type PersonExport } from '../../src/lib/document/person-export.ts';
import type { DocumentId } from '../../src/lib/domain/ids.ts';

const attack = `</pre><script>alert(1)</script><img src=x onerror="alert(1)">'"&`;

test('[F106] no word of a stranger becomes markup in the page', () => {
	const excerpt = {
		id: `ticket/${attack}` as DocumentId,
		now: { subject: attack, [attack]: attack, from: { name: attack, address: attack } },
		entries: [
			{
				id: attack,
				time: attack,
				kind: attack,
				entry: { kind: attack, text: attack, [attack]: attack, attachments: [{ blob: attack, name: attack }] },
			},
			{ id: 'x', kind: attack, leftOut: 'others' as const },
		],
		verdicts: {},
		texts: { [attack]: `<p>${attack}</p>` },
	};
	const given: PersonExport = {
		...{
			format: 'tresen-person-export',
			version: 1,
			madeAt: '2026-03-01T00:00:00.000Z',
			desk: attack,
			gatheredBy: 'device',
			internal: 'included',
		},
		...{
			persons: [excerpt],
			organisations: [{ id: attack, name: attack }],
			tickets: [excerpt],
			contacts: [excerpt],
			missing: [attack],
		},
		files: [{ sha256: 'a'.repeat(64), name: attack, mime: attack, in: attack }],
	};
	for (const language of ['de', 'en'] as const) {
		const page = personPage(given, language);
		expect(page).not.toMatch(/<script|<img|onerror="/);
		expect(page).toContain('&lt;script&gt;');
		expect(page).toContain("default-src 'none'");
	}
});

test('[F106] a file lies in the folder for files, whatever its name says', () => {
	const at = (name: string) => placeOf({ sha256: 'a'.repeat(64), name, mime: '', in: '' });
	for (const name of [
		'../../etc/passwd',
		'/abs',
		'C:\\x',
		'.hidden',
		'',
		'a\u0000b',
		`${'x'.repeat(500)}.pdf`,
		'Müller Rechnung.pdf',
	])
		expect(at(name)).toMatch(/^files\/aaaaaaaaaaaa-[^/\\:\p{Cc}]{1,80}$/u);
	expect(at('Müller Rechnung.pdf')).toBe('files/aaaaaaaaaaaa-Müller Rechnung.pdf');
});
