import { callDraftKey, readCall, type CallDraft } from '../domain/call-draft.ts';

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The call that is being written down on this device, over reloads. Undefined if there is none, or it is somebody else's. */
export function readCallDraft(storage: DraftStorage | undefined, agent: string | undefined): CallDraft | undefined {
	try {
		const draft = readCall(JSON.parse(storage?.getItem(callDraftKey) ?? 'null'));
		return draft?.agent === agent ? draft : undefined;
	} catch {
		return undefined;
	}
}

/** False where the browser does not keep it: then it lasts as long as the page. */
export function keepCallDraft(storage: DraftStorage | undefined, draft: CallDraft | undefined): boolean {
	try {
		if (draft === undefined) storage?.removeItem(callDraftKey);
		else storage?.setItem(callDraftKey, JSON.stringify(draft));
		return storage !== undefined;
	} catch {
		return false;
	}
}
