import { statfs } from 'node:fs/promises';

/** The free share of the disk under a folder, 0 to 1; undefined where the system does not say. */
export async function freeShare(folder: string): Promise<number | undefined> {
	try {
		const { bavail, blocks } = await statfs(folder);
		return blocks > 0 ? bavail / blocks : undefined;
	} catch {
		return undefined;
	}
}

export const leastFreeShare = 0.05;
