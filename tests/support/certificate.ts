import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate for `localhost` and 127.0.0.1 that nobody signed but itself, as `certificate.pem` and `key.pem` in that folder. */
export function makeCertificate(directory: string): { certificate: string; key: string } {
	const keyFile = join(directory, 'key.pem');
	const file = join(directory, 'certificate.pem');
	execFileSync(
		'openssl',
		[
			...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
			...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
			...['-keyout', keyFile, '-out', file],
		],
		{ stdio: 'pipe' },
	);
	return { certificate: readFileSync(file, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}
