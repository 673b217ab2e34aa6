import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import * as Y from 'yjs';
import {
	categorySchema,
	deskSchema,
	lineSchema,
	mailRuleSchema,
	manualSchema,
	queueSchema,
	systemSchema,
	textModuleSchema,
} from '../../src/lib/domain/desk-config.ts';
import { recordKinds, type DocumentId, type RecordKind } from '../../src/lib/domain/ids.ts';
import { articleTextRoots } from '../../src/lib/document/article-text.ts';
import { writeDeskValue } from '../../src/lib/document/desk-document.ts';
import { draftRoots } from '../../src/lib/document/record-document.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import { beginnings, kindsOfRecord, sampleDraft, sampleOf } from '../support/sample-entry.ts';
import { createHand, type Hand } from '../support/hand.ts';
import { test } from './support/world.ts';

/** Each would call `hacked` or fetch something from elsewhere, if it were ever more than text. */
const payloads = [
	'"><img src=x onerror=hacked()>',
	'<svg/onload=hacked()>',
	'<script>hacked()</script>',
	'</title><script>hacked()</script>',
	"'onfocus=hacked() autofocus='",
	'javascript:hacked()//',
	'<iframe srcdoc=<script>hacked()>',
	'<img src=//evil.example/x>',
	'[x](javascript:hacked())',
	'<base href=//evil.example/>',
	'../../../etc/passwd\u202egpj.exe',
	'<a href=javascript:hacked()>x</a>',
	'data:text/html,<script>hacked()',
	'<math><mi//xlink:href="data:x,1">',
	'<style>*{background:url(//evil.example)}',
];

/** Every text field of every kind of entry in every kind of record, and of every value of the configuration. */
async function fillDesk(hand: Hand): Promise<Record<RecordKind, DocumentId>> {
	let next = 0;
	const word = () => payloads[next++ % payloads.length]!;
	const place = { line: 'support', lines: 'support', queue: 'inbox', agent: hand.device.session.agent.id };
	const desk = new Y.Doc();
	const values = {
		...{ line: lineSchema, queue: queueSchema, system: systemSchema, category: categorySchema, manual: manualSchema },
		...{ module: textModuleSchema, rule: mailRuleSchema, desk: deskSchema },
	};
	for (const [kind, schema] of Object.entries(values)) {
		const line = kind === 'queue' ? 'x-line' : 'support';
		const ids: Record<string, string> = { ...place, line, id: `x-${kind}`, timeZone: 'Europe/Berlin' };
		const value = sampleOf(schema, { word, id: (key) => ids[key] }, kind) as { id?: string };
		writeDeskValue(desk, (kind === 'desk' ? 'desk' : `${kind}:${value.id}`) as never, value);
	}
	expect(await hand.push('desk' as DocumentId, Y.encodeStateAsUpdate(desk))).toEqual(['ok']);
	const blob = await hand.upload('<script>hacked()</script>');
	const made: Partial<Record<RecordKind, DocumentId>> = {};
	for (const record of recordKinds) {
		const id = (key: string) => ({ ...place, number: hand.number(), blob, htmlBlob: blob, raw: blob })[key];
		// Several of each, so that every payload comes to stand in each field some time.
		for (let round = 0; round < 2; round++) {
			const document = await hand.open(record, sampleDraft(beginnings[record], { word, id }));
			made[record] ??= document;
			const own = { ...made, ticket: made.ticket ?? document };
			const linked = (key: string) =>
				({ person: own.person, ticket: own.ticket, article: own.article, interaction: own.interaction })[key] ??
				id(key);
			const kinds = kindsOfRecord(record).filter((kind) => !quiet.has(kind));
			const answers = await hand.write(document, ...kinds.map((kind) => sampleDraft(kind, { word, id: linked })));
			expect(new Set(answers)).toEqual(new Set(['ok']));
			await hand.push(document, textIn(record, word));
		}
	}
	return made as Record<RecordKind, DocumentId>;
}

/** What would hide the record, or is not an agent's to write. */
const quiet = new Set<string>([
	...['erased', 'acknowledged', 'merge-suggested', 'merged-into', 'undone', 'opened', 'created', 'contacted'],
	...['reply-withdrawn', 'status-set', 'article-state-set'],
]);

/** The same in co-edited text, also as names and attributes of its nodes. */
function textIn(record: RecordKind, word: () => string): Uint8Array {
	const doc = new Y.Doc();
	const roots = record === 'article' ? [...Object.values(draftRoots), ...articleTextRoots] : Object.values(draftRoots);
	for (const root of roots) {
		const fragment = doc.getXmlFragment(root);
		for (const name of ['paragraph', 'script', 'iframe', 'image', 'heading']) {
			const node = new Y.XmlElement(name);
			const text = new Y.XmlText();
			text.insert(0, word(), { link: { href: 'javascript:hacked()' } });
			node.insert(0, [text]);
			for (const [key, value] of Object.entries({
				src: '//evil.example/y',
				onerror: 'hacked()',
				onload: 'hacked()',
				srcdoc: word(),
			}))
				node.setAttribute(key, value);
			fragment.push([node]);
		}
	}
	return Y.encodeStateAsUpdate(doc);
}

