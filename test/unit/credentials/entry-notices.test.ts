import { describe, expect, it } from 'vitest';
import { resolveSignIn } from '../../../credentials/checks/sign-in.js';
import { property, visible } from '../../support/n8n/credential-dialog.js';

const NOTICES = [
	'userNotice',
	'smtpUserNotice',
	'graphUserFormNotice',
	'tenantFormNotice',
	'portNotice',
];

const noticesOf = (fields: Readonly<Record<string, string | boolean | number>>): string[] =>
	visible(fields).filter((name) => NOTICES.includes(name));

describe('the dialog, about what was typed', () => {
	it.each([
		[{ provider: 'gmail', user: 'not an address' }, 'userNotice'],
		[{ provider: 'microsoft365', user: 'not an address' }, 'smtpUserNotice'],
		[{ provider: 'microsoft365', deliverVia: 'graph', user: 'alerts' }, 'graphUserFormNotice'],
		[{ provider: 'microsoft365', tenant: 'contoso' }, 'tenantFormNotice'],
		[{ provider: 'custom', port: 70_000 }, 'portNotice'],
		[{ provider: 'gmail', port: 65_536 }, 'portNotice'],
	])('warns at %j', (fields, name) => {
		expect(noticesOf(fields)).toEqual([name]);
	});

	it.each([
		{ provider: 'gmail', user: '' },
		{ provider: 'gmail', user: 'alerts@example.com' },
		{ provider: 'gmail', user: '={{ $json.mailbox }}' },
		{ provider: 'custom', user: 'alerts' },
		{
			provider: 'microsoft365',
			deliverVia: 'graph',
			user: '11111111-2222-3333-4444-555555555555',
		},
		{ provider: 'microsoft365', tenant: '' },
		{ provider: 'microsoft365', tenant: 'organizations' },
		{ provider: 'microsoft365', tenant: 'contoso.com' },
		{ provider: 'microsoft365', tenant: '11111111-2222-3333-4444-555555555555' },
		{ provider: 'microsoft365', tenant: '={{ $json.tenant }}' },
		{ provider: 'gmail', tenant: 'contoso' },
		{ provider: 'custom', port: '' },
		{ provider: 'custom', port: '={{ $json.port }}' },
		{ provider: 'custom', port: 0 },
		{ provider: 'custom', port: 65_535 },
		{ provider: 'yandex', port: 70_000 },
	])('says nothing at %j', (fields) => {
		expect(noticesOf(fields)).toEqual([]);
	});

	it('tells first of all to choose the provider', () => {
		expect(visible({})[0]).toBe('useDynamicClientRegistration');
		expect(property('useDynamicClientRegistration')).toMatchObject({
			type: 'notice',
			displayName: expect.stringContaining('First choose your Provider'),
		});
	});

	it.each(['port', 'maxConnections', 'messagesPerMinute'])(
		'leaves %s empty, with an example in it',
		(name) => {
			expect(property(name)).toMatchObject({ default: '', placeholder: expect.any(String) });
		},
	);
});

describe('a tenant', () => {
	const read = (tenant: string) => resolveSignIn({ provider: 'microsoft365', tenant });

	it.each(['contoso', 'not a tenant', 'contoso.', '.com', '1234', 'https://contoso.com/'])(
		'%j is refused, also where a person signs in',
		(tenant) => {
			expect(read(tenant)).toMatchObject({
				ok: false,
				field: 'tenant',
				detail: expect.stringContaining('neither an ID nor a domain'),
			});
		},
	);

	it.each([
		'',
		'common',
		'Organizations',
		'consumers',
		'contoso.com',
		'mail.contoso.onmicrosoft.com',
		'müller.example',
		'11111111-2222-3333-4444-555555555555',
		'AAAAAAAA-2222-3333-4444-555555555555',
	])('%j is taken', (tenant) => {
		expect(read(tenant)).toMatchObject({ ok: true, value: { tenant } });
	});
});
