import type { Desk, RelayResult } from '../desk.ts';
import type { MailboxInfo, MailboxLogEntry, MailboxRefusal, MailboxTestStep } from '../protocol/mailbox.ts';
import { relayTrouble, type ErrorKey } from './error-text.ts';
import { toMailboxChange, type MailboxDraft } from './mailbox-draft.ts';

/** refusal: in the relay's word, the person can mend it · fields: one of them is not valid · error: as everywhere. */
export type MailboxTrouble =
	| { kind: 'refusal'; why: MailboxRefusal }
	| { kind: 'fields' }
	| { kind: 'busy' }
	| { kind: 'error'; key: ErrorKey; code: string };

const refusals: ReadonlySet<string> = new Set<MailboxRefusal>([
	...(['not-admin', 'password-needed', 'key-unusable', 'unknown-line'] as const),
	...(['too-many-mailboxes', 'plain-not-allowed'] as const),
]);

/** The mailboxes that the relay watches. Everything here needs the relay. */
export class MailboxesView {
	readonly #desk: Desk;
	mailboxes = $state.raw<readonly MailboxInfo[] | undefined>();
	steps = $state.raw<readonly MailboxTestStep[] | undefined>();
	log = $state.raw<{ id: string; entries: readonly MailboxLogEntry[] } | undefined>();
	trouble = $state.raw<MailboxTrouble | undefined>();
	busy = $state<'save' | 'test' | 'remove' | undefined>();

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	async look(): Promise<void> {
		const result = await this.#desk.relay.mailboxes();
		if (result.kind === 'ok') this.mailboxes = result.value;
		// What is shown already stays while the relay is away.
		else if (this.mailboxes === undefined) this.trouble = toTrouble(result.why);
	}

	async save(draft: MailboxDraft): Promise<MailboxInfo | undefined> {
		const saved = await this.#run('save', () => this.#desk.relay.saveMailbox(toMailboxChange(draft)));
		if (saved !== undefined) await this.look();
		return saved;
	}

	async test(draft: MailboxDraft): Promise<void> {
		this.steps = undefined;
		this.steps = await this.#run('test', () => this.#desk.relay.testMailbox(toMailboxChange(draft)));
	}

	async remove(id: string): Promise<boolean> {
		let isDone = false;
		await this.#run('remove', async () => {
			const result = await this.#desk.relay.removeMailbox(id);
			isDone = result.kind === 'ok';
			return result;
		});
		if (isDone) await this.look();
		return isDone;
	}

	async readLog(id: string): Promise<void> {
		const result = await this.#desk.relay.mailboxLog(id);
		if (result.kind === 'ok') this.log = { id, entries: result.value };
		else this.trouble = toTrouble(result.why);
	}

	/** Before another mailbox is edited. */
	forget(): void {
		this.steps = undefined;
		this.trouble = undefined;
		this.log = undefined;
	}

	async #run<T>(busy: NonNullable<MailboxesView['busy']>, run: () => Promise<RelayResult<T>>): Promise<T | undefined> {
		if (this.busy !== undefined) return undefined;
		this.busy = busy;
		this.trouble = undefined;
		const result = await run();
		this.busy = undefined;
		if (result.kind === 'ok') return result.value;
		this.trouble = toTrouble(result.why);
		return undefined;
	}
}

function toTrouble(why: string): MailboxTrouble {
	if (refusals.has(why)) return { kind: 'refusal', why: why as MailboxRefusal };
	if (why === 'too-many') return { kind: 'busy' };
	if (why === 'malformed' || /^(name|line|address|active|id|imap|smtp)(\.|$)/.test(why)) return { kind: 'fields' };
	return { kind: 'error', ...relayTrouble({ kind: 'failed', why }) };
}