function hostileMail(round: number): string {
	const text = payloads[round % payloads.length]!;
	const html = payloads.map((payload) => `<p>${payload}</p>`).join('');
	return [
		`From: "${text.replaceAll('"', '')}" <mallory@evil.example>`,
		'To: support@desk.example',
		`Subject: ${text}`,
		`Message-ID: <${round}@evil.example>`,
		'MIME-Version: 1.0',
		'Content-Type: multipart/mixed; boundary=b',
		'',
		'--b',
		'Content-Type: text/html',
		'',
		`${html}<form action=//evil.example><button autofocus onfocus=hacked()>`,
		'--b',
		`Content-Type: image/svg+xml; name="../../${text.replaceAll('"', '')}.svg"`,
		`Content-Disposition: attachment; filename="../../${text.replaceAll('"', '')}.svg"`,
		'',
		'<svg xmlns="http://www.w3.org/2000/svg" onload="hacked()"/>',
		'--b--',
		'',
	].join('\r\n');
}

const ulidOf = (document: DocumentId) => document.split('/')[1];

/** What must not happen on a page, as it happens. */
async function watch(page: Page, base: string): Promise<string[]> {
	const wrong: string[] = [];
	await page.exposeFunction('reportWrong', (what: string) => void wrong.push(what));
	await page.addInitScript(() => {
		const report = (what: string) =>
			void (globalThis as never as { reportWrong(what: string): void }).reportWrong(what);
		Object.assign(globalThis, { hacked: () => report(`a script ran at ${location.pathname}`) });
		document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
			report(`${violatedDirective} would have been broken by ${blockedURI} at ${location.pathname} ${sourceFile}`),
		);
	});
	page.on('request', (request) => {
		const url = request.url();
		if (!url.startsWith(base) && !/^(blob|data|ws):/.test(url)) wrong.push(`a request left for ${url}`);
	});
	page.on('dialog', (dialog) => void dialog.dismiss().then(() => wrong.push('a dialog was opened')));
	page.on('pageerror', (error) => wrong.push(`the page threw ${error.message} at ${page.url()}`));
	return wrong;
}

test('[F110] text of strangers stays text: in every field, name, mail and import, on every screen', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const a = await world.newcomer({ locale: 'en' });
	const [script] = await world.relay.jsonLines<{ url: string; cookie: string }>(
		...['device', '--agent', 'mallory@desk.example', '--role', 'admin', '--json'],
	);
	const { cookie } = script!;
	const session = (await (await fetch(`${a.url}/auth/me`, { headers: { cookie } })).json()) as Session;
	const hand = createHand({ session, cookie }, a.url);
	const made = await fillDesk(hand);
	const files: [string, string, string][] = [
		...[0, 1, 2].map((round): [string, string, string] => ['mail', `${round}.eml`, hostileMail(round)]),
		['markdown', 'article.md', `---\ntitle: "${payloads[2]}"\n---\n\n${payloads.join('\n\n')}\n`],
		['csv', 'cases.csv', `title;body\n${payloads.map((text) => `"${text.replaceAll('"', '""')}";x`).join('\n')}\n`],
	];
	for (const [kind, name, content] of files) {
		await writeFile(join(world.relay.data, name), content);
		expect(await world.relay.command('import', kind, join(world.relay.data, name))).not.toContain('refused:');
	}

	const wrong = await watch(a.page, a.url);
	const screens = [
		`/inbox/open/${ulidOf(made.ticket)}`,
		`/inbox/closed/${ulidOf(made.ticket)}`,
		...[
			'/inbox/open',
			'/board',
			'/search',
			'/contacts',
			'/contacts/report',
			'/contacts/back',
			'/people',
			'/call',
			'/new',
		],
		...['person', 'organisation'].map((kind) => `/people/${ulidOf(made[kind as 'person'])}`),
		...['all', 'drafts', 'gaps'].map((view) => `/knowledge/${view}`),
		`/knowledge/all/${ulidOf(made.article)}`,
		...['/knowledge/systems', '/knowledge/systems/x-system', '/outbox', '/device', '/profile', '/members', '/more'],
		...['', '/lines', '/mailboxes', '/systems', '/categories', '/rules', '/texts', '/audit'].map(
			(at) => `/settings${at}`,
		),
	];
	await a.page.goto(`${a.url}/inbox/open`);
	await a.isCurrent();
	for (const screen of screens) {
		await a.page.evaluate((path) => {
			const link = document.createElement('a');
			link.href = path;
			document.body.append(link);
			link.click();
			link.remove();
		}, screen);
		await a.page.waitForFunction((path) => location.pathname.startsWith(path.slice(0, 6)), screen);
		await expect(a.page.locator('main')).toBeVisible();
		await a.page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
	}
	await a.page.goto(`${a.url}/inbox/closed/${ulidOf(made.ticket)}`);
	await expect(a.timeline).toContainText('hacked()');
	// What came by mail, too, with its whole history.
	await a.page.goto(`${a.url}/inbox/unclaimed`);
	const first = a.list.getByRole('option').first();
	await expect(first).toContainText('hacked()');
	await first.click();
	await expect(a.timeline).toBeVisible();
	expect([...new Set(wrong)]).toEqual([]);
});
