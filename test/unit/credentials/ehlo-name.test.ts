import { describe, expect, it } from 'vitest';
import { checkEhloName } from '../../../credentials/checks/ehlo-name.js';
import { resolveEndpoint } from '../../../credentials/checks/endpoint.js';
import { visible } from '../../support/n8n/credential-dialog.js';

describe('the EHLO name of a credential', () => {
	it.each([
		[undefined, undefined],
		['', undefined],
		['  ', undefined],
		[' n8n.example.com ', 'n8n.example.com'],
		['N8N.Example.com.', 'n8n.example.com'],
		['\u202a“n8n.example.com”\u200b', 'n8n.example.com'],
		['mailhost', 'mailhost'],
		['müller.example', 'xn--mller-kva.example'],
		['[192.0.2.1]', '[192.0.2.1]'],
		['192.0.2.1', '[192.0.2.1]'],
		['2001:db8::1', '[IPv6:2001:db8::1]'],
		['[IPv6:2001:db8::1]', '[IPv6:2001:db8::1]'],
		['[2001:db8::1]', '[IPv6:2001:db8::1]'],
	])('%j is taken as %j', (entered, name) => {
		expect(checkEhloName(entered)).toEqual({ ok: true, value: name });
	});

	it.each([
		'my host.example.com',
		'n8n.example.com\r\nRSET',
		'n8n_1.example.com',
		'-n8n.example.com',
		'https://n8n.example.com',
		'a@example.com',
		'300.1.1.1',
		'[n8n.example.com]',
		'[fe80::1%eth0]',
		`${'a'.repeat(64)}.example.com`,
		7,
	])('%j is refused with the name of the field', (entered) => {
		expect(checkEhloName(entered)).toMatchObject({
			ok: false,
			detail: expect.stringContaining('The credential field "EHLO Name" is ') as unknown,
			remedy: expect.stringContaining('n8n.example.com') as unknown,
		});
	});

	it('is part of the endpoint, for every provider', () => {
		const custom = { provider: 'custom', host: 'mail.example.com', ehloName: 'n8n.example.com' };
		expect(resolveEndpoint(custom)).toMatchObject({ value: { ehloName: 'n8n.example.com' } });
		const gmail = { provider: 'gmail', ehloName: 'n8n.example.com' };
		expect(resolveEndpoint(gmail)).toMatchObject({ value: { ehloName: 'n8n.example.com' } });
	});

	it('is shown where SMTP is spoken', () => {
		const isShown = (stored: Record<string, string>): boolean =>
			visible(stored).includes('ehloName');
		expect(isShown({ provider: 'gmail' })).toBe(true);
		expect(isShown({ provider: 'custom' })).toBe(true);
		expect(isShown({ provider: 'microsoft365', deliverVia: 'smtp' })).toBe(true);
		expect(isShown({ provider: 'microsoft365', deliverVia: 'graph' })).toBe(false);
	});
});
