import type { Desk } from '../desk.ts';
import type { MailRule } from '../domain/desk-config.ts';
import type { RulesDryRun } from '../protocol/mail-rules.ts';
import { relayTrouble, type ErrorKey } from './error-text.ts';
import type { toRule } from './rule-draft.ts';

/** Tries a rule on the mails that the relay has. */
export class RulesView {
	readonly #desk: Desk;
	outcome = $state.raw<RulesDryRun | undefined>();
	trouble = $state.raw<{ key: ErrorKey; code: string } | undefined>();
	isTrying = $state(false);

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** This rule alone, and as if it were active: what it meets, not what others leave to it. */
	async dryRun(rule: ReturnType<typeof toRule>): Promise<void> {
		this.isTrying = true;
		this.trouble = undefined;
		const tried: MailRule = { ...rule, id: rule.id ?? 'new', order: 0, active: true };
		const result = await this.#desk.relay.dryRunRules([tried]);
		this.isTrying = false;
		this.outcome = result.kind === 'ok' ? result.value : undefined;
		if (result.kind === 'failed') this.trouble = relayTrouble(result);
	}

	forget(): void {
		this.outcome = undefined;
		this.trouble = undefined;
	}
}
