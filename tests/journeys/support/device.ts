import { expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import type { SavedView } from '../../../src/lib/views/saved-view.ts';
import { adminDe } from '../../../src/lib/ui/words/de-admin.ts';
import { aroundDe } from '../../../src/lib/ui/words/de-around.ts';
import { doorDe } from '../../../src/lib/ui/words/de-door.ts';
import { de } from '../../../src/lib/ui/words/de.ts';
import { adminEn } from '../../../src/lib/ui/words/en-admin.ts';
import { aroundEn } from '../../../src/lib/ui/words/en-around.ts';
import { doorEn } from '../../../src/lib/ui/words/en-door.ts';
import { en } from '../../../src/lib/ui/words/en.ts';
import type { TcpProxy } from '../../support/tcp-proxy.ts';
import { caretToEnd } from './caret.ts';

const english = { ...en, ...doorEn, ...aroundEn, members: adminEn.members, invite: adminEn.invite, admin: adminEn };
type Texts = typeof english;
const german = { ...de, ...doorDe, ...aroundDe, members: adminDe.members, invite: adminDe.invite, admin: adminDe };
export const languages = { de: german, en: english } satisfies Record<string, Texts>;

export interface Call {
	name: string;
	phone?: string;
	mail?: string;
	subject: string;
	text?: string;
	/** "I take care of it" */
	claimIt?: boolean;
}

/** One agent in front of one browser profile: what they see, and what their hands do. */
export class Device {
	readonly page: Page;
	readonly context: BrowserContext;
	readonly proxy: TcpProxy;
	/** Where this device finds the desk. */
	readonly url: string;
	readonly t: Texts;

	constructor(page: Page, network: { proxy: TcpProxy; url: string }, words: Texts) {
		this.page = page;
		this.context = page.context();
		this.proxy = network.proxy;
		this.url = network.url;
		this.t = words;
	}

	// Coming in

	async setUpDesk(link: string, { desk, name, mail }: { desk: string; name: string; mail: string }): Promise<void> {
		const { t, page } = this;
		await page.goto(this.here(link));
		await page.getByLabel(t.setup.deskName).fill(desk);
		await page.getByLabel(t.setup.yourName).fill(name);
		await page.getByLabel(t.setup.yourMail).fill(mail);
		await page.getByRole('button', { name: t.setup.submit }).click();
		await this.atDesk();
	}

	async enrol(link: string): Promise<void> {
		await this.page.goto(this.here(link));
		await this.page.getByRole('button', { name: this.t.signIn.enrol }).click();
		await this.atDesk();
	}

	/** The same link by this device's own network. */
	here(link: string): string {
		const { pathname, search } = new URL(link);
		return `${this.url}${pathname}${search}`;
	}

	/** Enrolled, in touch with the relay, and the app lies on the device. */
	async atDesk(): Promise<void> {
		await this.page.waitForURL(/\/inbox\//);
		await this.isCurrent();
		await this.hasApp();
	}

	/** The service worker is in charge: from now on the device can start without the relay. */
	async hasApp(): Promise<void> {
		await this.page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
	}

	// The network

	async cutNetwork(): Promise<void> {
		this.proxy.cut();
		await this.context.setOffline(true);
	}

	async restoreNetwork(): Promise<void> {
		this.proxy.open();
		await this.context.setOffline(false);
	}

	get syncChip(): Locator {
		return this.page.getByRole('button', { name: this.t.sync.openOutbox });
	}

	async isCurrent(): Promise<void> {
		await expect(this.syncChip).toContainText(this.t.sync.synced, { timeout: 45_000 });
	}

	async isOffline(): Promise<void> {
		const begin = this.t.sync.offline(0).split(' – ')[0]!;
		await expect(this.syncChip).toContainText(begin, { timeout: 30_000 });
	}

	// Finding the way

	async goTo(
		place: keyof Texts['nav'] & ('tickets' | 'board' | 'newTicket' | 'outbox' | 'device' | 'profile' | 'members'),
	) {
		const nav = this.page.getByRole('navigation', { name: this.t.nav.main });
		await nav.getByRole('link', { name: this.t.nav[place], exact: true }).click();
	}

	async showView(view: SavedView): Promise<void> {
		const views = this.page.getByRole('navigation', { name: this.t.views.label });
		if (!(await views.isVisible())) await this.goTo('tickets');
		await views.getByRole('link', { name: new RegExp(`^${this.t.views[view]}`) }).click();
		await this.page.waitForURL(new RegExp(`/inbox/${view}`));
	}

	get list(): Locator {
		return this.page.getByRole('listbox');
	}

	row(subject: string): Locator {
		return this.list.getByRole('option', { name: subject });
	}

	async openTicket(subject: string, view: SavedView = 'open'): Promise<void> {
		await this.showView(view);
		await this.row(subject).click();
		await expect(this.ticket.getByRole('heading', { level: 1 })).toHaveText(subject);
		await expect(this.timeline).toBeVisible();
	}

	/** What a colleague holds is in no list of work, but search finds it. */
	async search(text: string): Promise<void> {
		await this.showView('open');
		await this.page.getByLabel(this.t.list.filter).fill(text);
	}

	async findTicket(subject: string): Promise<void> {
		await this.search(subject);
		await this.row(subject).click();
		await expect(this.ticket.getByRole('heading', { level: 1 })).toHaveText(subject);
		await expect(this.timeline).toBeVisible();
	}

	// On a ticket

	get ticket(): Locator {
		return this.page.getByRole('article');
	}

	get timeline(): Locator {
		return this.ticket.getByRole('region', { name: this.t.ticket.timeline }).getByRole('list').first();
	}

	get details(): Locator {
		return this.ticket.getByRole('group', { name: this.t.ticket.details });
	}

	/** Writes a call down; the number that the caller is told. */
	async openTicketByPhone(call: Call): Promise<string> {
		const { t, page } = this;
		await this.goTo('newTicket');
		await page.getByLabel(t.call.name, { exact: true }).fill(call.name);
		if (call.phone !== undefined) await page.getByLabel(t.call.phone).fill(call.phone);
		if (call.mail !== undefined) await page.getByLabel(t.call.mail).fill(call.mail);
		await page.getByLabel(t.call.subject).fill(call.subject);
		if (call.text !== undefined) await page.getByLabel(t.call.text).fill(call.text);
		if (call.claimIt) await page.getByLabel(t.call.claimIt).check();
		await page.getByRole('button', { name: t.call.submit }).click();
		const heading = page.getByRole('heading', { level: 2, name: /\d-\d{4}/ });
		await expect(heading).toBeVisible();
		return /\d+-\d{4}/.exec(await heading.innerText())![0];
	}

	async claimTicket(): Promise<void> {
		await this.ticket.getByRole('button', { name: this.t.ticket.claim }).click();
	}

	/** One of the steps behind the three dots. */
	async chooseAction(
		command: 'ticket.handOver' | 'ticket.takeOver' | 'ticket.setFree' | 'ticket.consult' | 'ticket.merge',
	) {
		await this.ticket.getByRole('button', { name: this.t.claim.actions }).click();
		await this.page.getByRole('menuitem', { name: this.t.commands[command] }).click();
		await expect(this.page.getByRole('dialog')).toBeVisible();
	}

	/** How a reply stands, by its text. */
	replyCard(text: string): Locator {
		return this.timeline.getByRole('listitem').filter({ hasText: text });
	}

	get draft(): Locator {
		return this.ticket.getByRole('textbox');
	}

	async startWriting(kind: 'reply' | 'note'): Promise<void> {
		await this.ticket.getByRole('button', { name: this.t.composer[kind], exact: true }).click();
		await expect(this.draft).toBeVisible();
	}

	async write(kind: 'reply' | 'note', text: string): Promise<void> {
		await this.startWriting(kind);
		await caretToEnd(this.draft);
		await this.page.keyboard.insertText(text);
	}

	async addNote(text: string): Promise<void> {
		await this.write('note', text);
		await this.ticket.getByRole('button', { name: this.t.composer.sendNote }).click();
		await expect(this.timeline).toContainText(text);
	}

	async reply(text: string): Promise<void> {
		await this.write('reply', text);
		await this.ticket.getByRole('button', { name: this.t.composer.send, exact: true }).click();
		await expect(this.timeline).toContainText(text);
	}

	/** Opens one of the menus behind the ticket's chips. */
	async choose(what: 'status' | 'priority' | 'owner' | 'queue', choice: string): Promise<void> {
		const { t } = this;
		const chips = {
			status: Object.values(t.status).join('|'),
			priority: t.ticket.priority,
			owner: t.ticket.owner,
			queue: t.ticket.queue,
		};
		await this.details.getByRole('button', { name: new RegExp(`^\\s*(${chips[what]})`) }).click();
		await this.page.getByRole('dialog').getByRole('option', { name: choice }).first().click();
	}

	async addTag(tag: string): Promise<void> {
		await this.details.getByRole('button').last().click();
		const field = this.page.getByRole('dialog').getByRole('combobox');
		await field.fill(tag);
		await field.press('Enter');
		await expect(this.page.getByRole('dialog').getByRole('option', { name: tag, exact: true })).toBeVisible();
		await this.page.keyboard.press('Escape');
		await expect(this.details).toContainText(tag);
	}

	async closeTicket(): Promise<void> {
		await this.choose('status', this.t.status.closed);
		await expect(this.details).toContainText(this.t.status.closed);
	}
}
