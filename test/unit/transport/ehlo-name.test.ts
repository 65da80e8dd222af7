import { expect, it } from 'vitest';
import { ehloName } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/ehlo-name.js';

const container = { hostname: '4f2a9c1d7e30', addresses: ['172.17.0.2', 'fd00::2'] };

it.each([
	{ what: 'the configured name', configured: 'a.example', local: '10.0.0.5', name: 'a.example' },
	{ what: 'the address of the socket', local: '10.0.0.5', name: '[10.0.0.5]' },
	{ what: 'an IPv6 address', local: '2001:db8::5', name: '[IPv6:2001:db8::5]' },
	{ what: 'an IPv4 address in IPv6 form', local: '::ffff:10.0.0.5', name: '[10.0.0.5]' },
	{ what: 'an address without its zone', local: 'fe80::5%eth0', name: '[IPv6:fe80::5]' },
	{ what: 'another address than a loopback one', local: '127.0.0.1', name: '[172.17.0.2]' },
	{ what: 'another address than ::1', local: '::1', name: '[172.17.0.2]' },
	{ what: 'another address than none', local: undefined, name: '[172.17.0.2]' },
])('a host whose name is no domain greets with $what', ({ configured, local, name }) => {
	expect(ehloName(configured, local, container)).toBe(name);
});

it.each([
	['n8n.example.com', 'n8n.example.com'],
	['n8n.example.com.', 'n8n.example.com'],
	['localhost.localdomain', '[10.0.0.5]'],
	['under_score.example.com', '[10.0.0.5]'],
	['10.1.2.3', '[10.0.0.5]'],
])('a host called %s greets as %s', (hostname, name) => {
	expect(ehloName(undefined, '10.0.0.5', { hostname, addresses: [] })).toBe(name);
});

it('only a host without any other address greets with a loopback one', () => {
	expect(ehloName(undefined, '::1', { hostname: 'vm', addresses: [] })).toBe('[IPv6:::1]');
});
