/** What a layer may know. Layers stand in the order in which data flows; each may use those named, and nothing else. */
export interface Layer {
	readonly layers: readonly string[];
	readonly packages: readonly string[];
	readonly because: string;
}

const truth = ['src/lib/domain', 'src/lib/document', 'src/lib/protocol'];
const search = ['src/lib/search', 'src/lib/search/device'];
const device = [...truth, 'src/lib/store', 'src/lib/projection', ...search, 'src/lib/sync'];

export const layers: Readonly<Record<string, Layer>> = {
	'src/lib/domain': {
		layers: [],
		packages: ['valibot', 'temporal-polyfill'],
		because:
			'the rules of the desk run in the app, on the relay and in tests alike; what they need from outside is passed in as a value',
	},
	'src/lib/document': {
		layers: ['src/lib/domain'],
		packages: ['yjs', 'y-protocols', 'lib0', 'valibot'],
		because: 'truth has one shape: documents know the domain and Yjs, and never who stores, sends or shows them',
	},
	'src/lib/protocol': {
		layers: ['src/lib/domain', 'src/lib/document'],
		packages: ['valibot', 'lib0', 'yjs', 'y-protocols'],
		because: 'the words both ends speak can only change together if neither end leaks into them',
	},
	'src/lib/store': {
		layers: truth,
		packages: ['dexie', 'yjs', 'lib0', 'valibot'],
		because:
			'the store keeps bytes and rows; who made or wants them is decided above it, so memory and Dexie stay equal',
	},
	'src/lib/projection': {
		layers: [...truth, 'src/lib/store'],
		packages: ['yjs'],
		because: 'a row is made from a document alone, so that all rows can be thrown away and made again',
	},
	'src/lib/search/device': {
		layers: [...truth, 'src/lib/store', 'src/lib/projection', 'src/lib/search'],
		packages: ['yjs', 'lib0', 'dexie', '@sqlite.org/sqlite-wasm'],
		because: 'the index is fed from documents and rows and may be deleted; nothing may depend on it being there',
	},
	'src/lib/search': {
		layers: ['src/lib/domain'],
		packages: [],
		because:
			'analyser and ranking are the same in the worker, in the command that measures them and in tests; SQLite is passed in',
	},
	'src/lib/sync': {
		layers: [...truth, 'src/lib/store', 'src/lib/projection', ...search],
		packages: ['yjs', 'y-protocols', 'y-websocket', 'y-indexeddb', 'lib0', 'valibot'],
		because: 'sync moves what the store keeps; a screen that is open or closed must make no difference to it',
	},
	'src/lib/desk': {
		// The parts are written against the types of desk.ts.
		layers: [...device, 'src/lib/desk.ts'],
		packages: [
			...['yjs', 'y-protocols', 'y-indexeddb', 'y-websocket', 'lib0', 'dexie', 'valibot'],
			'@simplewebauthn/browser',
		],
		because: 'these are the parts that create-desk.ts puts together; they know what lies below the desk and no screen',
	},
	'src/lib/desk.ts': {
		layers: [...device, 'src/lib/desk'],
		packages: ['yjs', 'y-protocols'],
		because: 'this is the desk as screens know it, in types; it builds nothing',
	},
	'src/lib/create-desk.ts': {
		layers: [...device, 'src/lib/desk', 'src/lib/desk.ts'],
		packages: ['yjs'],
		because: 'the composition root builds everything once; it knows all below it and no screen',
	},
	'src/lib/browser-desk.ts': {
		layers: [...device, 'src/lib/desk', 'src/lib/desk.ts', 'src/lib/create-desk.ts'],
		packages: [],
		because: "here the browser's own parts are handed to the desk, and nowhere else",
	},
	'src/lib/views': {
		layers: ['src/lib/desk.ts', ...device],
		packages: ['svelte', 'yjs', 'y-protocols', '@simplewebauthn/browser', 'uqr', 'postal-mime', 'temporal-polyfill'],
		because: 'a view turns the desk into state for the eye; it reaches the outside through desk.ts and draws nothing',
	},
	'src/lib/ui': {
		layers: ['src/lib/views', 'src/lib/desk.ts', ...truth, 'src/lib/projection'],
		packages: [
			...['svelte', 'bits-ui', '@lucide/svelte', 'dompurify', 'uqr', 'yjs', 'y-protocols'],
			...['@tiptap', '$app'],
		],
		because: 'components take props and give callbacks; storing and sending is never their business',
	},
	'src/routes': {
		layers: [
			...['src/lib/ui', 'src/lib/views', 'src/lib/desk.ts', 'src/lib/browser-desk.ts'],
			...['src/lib/domain', 'src/lib/protocol'],
		],
		packages: ['svelte', '$app', '@sveltejs/kit', '@lucide/svelte', 'bits-ui'],
		because: 'a page reads the address, picks a view and lays it out; whatever else it does belongs in a view',
	},
	'src/service-worker.ts': {
		layers: truth,
		packages: ['$service-worker'],
		because: 'the worker must start in a few milliseconds, without the app',
	},
	'sync-server': {
		// Of the search only its pure core: relevance is measured on the command line with what the app uses.
		layers: [...truth, 'src/lib/search'],
		packages: [
			...['node:', 'hono', '@hono/node-server', 'ws', 'valibot', 'pino', 'prom-client', 'yjs', 'y-protocols', 'lib0'],
			...['postal-mime', 'sanitize-html', '@simplewebauthn/server', 'uqr', 'imapflow', 'nodemailer', 'yauzl'],
			...['mdast', 'mdast-util-from-markdown', 'mdast-util-to-markdown', 'mdast-util-gfm-strikethrough'],
			'micromark-extension-gfm-strikethrough',
		],
		because: 'the relay shares the rules and the words with the app, and nothing that needs a browser',
	},
};

/** Layers whose code runs anywhere and decides the same everywhere. */
export const pureLayers = ['src/lib/domain', 'src/lib/document', 'src/lib/protocol', 'src/lib/search'];

/** The layer a file belongs to, the inner one where one lies in another; undefined outside all of them. */
export function layerOf(path: string): string | undefined {
	return Object.keys(layers).find((layer) => path === layer || path.startsWith(`${layer}/`));
}

/** Whether the layer may use the package, which stands as it does in the import. */
export function mayUsePackage(layer: Layer, target: string): boolean {
	return layer.packages.some((name) => target === name || target.startsWith(name.endsWith(':') ? name : `${name}/`));
}
