import { isIP } from 'node:net';
import os from 'node:os';

/** A domain of several labels (RFC 5321 §4.1.2): one label is no name that a server could look up. */
const DOMAIN =
	/^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** An IP address, also an IPv4 one in IPv6 form, as an address literal (RFC 5321 §4.1.3). */
function addressLiteral(address: string): string | undefined {
	const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
	switch (isIP(plain)) {
		case 4:
			return `[${plain}]`;
		case 6:
			return `[IPv6:${plain}]`;
		default:
			return undefined;
	}
}

function isLoopback(address: string): boolean {
	return /^(?:::ffff:)?127\.|^::1$/i.test(address);
}

/** What the machine knows of itself. */
interface HostNames {
	readonly hostname: string;
	/** Addresses of its network interfaces, without loopback and link-local ones. */
	readonly addresses: readonly string[];
}

function readHostNames(): HostNames {
	const interfaces = Object.values(os.networkInterfaces()).flatMap((entries) => entries ?? []);
	return {
		hostname: os.hostname(),
		addresses: interfaces
			.filter(({ internal, address }) => !internal && !/^(?:fe80:|169\.254\.)/i.test(address))
			.map(({ address }) => address),
	};
}

/**
 * What the client calls itself in EHLO (RFC 5321 §4.1.1.1): the configured name, else the host's name
 * where it is a domain, else the address of the socket as a literal. Many servers refuse a loopback
 * address, so it is the last choice.
 *
 * @param configured a checked name or literal
 * @param localAddress the socket's own address
 */
export function ehloName(
	configured: string | undefined,
	localAddress: string | undefined,
	host: HostNames = readHostNames(),
): string {
	if (configured !== undefined) return configured;
	const hostname = host.hostname.replace(/\.$/, '');
	if (DOMAIN.test(hostname) && !/(?:^|\.)localdomain$/i.test(hostname)) return hostname;
	const own = localAddress === undefined || isLoopback(localAddress) ? [] : [localAddress];
	const literals = [...own, ...host.addresses].flatMap((address) => addressLiteral(address) ?? []);
	return literals[0] ?? addressLiteral(localAddress ?? '') ?? '[127.0.0.1]';
}
