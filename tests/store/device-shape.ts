/** A device's database as JSON: its version, its tables and indexes, and every row. Bytes are base64, so that a person can read the rest. */
export interface DeviceShape {
	version: number;
	tables: Record<string, Table>;
}

interface Table {
	keyPath: string | null;
	autoIncrement: boolean;
	indexes: { name: string; keyPath: string | string[] }[];
	rows: unknown[];
}

export async function dumpShape(factory: IDBFactory, name: string): Promise<DeviceShape> {
	const db = await opened(factory.open(name));
	const tables: DeviceShape['tables'] = {};
	for (const table of db.objectStoreNames) {
		const store = db.transaction(table).objectStore(table);
		tables[table] = {
			keyPath: store.keyPath as string | null,
			autoIncrement: store.autoIncrement,
			indexes: Array.from(store.indexNames, (index) => ({ name: index, keyPath: store.index(index).keyPath })),
			rows: ((await done(store.getAll())) as unknown[]).map(toJson),
		};
	}
	const { version } = db;
	db.close();
	return { version, tables };
}

/** Makes the database as that version of the app left it. */
export async function restoreShape(factory: IDBFactory, name: string, shape: DeviceShape): Promise<void> {
	const request = factory.open(name, shape.version);
	request.onupgradeneeded = () => {
		for (const [table, { keyPath, autoIncrement, indexes, rows }] of Object.entries(shape.tables)) {
			const store = request.result.createObjectStore(table, { keyPath, autoIncrement });
			for (const index of indexes) store.createIndex(index.name, index.keyPath);
			for (const row of rows) store.add(fromJson(row));
		}
	};
	(await opened(request)).close();
}

function opened(request: IDBOpenDBRequest): Promise<IDBDatabase> {
	return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		request.onsuccess = () => resolve(request.result);
		request.onerror = () => reject(request.error ?? new Error('failed'));
	});
}

function toJson(value: unknown): unknown {
	if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
	if (Array.isArray(value)) return value.map(toJson);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, toJson(part)]));
}

function fromJson(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(fromJson);
	if (typeof value !== 'object' || value === null) return value;
	if ('base64' in value && typeof value.base64 === 'string') return new Uint8Array(Buffer.from(value.base64, 'base64'));
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fromJson(part)]));
}
