import { fileURLToPath } from 'node:url';

const firstScreens = [
	'+layout.svelte',
	'+layout.ts',
	'(desk)/+layout.svelte',
	'(desk)/inbox/[view]/[[ticket]]/+page.svelte',
].map((screen) => fileURLToPath(new URL(`../src/routes/${screen}`, import.meta.url)));

/** @typedef {{ getModuleInfo(id: string): { importedIds: string[] } | null }} ModuleGraph */

/**
 * What every visit to the inbox needs comes as two files, one of libraries and one of our own, rather than seventy:
 * together they are smaller, and an update of the app leaves the libraries on the device.
 */
export const firstRouteFiles = [
	{
		priority: 2,
		name: (/** @type {string} */ id, /** @type {ModuleGraph} */ graph) =>
			id.includes('/node_modules/') && isNeededFirst(id, graph) ? 'libraries' : null,
	},
	{
		priority: 1,
		name: (/** @type {string} */ id, /** @type {ModuleGraph} */ graph) =>
			!firstScreens.includes(id) && isNeededFirst(id, graph) ? 'inbox' : null,
	},
];

/** @type {Set<string> | undefined} */
let needed;

/** @param {string} id @param {ModuleGraph} graph */
function isNeededFirst(id, graph) {
	if (needed === undefined) {
		needed = new Set(firstScreens);
		for (const found of needed)
			for (const imported of graph.getModuleInfo(found)?.importedIds ?? []) needed.add(imported);
	}
	return needed.has(id);
}
