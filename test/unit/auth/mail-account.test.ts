import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import {
	createAccountReader,
	readAccount,
} from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';

const CREDENTIAL = {
	provider: 'custom',
	user: 'alice@example.com',
	host: 'mail.example.com',
	port: 0,
	sslMode: 'explicit',
	saslMechanism: 'auto',
	caCertificate: '',
	allowUnauthorizedCerts: false,
	maxConnections: 0,
	messagesPerMinute: 0,
};

const HOST = { now: () => Date.now(), signsWithCertificate: true };

describe('createAccountReader', () => {
	it('gives the same account for credentials that differ in nothing it depends on', async () => {
		const { caCertificate } = await createCertificateAuthority();
		const read = createAccountReader(HOST);
		const first = read({ ...CREDENTIAL, caCertificate, oauthTokenData: { access_token: 'a' } });
		const second = read({ ...CREDENTIAL, caCertificate, oauthTokenData: { access_token: 'b' } });
		expect(first.ok).toBe(true);
		expect(second).toBe(first);
	});

	it.each([
		['provider', 'gmail'],
		['user', 'bob@example.com'],
		['host', 'smtp.example.com'],
		['port', 2525],
		['sslMode', 'implicit'],
		['saslMechanism', 'XOAUTH2'],
		['caCertificate', 'no certificate'],
		['allowUnauthorizedCerts', true],
		['maxConnections', 7],
		['messagesPerMinute', 30],
	])('reads anew when %s changes', (field, value) => {
		const read = createAccountReader(HOST);
		const before = read(CREDENTIAL);
		const changed = { ...CREDENTIAL, [field]: value };
		expect(read(changed)).toEqual(readAccount(changed, HOST));
		expect(read(changed)).not.toEqual(before);
		expect(read(CREDENTIAL)).toEqual(before);
	});

	it('gives the organization where the provider has such, and reads anew when it changes', () => {
		const read = createAccountReader(HOST);
		const microsoft = { ...CREDENTIAL, provider: 'microsoft365', tenant: ' contoso.com ' };
		expect(read(microsoft)).toMatchObject({ value: { tenant: 'contoso.com' } });
		expect(read({ ...microsoft, tenant: 'common' })).toMatchObject({
			value: { tenant: 'common' },
		});
		expect(read({ ...CREDENTIAL, tenant: 'contoso.com' })).toMatchObject({
			value: { tenant: undefined },
		});
	});

	it('tells who signs in and by which way messages go out, and reads anew when it changes', () => {
		const read = createAccountReader(HOST);
		const user = { ...CREDENTIAL, provider: 'microsoft365', tenant: 'contoso.com' };
		expect(read(user)).toMatchObject({ value: { signIn: 'user', deliverVia: 'smtp' } });
		expect(read({ ...user, grantType: 'clientCredentials' })).toMatchObject({
			value: { signIn: 'application', deliverVia: 'smtp', host: 'smtp.office365.com' },
		});
		expect(read({ ...user, deliverVia: 'graph' })).toMatchObject({
			value: { signIn: 'user', deliverVia: 'graph', host: 'graph.microsoft.com', port: 443 },
		});
		expect(read({ ...user, deliverVia: 'graph', cloud: 'china' })).toMatchObject({
			value: { host: 'microsoftgraph.chinacloudapi.cn', adminCenter: 'portal.azure.cn' },
		});
		expect(read({ ...user, deliverVia: 'graph', graphLargeMessages: true })).toMatchObject({
			value: { graphLargeMessages: true },
		});
		const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
		const account = {
			...CREDENTIAL,
			provider: 'gmail',
			grantType: 'serviceAccount',
			serviceAccountEmail: 'mailer@my-project.iam.gserviceaccount.com',
			serviceAccountKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
		};
		expect(read(account)).toMatchObject({
			value: { signIn: 'serviceAccount', deliverVia: 'smtp', host: 'smtp.gmail.com' },
		});
		expect(read({ ...account, serviceAccountKey: '' })).toMatchObject({ ok: false });
	});

	it('refuses an application without an organization, naming the field', () => {
		const read = createAccountReader(HOST);
		const fields = { ...CREDENTIAL, provider: 'microsoft365', grantType: 'clientCredentials' };
		expect(read({ ...fields, tenant: 'common' })).toMatchObject({
			ok: false,
			failure: { detail: expect.stringContaining('"Tenant"') },
		});
	});

	it('refuses what is no credential, each time', () => {
		const read = createAccountReader(HOST);
		expect(read(undefined)).toMatchObject({ ok: false });
		expect(read(CREDENTIAL)).toMatchObject({ ok: true });
		expect(read(null)).toMatchObject({ ok: false });
	});
});

describe('the User of a credential', () => {
	const userOf = (user: unknown) => {
		const account = readAccount({ ...CREDENTIAL, user }, HOST);
		return account.ok ? account.value.user : account.failure.detail;
	};

	it.each([
		' alice@example.com\u00a0',
		'alice@example.com\u200b',
		'\u202aalice@example.com\u202c',
		'\ufeffalice@example.com\n',
		'"alice@example.com"',
		'“alice@example.com”',
		"'alice@example.com'",
		'<alice@example.com>',
		'Alice Lee <alice@example.com>',
		'mailto:alice@example.com',
	])('is the mailbox alone, copied as %j', (user) => {
		expect(userOf(user)).toBe('alice@example.com');
	});

	it.each([
		'alice',
		'DOMAIN\\alice',
		'"a b"@example.com',
		'Alice@Example.com',
		"o'neil@example.com",
	])('stays as a server may know it: %j', (user) => {
		expect(userOf(user)).toBe(user);
	});

	it.each(['', ' ', '\u200b', 'a\u200b@example.com', 'a\u0001auth=x', '""', null, 7])(
		'is refused where nothing of it is left, or something cannot be seen: %j',
		(user) => {
			expect(userOf(user)).toContain('"User" is empty or contains an invisible character');
		},
	);
});
