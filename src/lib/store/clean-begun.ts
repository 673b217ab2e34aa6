import { draftDocument, type DraftFiles } from '../document/draft-files.ts';
import type { BegunForms } from '../domain/begun-form.ts';
import { readCall, type CallDraft } from '../domain/call-draft.ts';
import { limits } from '../domain/entry-parts.ts';
import type { DocumentId } from '../domain/ids.ts';
import { cleanerOf, type GoneWords } from './gone-words.ts';

/** What the same records say of whom a form is about. */
interface About {
	person: DocumentId | null;
	ticket?: DocumentId | null;
}

/**
 * Forms that were begun, without what was erased or blacked out since. Where a form is about the person, or names them in full, single words
 * of the name go as well. The same object if nothing of it stands there.
 */
export function cleanForms(forms: BegunForms, gone: readonly GoneWords[]): BegunForms {
	const ticket = forms.ticket && cleaned(forms.ticket, forms.ticket, gone);
	const mail = forms.mail && cleaned(forms.mail, { person: null }, gone);
	return ticket === forms.ticket && mail === forms.mail
		? forms
		: { ...(ticket === undefined ? {} : { ticket }), ...(mail === undefined ? {} : { mail }) };
}

/** Files that wait beside drafts, with names without what was erased or blacked out. The same object if nothing of it stands there. */
export function cleanDraftFiles(files: DraftFiles, gone: readonly GoneWords[]): DraftFiles {
	const next = Object.entries(files).map(([key, waiting]) => {
		const { text } = cleanerOf(gone, ({ document }) => document === draftDocument(key));
		return [key, waiting.map((file) => ({ ...file, name: text(file.name).slice(0, limits.name) }))] as const;
	});
	const made = Object.fromEntries(next);
	return JSON.stringify(made) === JSON.stringify(files) ? files : made;
}

export function cleanCall(draft: CallDraft, gone: readonly GoneWords[]): CallDraft {
	const next = cleaned(draft, draft, gone);
	if (next === draft) return draft;
	// A stand-in may be longer than what it stands for.
	return readCall(next) ?? { ...next, caller: '█', name: '', phone: '', subject: '█', passedTo: '' };
}

function cleaned<Form extends object>(form: Form, { person, ticket }: About, gone: readonly GoneWords[]): Form {
	let next = form;
	for (const one of gone) {
		const isLinked = one.document !== undefined && (one.document === person || one.document === ticket);
		const mentioned = inTexts(next, cleanerOf([one], () => isLinked).text);
		next = mentioned === next || isLinked ? mentioned : inTexts(next, cleanerOf([one], () => true).text);
	}
	return next;
}

/** Ids and choices are no texts. */
const typed = ['subject', 'text', 'name', 'phone', 'address', 'to', 'caller', 'request', 'passedTo'];

function inTexts<Form extends object>(form: Form, change: (text: string) => string): Form {
	const made = { ...form } as Record<string, unknown>;
	for (const name of typed) if (typeof made[name] === 'string') made[name] = change(made[name]);
	const { documented } = made;
	if (typeof documented === 'object' && documented !== null)
		made.documented = Object.fromEntries(
			Object.entries(documented as Record<string, string>).map(([field, text]) => [field, change(text)]),
		);
	if (Array.isArray(made.attachments))
		made.attachments = (made.attachments as { name: string }[]).map((file) => ({ ...file, name: change(file.name) }));
	return JSON.stringify(made) === JSON.stringify(form) ? form : (made as Form);
}
