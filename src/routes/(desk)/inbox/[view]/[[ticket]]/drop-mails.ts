import type { Desk } from '$lib/desk.ts';
import { sanitiseMailHtml } from '$lib/ui/mail-html.ts';
import { actTrouble } from '$lib/views/error-text.ts';
import { mailToTicket, type MailHtml } from '$lib/views/mail-file.ts';
import type { Happening } from '$lib/views/ticket-acts.ts';
import type { Toasts } from '$lib/views/toasts.svelte.ts';

const mailHtml: MailHtml = {
	sanitise: sanitiseMailHtml,
	textOf(safeHtml) {
		if (safeHtml === '') return '';
		const page = new DOMParser().parseFromString(safeHtml, 'text/html');
		for (const block of page.querySelectorAll('p, div, br, tr, li, h1, h2, h3, blockquote')) block.append('\n');
		return (page.body.textContent ?? '').replace(/\n{3,}/g, '\n\n').trim();
	},
};

/** Makes a ticket of each mail file, in the agent's first line, and tells what became of them. */
export async function dropMails(
	files: readonly File[],
	{ desk, toasts }: { desk: Desk; toasts: Toasts<Happening> },
): Promise<void> {
	const { lines, queues } = desk.config.current;
	const agent = desk.session.current?.agent;
	const line = lines.find(({ id }) => agent?.role === 'admin' || agent?.lines.includes(id));
	const queue = queues.find((candidate) => candidate.line === line?.id);
	if (line === undefined || queue === undefined) {
		toasts.show({ kind: 'trouble', trouble: { kind: 'refusal', key: 'no-permission' } });
		return;
	}
	let made = 0;
	for (const file of files) {
		const result = await mailToTicket(desk, file, { line: line.id, queue: queue.id }, mailHtml);
		if (result.kind === 'ok') made++;
		else if (result.kind === 'known') toasts.show({ kind: 'mail-known', number: result.number });
		else if (result.kind === 'not-mail') toasts.show({ kind: 'mail-refused', file: file.name });
		else if (result.kind === 'too-large') toasts.show({ kind: 'file-refused', file: file.name, why: 'too-large' });
		else toasts.show({ kind: 'trouble', trouble: actTrouble(result) }, { isUrgent: true });
	}
	if (made > 0) toasts.show({ kind: 'mails-dropped', count: made });
}
