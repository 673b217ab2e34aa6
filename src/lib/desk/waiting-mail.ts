import * as v from 'valibot';
import { waitingMailSchema, type WaitingMail } from '../protocol/waiting-mail.ts';
import type { RecordStore } from '../store/record-store.ts';
import { createCell } from '../sync/cell.ts';
import { settingKeys } from '../sync/setting-keys.ts';
import type { Transport } from '../sync/transport.ts';
import type { Desk } from '../desk.ts';
import { checked } from './relay-answer.ts';

export interface WaitingMailParts {
	settings: RecordStore['settings'];
	transport: Pick<Transport, 'auth'>;
	now(): number;
}

/** What the relay said last of the replies that wait there; it stays on the device, with its time. */
export function createWaitingMail({
	settings,
	transport,
	now,
}: WaitingMailParts): Pick<Desk, 'waitingMail' | 'askWaitingMail'> & { load(): Promise<void> } {
	const cell = createCell<WaitingMail | undefined>(undefined);
	return {
		waitingMail: cell,
		async askWaitingMail() {
			const answer = checked(await transport.auth('GET', '/auth/waiting-mail'), waitingMailSchema);
			if (answer.kind !== 'ok') return answer;
			const said = onOwnClock(answer.value, now());
			cell.set(said);
			// Where nothing can be stored it is known as long as the tab lasts.
			await settings.set(settingKeys.waitingMail, said).catch(() => {});
			return { kind: 'ok', value: undefined };
		},
		async load() {
			const stored = await settings.get<unknown>(settingKeys.waitingMail).catch(() => undefined);
			const reading = v.safeParse(waitingMailSchema, stored);
			if (reading.success && cell.current === undefined) cell.set(reading.output);
		},
	};
}

/** The relay's times as this device's clock shows them. */
function onOwnClock({ at, replies }: WaitingMail, now: number): WaitingMail {
	const ahead = now - at;
	return {
		at: now,
		replies: replies.map((reply) => ({
			...reply,
			since: reply.since + ahead,
			nextTry: reply.nextTry + ahead,
		})),
	};
}
