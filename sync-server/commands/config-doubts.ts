import { isThisMachine } from '../http/request-origin.ts';
import { splitListen, type Config } from '../config.ts';

/** What can be used as it is and still is hardly meant. */
export function doubtsAbout({ publicUrl, trustProxy, listen, metricsToken }: Config): string[] {
	const doubts: string[] = [];
	const { host } = splitListen(listen);
	const isOpen = !isThisMachine(host) && host !== '::1';
	const url = publicUrl === '' ? undefined : new URL(publicUrl);
	const isHere = url === undefined || isThisMachine(url.hostname);
	if (url?.protocol === 'http:' && !isHere)
		doubts.push(`${publicUrl} is not https: browsers keep the app offline only over https, see the README on Caddy`);
	if (url?.protocol === 'https:' && !trustProxy)
		doubts.push(
			'publicUrl is https and trustProxy is off: the relay takes everybody for one address, the proxy’s, and whoever guesses too often locks all out. Set TRESEN_TRUST_PROXY=yes',
		);
	if (trustProxy && isOpen)
		doubts.push(
			`trustProxy is on and ${listen} is open to others: who asks without the proxy can claim any address. Listen on 127.0.0.1, or let a firewall keep others out`,
		);
	if (isOpen && url === undefined)
		doubts.push(
			`${listen} is open to others and no publicUrl is set: pages of any name that leads here are taken for the app’s own`,
		);
	if (metricsToken === '' && (trustProxy || !isHere))
		doubts.push('/metrics answers nobody: behind a proxy it needs TRESEN_METRICS_TOKEN_FILE');
	return doubts;
}
