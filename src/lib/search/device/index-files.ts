/** The folder of the index among the files of this origin; nothing else lies there. */
export const indexDirectory = 'tresen-search';

type Directory = FileSystemDirectoryHandle & { values(): AsyncIterable<FileSystemHandle> };

/**
 * Whether the files can be taken now. Asked before: SQLite would delete what it gets hold of when it gets hold of only a part.
 * none: this browser has no such files, or refuses them. Only in a worker.
 */
export async function filesFree(): Promise<'free' | 'held' | 'none'> {
	try {
		const root = await navigator.storage.getDirectory();
		const folder = await root.getDirectoryHandle(indexDirectory, { create: true });
		const opaque = (await folder.getDirectoryHandle('.opaque', { create: true })) as Directory;
		for await (const file of opaque.values()) {
			if (file.kind !== 'file') continue;
			const handle = await (file as FileSystemFileHandle).createSyncAccessHandle();
			handle.close();
		}
		return 'free';
	} catch (error) {
		return error instanceof DOMException && error.name === 'NoModificationAllowedError' ? 'held' : 'none';
	}
}

/**
 * Deletes the index from this device, from any thread. False if it is still there: another tab's worker has it open, which lets go
 * when it hears of the wipe.
 */
export async function deleteIndexFiles(pause: (ms: number) => Promise<void>): Promise<boolean> {
	for (let tries = 0; tries < 40; tries++) {
		try {
			const root = await navigator.storage.getDirectory();
			await root.removeEntry(indexDirectory, { recursive: true });
			return true;
		} catch (error) {
			if (!(error instanceof DOMException) || error.name !== 'NoModificationAllowedError') return true;
			await pause(50);
		}
	}
	return false;
}
