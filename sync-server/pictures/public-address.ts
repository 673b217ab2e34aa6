import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 that is not the public network, as IANA's register of special purposes lists it, and one cloud's own door. */
const special4 = [
	'0.0.0.0/8',
	'10.0.0.0/8',
	'100.64.0.0/10',
	'127.0.0.0/8',
	'169.254.0.0/16',
	'172.16.0.0/12',
	'192.0.0.0/24',
	'192.0.2.0/24',
	'192.31.196.0/24',
	'192.52.193.0/24',
	'192.88.99.0/24',
	'192.168.0.0/16',
	'192.175.48.0/24',
	'198.18.0.0/15',
	'198.51.100.0/24',
	'203.0.113.0/24',
	'224.0.0.0/4',
	'240.0.0.0/4',
	// Azure answers virtual machines here.
	'168.63.129.16/32',
];

/** Of IPv6 only global unicast is public, without what carries IPv4 inside, and without examples and benchmarks. */
const global6 = ['2000::/3'];
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const notPublic4 = listOf(special4, 'ipv4');
const unicast6 = listOf(global6, 'ipv6');
const notPublic6 = listOf(special6, 'ipv6');

/** Whether an IP address is one that anybody on the internet may reach: everything else may be something inside. */
export function isPublicAddress(address: string): boolean {
	if (isIPv4(address)) return !notPublic4.check(address, 'ipv4');
	if (!isIPv6(address) || address.includes('%')) return false;
	return unicast6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6');
}

function listOf(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
	const list = new BlockList();
	for (const network of networks) {
		const [net = '', bits] = network.split('/');
		list.addSubnet(net, Number(bits), family);
	}
	return list;
}
