import { describe, expect, it } from 'vitest';
import { providerIds } from '../../../credentials/providers/providers.js';
import { resolveSignIn } from '../../../credentials/checks/sign-in.js';
import { property, visible } from '../../support/n8n/credential-dialog.js';
import { TENANT, application, problemOf } from '../../support/n8n/sign-in-fields.js';

const GRANT_NAMES = [
	['Authorization Code', 'authorizationCode'],
	['PKCE', 'pkce'],
	['Client Credentials', 'clientCredentials'],
	['Service Account', 'serviceAccount'],
] as const;

/** The grant types that the dialog's notice tells to choose instead; all of them must work. */
function advisedGrants(fields: Readonly<Record<string, string>>): string[] {
	const notices = visible(fields)
		.filter((name) => /(a|A)pplicationNotice$|ccountNotice$/.test(name))
		.map((name) => property(name).displayName);
	expect(notices).toHaveLength(1);
	const [, advice = ''] = /\. (?:Choose|For) (.*)$/.exec(notices[0] ?? '') ?? [];
	const grants = GRANT_NAMES.filter(([name]) => advice.includes(name)).map(([, value]) => value);
	expect(grants).not.toEqual([]);
	for (const grantType of grants) {
		expect(resolveSignIn({ tenant: TENANT, ...fields, grantType })).toMatchObject({ ok: true });
	}
	return grants;
}

describe('provider and grant type', () => {
	it('go together for an application at Microsoft 365 and at a custom server', () => {
		expect(resolveSignIn(application)).toMatchObject({
			value: { signIn: 'application', deliverVia: 'smtp', tenant: TENANT },
		});
		expect(resolveSignIn({ provider: 'custom', grantType: 'clientCredentials' })).toEqual({
			ok: true,
			value: { signIn: 'application', deliverVia: 'smtp' },
		});
	});

	it.each(providerIds((provider) => provider.unattended !== 'application'))(
		'do not go together for an application at %s',
		(provider) => {
			const fields = { provider, grantType: 'clientCredentials' };
			expect(problemOf(fields)).toMatchObject({
				field: 'grantType',
				remedy: expect.stringMatching(/^Choose (Service Account|Authorization Code)/),
			});
			expect(advisedGrants(fields)).not.toContain('clientCredentials');
		},
	);

	it.each([...providerIds((provider) => provider.unattended !== 'serviceAccount'), 'custom'])(
		'do not go together for a service account at %s',
		(provider) => {
			const fields = { provider, grantType: 'serviceAccount' };
			expect(problemOf(fields)).toMatchObject({
				field: 'grantType',
				remedy: expect.stringContaining('Gmail'),
			});
			expect(advisedGrants(fields)).not.toContain('serviceAccount');
		},
	);

	it('lead from Google’s client credentials to its service account, in dialog and error', () => {
		const fields = { provider: 'gmail', grantType: 'clientCredentials' };
		expect(advisedGrants(fields)).toContain('serviceAccount');
		expect(problemOf(fields).remedy).toContain('Service Account');
		expect(problemOf({ ...fields, provider: 'yahoo' }).remedy).not.toContain('Service Account');
	});

	it('go together for a service account at Google, which needs no client', () => {
		const fields = { provider: 'gmail', grantType: 'serviceAccount' };
		expect(resolveSignIn(fields)).toMatchObject({ value: { signIn: 'serviceAccount' } });
		expect(visible(fields)).toEqual([
			'useDynamicClientRegistration',
			'grantType',
			'serviceAccountKey',
			'serviceAccountEmail',
			'provider',
			'delegationNotice',
			'deliverVia',
			'user',
			'sslMode',
			'port',
			'ehloName',
			'maxConnections',
			'messagesPerMinute',
		]);
	});

	it.each([undefined, '', 'authorizationCode', 'pkce'])('%j is a user’s sign-in', (grantType) => {
		expect(resolveSignIn({ provider: 'microsoft365', grantType, tenant: 'common' })).toMatchObject({
			value: { signIn: 'user', deliverVia: 'smtp', tenant: 'common' },
		});
	});
});
