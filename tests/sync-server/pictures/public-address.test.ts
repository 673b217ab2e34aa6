import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../../sync-server/pictures/public-address.ts';

describe('[PI2] an address is public', () => {
	test.each([
		'93.184.216.34',
		'1.1.1.1',
		'100.63.255.255',
		'100.128.0.1',
		'172.15.0.1',
		'172.32.0.1',
		'2606:4700::1111',
	])('%s', (address) => expect(isPublicAddress(address)).toBe(true));

	test.each([
		...['0.0.0.0', '10.1.2.3', '127.0.0.1', '127.255.255.254', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
		...['169.254.169.254', '169.254.0.1', '100.64.0.1', '100.100.100.200', '100.127.255.255', '168.63.129.16'],
		...['192.0.0.192', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255'],
		...[
			'240.0.0.1',
			'255.255.255.255',
			'::',
			'::1',
			'::127.0.0.1',
			'::ffff:127.0.0.1',
			'::ffff:7f00:1',
			'::ffff:8.8.8.8',
		],
		...['64:ff9b::7f00:1', '64:ff9b:1::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1'],
		...['2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1', '100::1', '2606:4700::1111%1'],
		...['', 'localhost', '127.1', '0x7f.0.0.1', '017700000001', '2130706433', '127.0.0.1 '],
	])('not %s', (address) => expect(isPublicAddress(address)).toBe(false));

	test('no IPv4 address passes because it is written as IPv6', () => {
		fc.assert(
			fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:'), (address, before) => {
				expect(isPublicAddress(before + address)).toBe(false);
			}),
		);
	});
});
