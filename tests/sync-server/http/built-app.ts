import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyFolder } from '../running-relay.ts';

/** A small built app with what a real one has. */
export function builtApp(): string {
	const folder = join(emptyFolder(), 'app');
	const files = {
		'index.html': `<meta http-equiv="content-security-policy" content="script-src 'self' 'sha256-abc='"><p>app</p>`,
		'service-worker.js': '// worker',
		'manifest.webmanifest': '{}',
		'_app/immutable/entry/start.HASH.js': `// ${'x'.repeat(5_000)}`,
		'icons/tresen.svg': '<svg/>',
		'sw-reset/index.html': '<p>reset</p>',
	};
	for (const [name, content] of Object.entries(files)) {
		mkdirSync(join(folder, name, '..'), { recursive: true });
		writeFileSync(join(folder, name), content);
	}
	return folder;
}
