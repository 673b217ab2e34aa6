import { readBegunForms, type BegunForms, type BegunKind } from '../domain/begun-form.ts';
import type { AgentId } from '../domain/ids.ts';
import type { RecordStore } from '../store/record-store.ts';
import { createCell } from '../sync/cell.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { Desk } from '../desk.ts';

/**
 * Forms that were begun, over reloads and in every tab. They are this device's alone and go with its database. While one write is
 * under way only the newest of the next ones waits, so that typing fast does not queue.
 */
export function createBegunForms(
	{ settings, watch }: Pick<RecordStore, 'settings' | 'watch'>,
	agent: () => AgentId | undefined,
): Pick<Desk, 'begunForms' | 'keepForm'> & { load(): Promise<void>; close(): void } {
	const cell = createCell<BegunForms>({});
	let unwritten: BegunForms = {};
	let writing: Promise<boolean> | undefined;
	/** Rises with every key, so that what was read before it is not shown after it. */
	let edits = 0;
	const close = watch((change) => {
		if (change.kind === 'settings' && change.keys.includes(settingKeys.begunForms)) void load();
	});

	async function load(): Promise<void> {
		const before = edits;
		const stored = await settings.get<unknown>(settingKeys.begunForms).catch(() => undefined);
		if (stored === undefined || edits !== before || writing !== undefined) return;
		const forms = ownOf(readBegunForms(stored));
		if (JSON.stringify(forms) !== JSON.stringify(cell.current)) cell.set(forms);
	}

	function ownOf({ ticket, mail }: BegunForms): BegunForms {
		const isOwn = (form: { agent: AgentId } | undefined) => form !== undefined && form.agent === agent();
		return { ...(isOwn(ticket) ? { ticket } : {}), ...(isOwn(mail) ? { mail } : {}) };
	}

	async function write(): Promise<boolean> {
		let isKept = true;
		while (Object.keys(unwritten).length > 0) {
			const changes = unwritten;
			unwritten = {};
			isKept = await settings
				.change<unknown>(settingKeys.begunForms, (before) => ({ ...ownOf(readBegunForms(before)), ...changes }))
				.then(
					() => true,
					() => false,
				);
		}
		writing = undefined;
		return isKept;
	}

	return {
		begunForms: cell,
		keepForm<K extends BegunKind>(kind: K, form: BegunForms[K]) {
			edits++;
			const forms = readBegunForms({ ...cell.current, [kind]: form });
			cell.set(forms);
			unwritten = { ...unwritten, [kind]: forms[kind] };
			writing ??= write();
			return writing;
		},
		load,
		close,
	};
}
