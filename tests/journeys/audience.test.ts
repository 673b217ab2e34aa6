import { expect, type Page } from '@playwright/test';
import * as Y from 'yjs';
import { writeDeskValue } from '../../src/lib/document/desk-document.ts';
import { recordKinds, type DocumentId, type RecordKind } from '../../src/lib/domain/ids.ts';
import type { Session } from '../../src/lib/protocol/session.ts';
import { searchDe } from '../../src/lib/ui/words/de-search.ts';
import { createHand, type Hand } from '../support/hand.ts';
import { beginnings, kindsOfRecord, sampleDraft } from '../support/sample-entry.ts';
import type { Device } from './support/device.ts';
import { filesHolding, storesHolding } from './support/holding.ts';
import { test } from './support/world.ts';

/** Stands in every text of what only the line `Recht` may see; and so does what the index makes of it. */
const secret = 'Quittenholz';
const secrets = [secret, secret.toLowerCase(), 'quittenhol'];

/** What would hide the record, move it, or is the relay's own. */
const otherwise = new Set<string>([
	...['erased', 'acknowledged', 'merge-suggested', 'merged-into', 'undone', 'opened', 'created', 'contacted'],
	...['reply-withdrawn', 'status-set', 'article-state-set', 'line-set', 'line-added'],
]);

/** A record of every kind in the line `legal`, with everything that can be said in it. */
async function fillLine(hand: Hand): Promise<Record<RecordKind, DocumentId>> {
	const desk = new Y.Doc();
	writeDeskValue(desk, 'line:legal' as never, { id: 'legal', name: 'Recht', addresses: [], colour: 1 });
	writeDeskValue(desk, 'queue:legal' as never, { id: 'legal', name: 'Recht', line: 'legal' });
	expect(await hand.push('desk' as DocumentId, Y.encodeStateAsUpdate(desk))).toEqual(['ok']);
	let next = 0;
	const word = () => `${secret}${next++}`;
	const blob = await hand.upload(`${secret} in einer Datei`);
	const made: Partial<Record<RecordKind, DocumentId>> = {};
	for (const record of recordKinds) {
		const place = { line: 'legal', lines: 'legal', queue: 'legal', number: hand.number() };
		const id = (key: string) => ({ ...place, ...made, blob, htmlBlob: blob, raw: blob })[key];
		const document = await hand.open(record, sampleDraft(beginnings[record], { word, id }));
		made[record] = document;
		const kinds = kindsOfRecord(record).filter((kind) => !otherwise.has(kind));
		const answers = await hand.write(document, ...kinds.map((kind) => sampleDraft(kind, { word, id })));
		expect(new Set(answers)).toEqual(new Set(['ok']));
	}
	const picture = { blob, name: `${secret}.png`, mime: 'image/png', size: secret.length + 15 };
	const note = { kind: 'note', text: `${secret} und ein Bild`, attachments: [picture] };
	expect(await hand.write(made.ticket!, note as never)).toEqual(['ok']);
	return made as Record<RecordKind, DocumentId>;
}

const ulidOf = (document: DocumentId) => document.split('/')[1]!;

async function visit(device: Device, path: string): Promise<void> {
	await device.page.evaluate((path) => {
		const link = document.createElement('a');
		link.href = path;
		document.body.append(link);
		link.click();
		link.remove();
	}, path);
	await device.page.waitForFunction((path) => location.pathname.startsWith(path), path);
	await expect(device.page.locator('main')).toBeVisible();
	await device.page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
}

/** Anywhere in the page: texts, attributes, the title, and what is read to screen readers. */
const shows = (page: Page) =>
	page.evaluate(
		(secret) => document.documentElement.outerHTML.includes(secret) || document.title.includes(secret),
		secret,
	);

async function cachesHolding(page: Page): Promise<string[]> {
	return page.evaluate(async (secret) => {
		const found: string[] = [];
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) {
				const text = await (await cache.match(request))!.text();
				if (text.includes(secret) || new URL(request.url).pathname.startsWith('/replica')) found.push(request.url);
			}
		}
		return found;
	}, secret);
}

/** How many hits the search has, and how many the palette; what one typed is no hit. */
async function finds(device: Device): Promise<[number, number]> {
	const { page } = device;
	await visit(device, '/search');
	await expect(page.locator('[data-searched]')).toBeVisible({ timeout: 40_000 });
	await page.getByLabel(searchDe.label).fill(secret);
	await expect(page.locator('[data-searched]')).toBeVisible();
	const hits = await page.locator('a[data-hit]').count();
	await page.getByLabel(searchDe.label).fill('');
	await page.keyboard.press('Control+k');
	const palette = page.getByRole('dialog');
	await palette.getByRole('combobox').fill(secret);
	await expect(palette.getByRole('option').first()).toBeVisible();
	const options = await palette.getByRole('option', { name: new RegExp(`${secret}\\d`) }).count();
	await page.keyboard.press('Escape');
	await expect(palette).toHaveCount(0);
	return [hits, options];
}

