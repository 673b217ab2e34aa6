import * as v from 'valibot';
import type { DeviceId } from '../domain/ids.ts';
import { sessionSchema, type Session } from '../protocol/session.ts';
import { deleteDatabase } from '../store/dexie-upkeep.ts';
import type { RecordStore } from '../store/record-store.ts';
import { salvageUnsent, type Salvage } from '../store/salvage-unsent.ts';
import { classifyStoreError, type StoreFailureKind } from '../store/store-failure.ts';
import { lastEditKey } from '../store/stored-documents.ts';
import type { DeviceKeys } from './device-key.ts';
import { failed } from './entrance.ts';
import { knownSession, proveDevice } from './session.ts';
import { settingKeys } from './setting-keys.ts';
import type { Answer, Transport } from './transport.ts';

/**
 * What is left to do when this device's data cannot be read.
 *
 * RC1 Nothing is deleted before the relay has said that this browser is still one of its devices; without a network nothing is.
 * RC2 What was not sent and can still be read is put back, and goes out under new numbers that the relay has not seen.
 * RC3 Numbers of tickets: how far the blocks were used is lost, so a repaired device gets a new block and never the old ones again.
 * RC4 Who the device is, is proved with its key; where that is lost as well but the browser still has its cookie, it becomes a new
 *     device of the same agent. What the old one had not sent is then the exported file's.
 */
export interface Rescue {
	/** What is wrong. lost: the browser threw the data away · nobody: no device was ever enrolled here · fine: it can be read. */
	look(): Promise<StoreFailureKind | 'lost' | 'nobody' | 'fine'>;
	salvage(): Promise<Salvage>;
	repair(): Promise<Repaired>;
	/** Deletes the data without asking the relay: the next step is an invitation. */
	giveUp(): Promise<'gone' | 'other-tab'>;
}

export type Repaired =
	| { kind: 'ok'; session: Session; restored: number; newDevice: boolean }
	/** Neither key nor cookie: somebody has to invite this browser. Nothing was deleted. */
	| { kind: 'needs-invitation' }
	| { kind: 'failed'; why: string };

export interface RescueParts {
	indexedDB: IDBFactory;
	name: string;
	transport: Transport;
	keys: DeviceKeys;
	now(): number;
	/** What this browser is called when it has to become a new device. */
	deviceName: string;
	/** Whether a device was enrolled here, remembered outside of the databases. */
	wasEnrolled(): boolean;
	/** The store on what is there now; closed again by who asked. */
	openStore(): RecordStore;
}

interface Identity {
	session: Session;
	newDevice: boolean;
	keep(): Promise<void>;
}

export function createRescue(parts: RescueParts): Rescue {
	const { transport, keys } = parts;

	const salvage = () => salvageUnsent(parts.indexedDB, parts.name, [settingKeys.session, lastEditKey]);

	async function giveUp(): Promise<'gone' | 'other-tab'> {
		return (await deleteDatabase(parts.indexedDB, parts.name)) === 'gone' ? 'gone' : 'other-tab';
	}

	async function identify(known: DeviceId | undefined): Promise<Identity | Exclude<Repaired, { kind: 'ok' }>> {
		const key = await keys.load().catch(() => undefined);
		const device = known ?? (await keys.device().catch(() => undefined));
		const answer: Answer<unknown> =
			key === undefined || device === undefined
				? { kind: 'refused', reason: 'sign-in' }
				: await proveDevice(transport, device, key);
		if (answer.kind === 'offline' || (answer.kind === 'refused' && answer.reason === 'revoked')) return failed(answer);
		const proved = answer.kind === 'ok' ? v.safeParse(sessionSchema, answer.value) : undefined;
		if (proved?.success === true) {
			const session = proved.output;
			return { session, newDevice: false, keep: () => Promise.resolve() };
		}
		return enrolByCookie();
	}

	async function enrolByCookie(): Promise<Identity | Exclude<Repaired, { kind: 'ok' }>> {
		const me = await transport.auth('GET', '/auth/me');
		if (me.kind === 'offline') return failed(me);
		const known = me.kind === 'ok' ? v.safeParse(sessionSchema, me.value) : undefined;
		if (known?.success !== true) return { kind: 'needs-invitation' };
		const invited = await transport.auth('POST', '/auth/invitations', { agent: { id: known.output.agent.id } });
		if (invited.kind !== 'ok') return failed(invited);
		const token = tokenOf(invited.value);
		if (token === undefined) return { kind: 'failed', why: 'malformed' };
		const key = await keys.create();
		const device = { name: parts.deviceName, publicKey: key.publicKey };
		const enrolled = await transport.auth('POST', '/auth/enrol', { token, device });
		if (enrolled.kind !== 'ok') return failed(enrolled);
		const read = v.safeParse(sessionSchema, enrolled.value);
		if (!read.success) return { kind: 'failed', why: 'malformed' };
		return { session: read.output, newDevice: true, keep: () => key.keep(read.output.device.id) };
	}

	return {
		async look() {
			const store = parts.openStore();
			try {
				if ((await knownSession(store.settings)) !== undefined) return 'fine';
				return parts.wasEnrolled() ? 'lost' : 'nobody';
			} catch (error) {
				return classifyStoreError(error);
			} finally {
				store.close();
			}
		},
		salvage,
		giveUp,
		async repair() {
			const saved = await salvage();
			const before = v.safeParse(sessionSchema, saved.settings.get(settingKeys.session));
			const identity = await identify(before.success ? before.output.device.id : undefined);
			if ('kind' in identity) return identity;
			const { session, newDevice } = identity;
			if ((await giveUp()) !== 'gone') return { kind: 'failed', why: 'other-tab' };
			await identity.keep();
			const store = parts.openStore();
			try {
				const lastEdit = saved.settings.get(lastEditKey);
				const least = Math.floor(Math.max(parts.now(), session.relayTime));
				await store.settings.set(lastEditKey, typeof lastEdit === 'number' ? Math.max(lastEdit, least) : least);
				let restored = 0;
				if (newDevice) await store.addBlocks(session.blocks);
				else {
					const taken = await store.importUnsent(saved.file);
					if (taken.kind === 'ok') restored = taken.edits + taken.blobs;
				}
				await store.settings.set(settingKeys.session, session);
				return { kind: 'ok', session, restored, newDevice };
			} finally {
				store.close();
			}
		},
	};
}

function tokenOf(invitation: unknown): string | undefined {
	const read = v.safeParse(v.object({ url: v.string() }), invitation);
	if (!read.success || !URL.canParse(read.output.url)) return undefined;
	return new URL(read.output.url).searchParams.get('token') ?? undefined;
}
