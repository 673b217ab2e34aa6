/**
 * What is the same in all ways to write one phone number: its last nine digits, without country and trunk prefix.
 * Shorter ones stand for themselves; empty if there are no digits.
 */
export function phoneKey(phone: string): string {
	const digits = phone.replace(/\D/g, '').replace(/^0+/, '');
	return digits === '' ? '' : `tel:${digits.slice(-9)}`;
}
