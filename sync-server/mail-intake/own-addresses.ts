import type { DeskConfig } from '../../src/lib/domain/desk-config.ts';
import type { IsOwnAddress } from '../mail/classify-mail.ts';

/** The addresses of all lines, with and without a `+token`. */
export function ownAddresses(desk: DeskConfig): IsOwnAddress {
	const own = new Set<string>();
	for (const { addresses, sender } of desk.lines) {
		for (const address of addresses) own.add(withoutDetail(address));
		if (sender !== undefined) own.add(withoutDetail(sender.address));
	}
	return (address) => own.has(withoutDetail(address));
}

/** `Hilfe+token@desk.example` as `hilfe@desk.example`. */
export function withoutDetail(address: string): string {
	const low = address.trim().toLowerCase();
	const at = low.lastIndexOf('@');
	const plus = low.indexOf('+');
	return plus > 0 && plus < at ? low.slice(0, plus) + low.slice(at) : low;
}
