import type { Transport } from '../sync/transport.ts';
import type { RelayAdmin } from '../desk.ts';

/** What only the relay can say is asked on few screens: the code for it comes with the first question. */
export function createRelayAdminOnDemand(transport: Transport): RelayAdmin {
	const load = async () => (await import('./relay-admin.ts')).createRelayAdmin(transport);
	let loading: Promise<RelayAdmin> | undefined;
	const ask = async (name: keyof RelayAdmin, question: unknown[]): Promise<unknown> => {
		let admin: RelayAdmin;
		try {
			admin = await (loading ??= load());
		} catch {
			// The network went before the app was on the device.
			loading = undefined;
			return { kind: 'failed', why: 'offline' };
		}
		return (admin[name] as (...question: unknown[]) => unknown)(...question);
	};
	return new Proxy({} as RelayAdmin, {
		get:
			(_nothing, name) =>
			(...question: unknown[]) =>
				ask(name as keyof RelayAdmin, question),
	});
}
