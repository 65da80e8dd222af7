import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { providerIds, providerOf } from '../../../credentials/providers/providers.js';
import { property, type, visible } from '../../support/n8n/credential-dialog.js';

describe('the dialog', () => {
	const always = [
		'useDynamicClientRegistration',
		'grantType',
		'clientId',
		'clientSecret',
		'provider',
		'prompt',
		'user',
	];
	const limits = ['ehloName', 'maxConnections', 'messagesPerMinute'];

	it.each([
		['gmail', ['sslMode', 'port', 'deliverVia']],
		['microsoft365', ['tenant', 'cloud', 'deliverVia']],
		['outlook', []],
		['fastmail', ['sslMode', 'port']],
		['yahoo', ['sslMode', 'port']],
		['aol', ['sslMode', 'port']],
		['yandex', []],
		['mailRu', []],
		['comcast', ['sslMode', 'port']],
	])('shows for %s only what its preset leaves open: %j', (provider, open) => {
		expect(visible({ provider }).sort()).toEqual(
			[...always, ...limits, ...open, `${provider}Notice`].sort(),
		);
	});

	it.each([
		[{ provider: 'gmail' }, 'gmailNotice'],
		[{ provider: 'gmail', deliverVia: 'gmailApi' }, 'gmailApiNotice'],
		[
			{ provider: 'gmail', deliverVia: 'gmailApi', grantType: 'serviceAccount' },
			'delegationNotice',
		],
		[{ provider: 'microsoft365' }, 'microsoft365Notice'],
		[{ provider: 'microsoft365', deliverVia: 'graph' }, 'graphUserNotice'],
		[
			{ provider: 'microsoft365', grantType: 'clientCredentials', tenant: 'x.test' },
			'smtpApplicationNotice',
		],
	])('says for %j what to do first, once', (fields, expected) => {
		const notices = visible(fields).filter((name) => property(name).type === 'notice');
		expect(notices).toEqual(['useDynamicClientRegistration', expected]);
	});

	it('shows everything for a custom server, in the order it is filled in', () => {
		expect(visible({ provider: 'custom' })).toEqual([
			'useDynamicClientRegistration',
			'grantType',
			'clientId',
			'clientSecret',
			'provider',
			'customNotice',
			'customAuthUrl',
			'customAccessTokenUrl',
			'customScope',
			'customAuthQueryParameters',
			'prompt',
			'user',
			'host',
			'sslMode',
			'port',
			'saslMechanism',
			'caCertificate',
			'allowUnauthorizedCerts',
			...limits,
		]);
	});

	it('offers the providers of the table and a custom one', () => {
		const values = property('provider').options?.map((o) => ('value' in o ? o.value : undefined));
		expect(values).toEqual([...providerIds(), 'custom']);
	});

	it('offers the sign-ins of the public contract', () => {
		const values = property('grantType').options?.map((o) => ('value' in o ? o.value : undefined));
		expect(values).toEqual(['authorizationCode', 'pkce', 'clientCredentials', 'serviceAccount']);
	});

	it('requires what nobody can do without, and a secret of no one, since PKCE clients have none', () => {
		const required = type.properties.filter((p) => p.required).map((p) => p.name);
		expect(required).toEqual([
			'clientId',
			'privateKey',
			'certificate',
			'serviceAccountKey',
			'customAuthUrl',
			'customAccessTokenUrl',
			'user',
			'host',
		]);
	});

	it.each(['clientSecret', 'privateKey', 'certificate', 'serviceAccountKey'])(
		'covers %s',
		(name) => {
			expect(property(name).typeOptions?.password).toBe(true);
		},
	);
});

describe('the type', () => {
	it('is n8n’s OAuth2 credential', () => {
		expect(type).toMatchObject({
			name: 'smtpOAuth2Api',
			displayName: 'SMTP OAuth2 API',
			extends: ['oAuth2Api'],
		});
	});

	// In a type that extends another, two fields of one name collapse into the last one.
	it('declares each name once', () => {
		const names = type.properties.map((p) => p.name);
		expect(new Set(names).size).toBe(names.length);
	});

	// The fields that n8n 1.123.81 and 2.40.7 let inherit and may show with our grant types.
	it.each([
		'grantType',
		'authUrl',
		'accessTokenUrl',
		'clientId',
		'clientSecret',
		'scope',
		'authQueryParameters',
		'authentication',
		'sendAdditionalBodyProperties',
		'additionalBodyProperties',
	])('replaces the inherited %s', (name) => {
		expect(property(name)).toBeDefined();
	});

	it('keeps the token out of the HTTP Request node', () => {
		expect(property('allowedHttpRequestDomains')).toMatchObject({
			type: 'hidden',
			default: 'none',
		});
	});

	it('ends no expression early', () => {
		const expressions = type.properties
			.map((p) => p.default)
			.filter((value) => typeof value === 'string')
			.filter((value) => value.startsWith('='));
		// Each takes n8n time in every execution.
		expect(expressions).toHaveLength(4);
		for (const text of expressions) {
			expect(text).toMatch(/^=\{\{ .* \}\}$/);
			expect(text.slice(4, -2)).not.toMatch(/\{\{|\}\}/);
		}
	});

	it('leaves room in the address in which n8n 1 sends the whole credential to begin a sign-in', () => {
		const defaults = Object.fromEntries(type.properties.map((p) => [p.name, p.default]));
		// n8n's server takes 16,384 bytes of headers. A chain of three certificates takes 6,000, the
		// session's cookie and the browser's own headers 1,500. A provider's row adds 120 or so.
		expect(encodeURIComponent(JSON.stringify(defaults)).length).toBeLessThan(7_800);
	});

	it.each(['light', 'dark'] as const)('has a square %s icon', (theme) => {
		const icon = type.icon;
		if (typeof icon !== 'object') throw new Error('no themed icon');
		const svg = readFileSync(`credentials/${icon[theme].replace('file:', '')}`, 'utf8');
		expect(svg).toContain('viewBox="0 0 60 60"');
	});

	it('has a notice for each provider that links to its page', () => {
		for (const id of providerIds()) {
			expect(property(`${id}Notice`).displayName).toContain(
				`/docs/providers/${providerOf(id)?.docsPage}.md"`,
			);
		}
	});
});
