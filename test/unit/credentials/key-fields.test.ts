import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkClientCertificate } from '../../../credentials/checks/client-certificate.js';
import { checkServiceAccount } from '../../../credentials/checks/service-account.js';
import { createAccountReader } from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import {
	createApplicationCertificate,
	type ApplicationCertificate,
} from '../../support/tls/self-signed-rsa.js';

const DAY_MS = 86_400_000;
const TENANT = '11111111-2222-3333-4444-555555555555';

let pair: ApplicationCertificate;
let another: ApplicationCertificate;
beforeAll(async () => {
	pair = await createApplicationCertificate();
	another = await createApplicationCertificate();
});

/** A key of another kind, as PKCS #8 PEM. */
function pemOf(kind: 'ec' | 'short' | 'encrypted' | 'pkcs1'): string {
	if (kind === 'ec') {
		const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
	}
	const { privateKey } = generateKeyPairSync('rsa', {
		modulusLength: kind === 'short' ? 1024 : 2048,
	});
	if (kind === 'pkcs1') return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
	return privateKey
		.export({
			type: 'pkcs8',
			format: 'pem',
			...(kind === 'encrypted' ? { cipher: 'aes-256-cbc', passphrase: 'secret' } : {}),
		})
		.toString();
}

function problemOf(fields: Record<string, unknown>, nowMs = Date.now()) {
	const result = checkClientCertificate(fields, nowMs);
	if (result.ok) throw new Error('nothing is wrong with it');
	return result;
}

describe('the key and the certificate of an application', () => {
	it('are taken as a pair, and tell when they end', () => {
		const result = checkClientCertificate({ ...pair }, Date.now());
		if (!result.ok) throw new Error(result.detail);
		expect(Math.abs(result.value.endsAtMs - (Date.now() + 30 * DAY_MS))).toBeLessThan(DAY_MS);
	});

	it.each([
		['on one line', (text: string) => text.replaceAll('\n', ' ')],
		['with \\n for breaks', (text: string) => text.replaceAll('\n', '\\n')],
		['with text around them', (text: string) => `Bag Attributes\n${text}\nthe end`],
	])('are read %s', (_what, change) => {
		const { privateKey, certificate } = pair;
		const fields = { privateKey: change(privateKey), certificate: change(certificate) };
		expect(checkClientCertificate(fields, Date.now())).toMatchObject({ ok: true });
	});

	it.each([
		['', 'is empty'],
		[7, 'is not text'],
		['secret', 'no private key'],
		['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'cannot be read'],
		['ec', 'an elliptic-curve key'],
		['short', '1024 bits'],
		['encrypted', 'a passphrase'],
	] as const)('name Private Key for %j', (value, fault) => {
		const isKind = value === 'ec' || value === 'short' || value === 'encrypted';
		const privateKey = isKind ? pemOf(value) : value;
		const problem = problemOf({ ...pair, privateKey });
		expect(problem.field).toBe('privateKey');
		expect(problem.detail).toContain(fault);
		expect(JSON.stringify(problem)).not.toMatch(/AAAA|secret|[A-Za-z0-9+/]{24}/);
	});

	it('take an RSA key in its older form too', () => {
		expect(problemOf({ ...pair, privateKey: pemOf('pkcs1') }).detail).toContain('does not belong');
	});

	it('tell a certificate under Private Key, and a key under Certificate', () => {
		const { privateKey, certificate } = pair;
		expect(problemOf({ privateKey: certificate, certificate }).detail).toContain('a certificate');
		expect(problemOf({ privateKey, certificate: privateKey }).detail).toContain('a private key');
	});

	it.each([
		['', 'is empty'],
		['MIIC', 'no certificate'],
		['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'cannot be read'],
	])('name Certificate for %j', (certificate, fault) => {
		const problem = problemOf({ ...pair, certificate });
		expect(problem.field).toBe('certificate');
		expect(problem.detail).toContain(fault);
	});

	it('must belong together', () => {
		const problem = problemOf({ ...pair, certificate: another.certificate });
		expect(problem).toMatchObject({ field: 'certificate' });
		expect(problem.detail).toContain('does not belong to the private key');
	});

	it('refuse a chain, of which n8n would take whichever comes first', () => {
		const certificate = pair.certificate + another.certificate;
		expect(problemOf({ ...pair, certificate }).detail).toContain('several certificates');
	});

	it('must be in their time, by the clock that is handed in', () => {
		expect(problemOf({ ...pair }, Date.now() + 31 * DAY_MS).detail).toContain('has ended');
		expect(problemOf({ ...pair }, Date.now() - 2 * DAY_MS).detail).toContain('not valid before');
	});
});

describe('an account that signs in with a certificate', () => {
	const fields = () => ({
		provider: 'microsoft365',
		grantType: 'clientCredentials',
		clientCredentialType: 'certificate',
		tenant: TENANT,
		user: 'alerts@contoso.com',
		...pair,
	});

	it('tells when that ends', () => {
		const read = createAccountReader({ now: () => Date.now(), signsWithCertificate: true });
		expect(read(fields())).toMatchObject({
			ok: true,
			value: { clientCertificateEndsAtMs: expect.any(Number) },
		});
	});

	it('is refused where n8n cannot sign, with the version that can', () => {
		const read = createAccountReader({ now: () => Date.now(), signsWithCertificate: false });
		expect(read(fields())).toMatchObject({
			ok: false,
			failure: { remedy: expect.stringContaining('n8n to 2.30') },
		});
		expect(read({ ...fields(), clientCredentialType: 'clientSecret' })).toMatchObject({ ok: true });
	});

	it('leaves what is left over from it alone when a person signs in', () => {
		const read = createAccountReader({ now: () => Date.now(), signsWithCertificate: false });
		expect(read({ ...fields(), grantType: 'authorizationCode', privateKey: 'x' })).toMatchObject({
			ok: true,
		});
	});
});

describe('a service account', () => {
	const file = () => ({
		type: 'service_account',
		private_key: pair.privateKey,
		private_key_id: 'abc123',
		client_email: 'mailer@my-project.iam.gserviceaccount.com',
		client_id: '101234567890123456789',
	});

	it.each([
		['as text', () => JSON.stringify(file())],
		['as an object', () => file()],
	])('is read from the key file %s', (_what, serviceAccountKey) => {
		expect(checkServiceAccount({ serviceAccountKey: serviceAccountKey() })).toMatchObject({
			ok: true,
			value: {
				email: 'mailer@my-project.iam.gserviceaccount.com',
				keyId: 'abc123',
				clientId: '101234567890123456789',
			},
		});
	});

	it('has its address read without what copying leaves around it', () => {
		const serviceAccountEmail = '\u202a“mailer@my-project.iam.gserviceaccount.com”\u200b';
		const checked = checkServiceAccount({
			serviceAccountKey: pair.privateKey,
			serviceAccountEmail,
		});
		expect(checked).toMatchObject({
			ok: true,
			value: { email: 'mailer@my-project.iam.gserviceaccount.com' },
		});
	});

	it('is refused where the address is another one than the key file’s', () => {
		const fields = {
			serviceAccountKey: JSON.stringify(file()),
			serviceAccountEmail: 'other@my-project.iam.gserviceaccount.com',
		};
		expect(checkServiceAccount(fields)).toMatchObject({
			ok: false,
			field: 'serviceAccountEmail',
		});
	});

	it('is refused with an elliptic-curve key', () => {
		expect(
			checkServiceAccount({ serviceAccountKey: { ...file(), private_key: pemOf('ec') } }),
		).toMatchObject({ ok: false, field: 'serviceAccountKey' });
	});
});
