import type { Config } from '../config.ts';
import { openInstallation } from '../installation.ts';
import { findAdminDoor, type AdminDoor } from './admin-door.ts';
import { OperationRefused } from './operation.ts';
import { operations } from './operations.ts';

/** Reaches the desk of a data directory, whether a relay runs there or not. */
export interface DeskAccess extends AdminDoor {
	close(): Promise<void>;
}

/** Through the running relay, or by opening the directory, which then belongs to this command until it is closed. */
export async function reachDesk(config: Config): Promise<DeskAccess> {
	const door = await findAdminDoor(config.data);
	if (door !== undefined) return { ...door, close: async () => {} };
	const opened = await openInstallation(config);
	if (opened.kind === 'refused') throw new OperationRefused(opened.message);
	const { installation } = opened;
	return {
		async *run(name, input, body = new Uint8Array()) {
			const operation = operations[name];
			if (operation === undefined) throw new Error(`no operation ${name}`);
			yield* operation(installation, input, body);
		},
		close: () => installation.close(),
	};
}
