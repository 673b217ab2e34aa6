import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';

/** Where on a device one of the texts stands, whatever the values are: object stores of all databases, and the small storage beside them. */
export async function storesHolding(page: Page, texts: string[]): Promise<string[]> {
	return page.evaluate(async (texts) => {
		const done = <T>(request: IDBRequest<T>) =>
			new Promise<T>((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(request.error);
			});
		const holds = (value: unknown): boolean => {
			if (typeof value === 'string') return texts.some((text) => value.includes(text));
			if (value instanceof ArrayBuffer) return holds(new TextDecoder().decode(value));
			if (ArrayBuffer.isView(value)) return holds(new TextDecoder().decode(value));
			return (
				typeof value === 'object' && value !== null && [...Object.keys(value), ...Object.values(value)].some(holds)
			);
		};
		const found: string[] = [];
		for (const { name = '' } of await indexedDB.databases()) {
			const database = await done(indexedDB.open(name));
			for (const store of database.objectStoreNames) {
				const table = database.transaction(store).objectStore(store);
				const [keys, values] = await Promise.all([done(table.getAllKeys()), done(table.getAll())]);
				if (holds([keys, values])) found.push(`${name}/${store}`);
			}
			database.close();
		}
		for (const storage of [localStorage, sessionStorage])
			for (const [key, value] of Object.entries(storage)) if (holds([key, value])) found.push(key);
		return found;
	}, texts);
}

/** Files below a folder, by the path in it; none of those that its owner deletes meanwhile. */
export function filesHolding(folder: string, texts: string[]): string[] {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => {
			const bytes = readIfThere(path);
			return texts.some((text) => bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le')));
		})
		.map((path) => path.slice(folder.length));
}

function readIfThere(path: string): Buffer {
	try {
		return readFileSync(path);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
		throw error;
	}
}
