import { readContent, restoreContent } from '../../src/lib/document/article-content.ts';
import { articleText } from '../../src/lib/document/article-text.ts';
import * as commands from '../../src/lib/domain/article-command.ts';
import type { Article } from '../../src/lib/domain/fold-article.ts';
import type { DocumentId, LineId, QueueId } from '../../src/lib/domain/ids.ts';
import { openContact, setRequest } from '../../src/lib/domain/interaction-command.ts';
import type { CommandResult } from '../../src/lib/domain/ticket-command.ts';
import { amendContact, convertContact, endContact, reopenContact } from '../../src/lib/views/contact-acts.ts';
import type { ArticleAct, ContactAct, OfficeStep } from './office-steps.ts';
import type { SimDevice, Tab } from './sim-device.ts';
import { typeInto } from './type-into.ts';

export interface Office {
	now(): number;
	note(what: string): void;
	/** A word that stands in this document alone, to look for it on the wire. */
	mark(line: string): { mark: string; made(document: DocumentId): void };
	/** What it said is carried on to another record, which others may see. */
	unmark(document: DocumentId): void;
	open(tab: Tab, document: DocumentId): ReturnType<SimDesk['open']>;
}
type SimDesk = Tab['desk'];

export async function playOffice(office: Office, step: OfficeStep, device: SimDevice, tab: Tab): Promise<void> {
	const { desk } = tab;
	switch (step.do) {
		case 'write-article': {
			const { mark, made } = office.mark(step.lines.join('+'));
			const name = `${mark} ${step.text}`;
			const created = await desk.createArticle({ name, lines: step.lines as LineId[] }, [], (doc) =>
				typeInto(doc, articleText(doc, 'title', 'de'), 1, name),
			);
			if (created.kind === 'ok') made(created.document);
			return office.note(`device ${device.index} wrote ${created.kind === 'ok' ? created.document : created.kind}`);
		}
		case 'article': {
			const document = placed(desk.articles.current, step.article);
			if (document === undefined) return;
			const said = await onArticle(office, step.act, document, device, tab);
			return office.note(`device ${device.index} ${step.act.kind} on ${document}: ${said}`);
		}
		case 'type-article': {
			const document = placed(desk.articles.current, step.article);
			const record = document === undefined ? undefined : await office.open(tab, document);
			if (record === undefined) return;
			typeInto(record.doc, articleText(record.doc, step.part, step.language), step.place, step.text);
			return;
		}
		case 'call': {
			const { mark, made } = office.mark(step.line);
			const { contacted, drafts } = openContact({
				...{ line: step.line as LineId, channel: 'phone', direction: 'in', began: office.now() },
				from: { name: 'Kim', address: '', phone: '+4940123' },
				...{ request: `${mark} ${step.text}`, system: null, category: null },
			});
			const created = await desk.createInteraction(contacted, drafts);
			if (created.kind === 'ok') made(created.document);
			return office.note(`device ${device.index} took ${created.kind === 'ok' ? created.document : created.kind}`);
		}
		case 'contact': {
			const document = placed(desk.interactions.current, step.contact);
			if (document === undefined) return;
			if (step.act.kind === 'ticket') office.unmark(document);
			const done = await onContact(step.act, document, desk);
			return office.note(`device ${device.index} ${step.act.kind} on ${document}: ${done?.kind}`);
		}
	}
}

function placed(rows: readonly { id: DocumentId }[], place: number): DocumentId | undefined {
	const ids = rows.map(({ id }) => id).sort();
	return ids[place % ids.length];
}

async function onArticle(
	office: Office,
	act: ArticleAct,
	document: DocumentId,
	device: SimDevice,
	tab: Tab,
): Promise<string> {
	const { desk } = tab;
	const amend = async (command: (article: Article) => CommandResult) => {
		const done = await desk.amend(document, act.kind, (record) =>
			record.kind === 'article' ? command(record.article) : { kind: 'refused', reason: 'nothing-to-change' },
		);
		return done.kind === 'refused' ? done.reason : done.kind;
	};
	const { agent } = device.enrolled;
	const role = desk.session.current?.agent.role ?? 'observer';
	switch (act.kind) {
		case 'fields':
			return amend((article) => commands.setFields(article, act.values));
		case 'tag':
			return amend((article) => commands.changeTags(article, { add: [act.tag] }));
		case 'untag':
			return amend((article) => commands.changeTags(article, { remove: [act.tag] }));
		case 'line':
			return amend((article) => commands.addLine(article, act.line as LineId));
		case 'state':
			return amend((article) => commands.setState(article, { agent, role }, { to: act.to, agreedBy: 'Kim' }));
		case 'save': {
			const record = await office.open(tab, document);
			if (record === undefined) return 'not here';
			const words = readContent(record.doc);
			return amend((article) => commands.saveVersion(article, words, 'saved'));
		}
		case 'restore': {
			const record = await office.open(tab, document);
			const state = record?.reading.current;
			if (record === undefined || state?.kind !== 'article') return 'not here';
			const { versions } = state.article;
			const old = versions[act.version % Math.max(1, versions.length)];
			if (old === undefined) return 'no version';
			restoreContent(record.doc, old.content.words);
			return amend((article) => commands.restoreVersion(article, old.id));
		}
		case 'read':
			return amend((article) => commands.markRead(article, agent, article.versions.at(-1)?.id));
		case 'translated':
			return amend((article) => commands.markTranslated(article, 'en', article.versions.at(-1)?.id ?? null));
		case 'derive': {
			const base = placed(desk.articles.current, act.base);
			if (base === undefined || base === document) return 'no base';
			return amend((article) => commands.setField(article, 'base', { article: base, version: null }));
		}
		case 'settle':
			return amend((article) => {
				const version = article.versions.at(-1)?.id;
				if (version === undefined) return { kind: 'refused', reason: 'no-version' };
				return commands.settleBaseChange(article, version, act.choice);
			});
		case 'undo':
			return amend((article) =>
				commands.undoInArticle(article, agent, article.timeline[act.entry % article.timeline.length]!.id),
			);
	}
}

function onContact(act: ContactAct, document: DocumentId, desk: SimDesk) {
	switch (act.kind) {
		case 'request':
			return amendContact(desk, document, 'request-set', (contact) => setRequest(contact, act.text));
		case 'end':
			return endContact(desk, document, { outcome: act.outcome, seconds: 30 });
		case 'ticket':
			return convertContact(desk, document, { queue: act.queue as QueueId });
		case 'apply': {
			const article = placed(desk.articles.current, act.article);
			if (article === undefined) return undefined;
			return desk.amend(document, 'case-applied', () => ({
				kind: 'ok',
				drafts: [{ kind: 'case-applied', article, version: null, title: 'Case', steps: ['one'] }],
			}));
		}
		case 'reopen':
			return reopenContact(desk, document);
	}
}
