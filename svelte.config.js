import { readFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

// Each build needs a name of its own: with a constant one an update leaves a blank page.
// It goes through the environment because the build loads this file in more than one process.
process.env.APP_BUILD ??= `${version}-${Date.now().toString(36)}`;

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
	kit: {
		adapter: adapter({ pages: process.env.APP_BUILD_DIR ?? 'build', fallback: 'index.html' }),
		outDir: process.env.APP_KIT_DIR ?? '.svelte-kit',
		version: { name: process.env.APP_BUILD, pollInterval: 0 },
		serviceWorker: { register: false },
		csp: {
			mode: 'hash',
			directives: {
				'default-src': ['self'],
				'script-src': ['self'],
				'worker-src': ['self'],
				'img-src': ['self', 'blob:', 'data:'],
				'style-src': ['self', 'unsafe-inline'],
				'frame-src': ['self', 'blob:'],
				'connect-src': ['self'],
				'object-src': ['none'],
				'base-uri': ['none'],
			},
		},
	},
};