test('[F45] a browser outside the audience has nothing of a record, and nothing of it any more when its line is taken away', async ({
	world,
}) => {
	test.setTimeout(180_000);
	const script = ['device', '--agent', 'maria@desk.example', '--role', 'admin', '--json'];
	const [{ cookie }] = (await world.relay.jsonLines<{ cookie: string }>(...script)) as [{ cookie: string }];
	const base = `http://127.0.0.1:${world.relay.port}`;
	const asked = (path: string, body?: object) =>
		fetch(base + path, { headers: { cookie }, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
	const hand = createHand({ session: (await (await asked('/auth/me')).json()) as Session, cookie }, base);
	const made = await fillLine(hand);
	const opened = { kind: 'opened', number: hand.number(), subject: 'Für alle', line: 'support', queue: 'inbox' };
	await hand.open('ticket', { ...opened, channel: 'phone' } as never);

	const profile = await world.lastingProfile();
	const b = await profile.open();
	const agent = ['--agent', 'otto@desk.example', '--name', 'Otto', '--line', 'support'];
	const [{ url }] = (await world.relay.jsonLines<{ url: string }>('invite', ...agent, '--json')) as [{ url: string }];
	await b.enrol(url);
	await b.showView('open');
	await expect(b.row('Für alle')).toBeVisible();
	const me = (await b.page.evaluate(async () => (await fetch('/auth/me')).json())) as Session;

	const screens = [
		...['/inbox/open', '/board', '/people', '/contacts', '/knowledge/all', `/inbox/open/${ulidOf(made.ticket)}`],
		...[`/people/${ulidOf(made.person)}`, `/knowledge/all/${ulidOf(made.article)}`],
	];
	const showing = async () => {
		const found: string[] = [];
		for (const screen of screens) {
			await visit(b, screen);
			if (await shows(b.page)) found.push(screen);
		}
		return found;
	};
	const holding = async () => [...(await storesHolding(b.page, secrets)), ...(await cachesHolding(b.page))];

	const indexed = () => filesHolding(profile.folder, secrets).filter((path) => path.includes('File System'));

	// Outside from the beginning: not a byte in the whole profile, whatever the browser keeps there.
	expect(await showing()).toEqual([]);
	expect([...(await holding()), ...filesHolding(profile.folder, secrets)]).toEqual([]);
	expect(await finds(b)).toEqual([0, 0]);

	// Inside for a while.
	const now = (lines: string[]) =>
		asked('/auth/agents', { id: me.agent.id, role: 'agent', lines, active: true }).then(({ status }) => status);
	expect(await now(['support', 'legal'])).toBe(200);
	await expect.poll(holding, { timeout: 30_000 }).not.toEqual([]);
	await expect
		.poll(() => finds(b).then((counts) => counts.every((count) => count > 0)), { timeout: 30_000 })
		.toBe(true);
	await expect.poll(indexed).not.toEqual([]);
	await visit(b, `/inbox/open/${ulidOf(made.ticket)}`);
	await expect(b.timeline).toContainText(`${secret} und ein Bild`);
	await b.timeline.getByRole('button', { name: `${secret}.png` }).click();
	await expect.poll(() => storesHolding(b.page, [`${secret} in einer Datei`])).not.toEqual([]);

	// The line is taken away while the ticket is on the screen.
	expect(await now(['support'])).toBe(200);
	await expect.poll(() => shows(b.page), { timeout: 30_000 }).toBe(false);
	await expect.poll(holding, { timeout: 30_000 }).toEqual([]);
	await expect.poll(indexed, { timeout: 30_000 }).toEqual([]);
	expect(await finds(b)).toEqual([0, 0]);
	expect(await showing()).toEqual([]);
	await b.page.reload();
	await b.isCurrent();
	expect(await holding()).toEqual([]);
	await b.showView('open');
	await expect(b.row('Für alle')).toBeVisible();

	await profile.close();
	const left = filesHolding(profile.folder, secrets);
	expect(
		left.filter((path) => /File System|CacheStorage|[/]Cache[/]|Local Storage|Session Storage/.test(path)),
	).toEqual([]);
	test.info().annotations.push({ type: 'left on the disk by the browser', description: left.join(', ') || 'nothing' });
});
