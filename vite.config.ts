import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { SvelteKitPWA } from '@vite-pwa/sveltekit';
import { defineConfig } from 'vitest/config';
import { firstRouteFiles } from './.config/first-route.js';
import { flatIcons } from './.config/flat-icons.js';
import { manifest } from './.config/manifest.js';

const underTest = Boolean(process.env.VITEST);
const kitDir = process.env.APP_KIT_DIR ?? '.svelte-kit';
const relay = process.env.RELAY_URL ?? 'http://127.0.0.1:8484';

export default defineConfig({
	plugins: underTest
		? [flatIcons(), svelte({ dynamicCompileOptions: () => ({ generate: 'client' }) })]
		: [
				tailwindcss(),
				flatIcons(),
				sveltekit(),
				SvelteKitPWA({
					strategies: 'injectManifest',
					srcDir: './src',
					filename: 'service-worker.ts',
					injectRegister: false,
					registerType: 'prompt',
					manifest,
					outDir: `${kitDir}/output`,
					kit: { adapterFallback: 'index.html', spa: true, outDir: kitDir },
					injectManifest: {
						globPatterns: ['client/**/*.{js,css,ico,png,svg,webp,woff2,wasm,webmanifest}'],
						// Set, though empty: else the plugin adds a pattern for prerendered pages, and there are none.
						modifyURLPrefix: {},
						globIgnores: ['client/sw-reset/**', 'client/screenshots/**', 'client/**/sqlite3-{worker1,opfs}*'],
						maximumFileSizeToCacheInBytes: 6 * 1024 * 1024,
					},
				}),
			],
	ssr: underTest ? { resolve: { conditions: ['browser', 'module', 'import', 'default'] } } : undefined,
	resolve: underTest
		? {
				conditions: ['browser'],
				alias: {
					$lib: fileURLToPath(new URL('src/lib', import.meta.url)),
					// The relay runs on Node in tests too: under `browser` this package only says that it cannot.
					ws: fileURLToPath(new URL('node_modules/ws/wrapper.mjs', import.meta.url)),
					// And this one would ask the page for the meaning of a character reference.
					'decode-named-character-reference': fileURLToPath(
						new URL('node_modules/decode-named-character-reference/index.js', import.meta.url),
					),
				},
			}
		: // The same library for today's browsers, without the detours for old ones.
			{ alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
	server: {
		proxy: {
			'^/(auth|replica|blobs|pictures|healthz|readyz)(/|$|\\?)': { target: relay },
			'^/(live|replica/poke)(/|$|\\?)': { target: relay, ws: true },
		},
	},
	build: {
		// Kit asks for a page's code at each navigation, and looking up what to preload costs more than the navigation.
		modulePreload: false,
		rolldownOptions: { output: { codeSplitting: { groups: firstRouteFiles } } },
	},
	test: {
		include: ['tests/**/*.test.ts'],
		exclude: ['tests/journeys/**', 'node_modules/**'],
		environment: 'node',
		// Svelte as in the browser: on the server runes do not react, and their tests would prove nothing.
		server: { deps: { inline: [/svelte/, /mdast-util|micromark/] } },
		// Half of the time goes to servers and browsers in processes of their own.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		testTimeout: 30_000,
		hookTimeout: 60_000,
	},
});
