import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import fc from 'fast-check';
import { isIP } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveEndpoint } from '../../../credentials/checks/endpoint.js';
import { providerIds, providerOf } from '../../../credentials/providers/providers.js';

const custom = { provider: 'custom', host: 'smtp.example.com' };

function valueOf(fields: Record<string, unknown>) {
	const result = resolveEndpoint(fields);
	if (!result.ok) throw new Error(result.detail);
	return result.value;
}

function problemOf(fields: Record<string, unknown>) {
	const result = resolveEndpoint(fields);
	if (result.ok) throw new Error(`resolved to ${JSON.stringify(result.value)}`);
	return result;
}

describe('a preset', () => {
	it.each([
		['gmail', 'smtp.gmail.com', 587, 'explicit', 'auto', 3, 0],
		['microsoft365', 'smtp.office365.com', 587, 'explicit', 'XOAUTH2', 3, 30],
		['outlook', 'smtp-mail.outlook.com', 587, 'explicit', 'XOAUTH2', 3, 0],
		['fastmail', 'smtp.fastmail.com', 587, 'explicit', 'auto', 3, 0],
		['yahoo', 'smtp.mail.yahoo.com', 587, 'explicit', 'auto', 3, 0],
		['aol', 'smtp.aol.com', 587, 'explicit', 'auto', 3, 0],
		['yandex', 'smtp.yandex.com', 465, 'implicit', 'auto', 3, 0],
		['mailRu', 'smtp.mail.ru', 465, 'implicit', 'auto', 3, 0],
		['comcast', 'smtp.comcast.net', 587, 'explicit', 'auto', 3, 0],
	])(
		'%s needs nothing but its name',
		(provider, host, port, sslMode, saslMechanism, maxConnections, messagesPerMinute) => {
			const value = { host, port, sslMode, saslMechanism, maxConnections, messagesPerMinute };
			expect(valueOf({ provider })).toEqual({ ...value, allowUnauthorizedCerts: false });
		},
	);

	it('takes the other port with the other SSL mode', () => {
		expect(valueOf({ provider: 'gmail', sslMode: 'implicit', port: 0 })).toMatchObject({
			sslMode: 'implicit',
			port: 465,
		});
	});

	it.each(providerIds())('%s ignores what the fields hide', (provider) => {
		expect(
			valueOf({
				provider,
				host: 'smtp://evil.example:25',
				saslMechanism: 'PLAIN',
				caCertificate: 'rubbish',
				allowUnauthorizedCerts: true,
			}),
		).toEqual(valueOf({ provider }));
	});

	it.each(['microsoft365', 'outlook', 'yandex', 'mailRu'])(
		'%s ignores a stored SSL mode and port, for it has but one',
		(provider) => {
			const stored = { provider, sslMode: 'nonsense', port: 2525 };
			expect(valueOf(stored)).toEqual(valueOf({ provider }));
		},
	);

	it('refuses a port that belongs to its other SSL mode', () => {
		expect(problemOf({ provider: 'gmail', sslMode: 'explicit', port: 465 })).toEqual({
			ok: false,
			field: 'port',
			detail:
				'The credential field "Port" is 465, which belongs to SSL Mode Implicit (SSL/TLS) at smtp.gmail.com.',
			remedy: 'Leave Port empty (it is 587 then), or SSL Mode to Implicit (SSL/TLS).',
		});
	});

	it('accepts a port of which nothing is known', () => {
		expect(valueOf({ provider: 'gmail', port: 2587 }).port).toBe(2587);
	});

	it('lets the user set stricter limits, and looser ones', () => {
		const limits = { maxConnections: 1, messagesPerMinute: 60 };
		expect(valueOf({ provider: 'microsoft365', ...limits })).toMatchObject(limits);
	});
});

describe('a server of the user’s own', () => {
	it.each([
		[{}, 587, 'explicit'],
		[{ sslMode: '', port: '' }, 587, 'explicit'],
		[{ sslMode: 'explicit', port: 0 }, 587, 'explicit'],
		[{ sslMode: 'implicit' }, 465, 'implicit'],
		[{ sslMode: 'implicit', port: null }, 465, 'implicit'],
		[{ sslMode: 'implicit', port: 10_465 }, 10_465, 'implicit'],
		[{ sslMode: 'explicit', port: ' 2587 ' }, 2587, 'explicit'],
		[{ sslMode: 'explicit', port: 465 }, 465, 'explicit'],
	])('%j means port %i, %s', (fields, port, sslMode) => {
		expect(valueOf({ ...custom, ...fields })).toMatchObject({ port, sslMode });
	});

	it.each([-1, 65_536, 1.5, Number.NaN, Infinity, '587a', '-1', 'https', true, [], {}])(
		'refuses the port %j',
		(port) => {
			expect(problemOf({ ...custom, port }).field).toBe('port');
		},
	);

	it.each([-1, 0.5, 'many', true, 1e9])('refuses the limit %j', (limit) => {
		expect(problemOf({ ...custom, maxConnections: limit }).field).toBe('maxConnections');
		expect(problemOf({ ...custom, messagesPerMinute: limit }).field).toBe('messagesPerMinute');
	});

	it.each([
		['sslMode', 'none'],
		['sslMode', 'STARTTLS'],
		['saslMechanism', 'PLAIN'],
		['saslMechanism', 'xoauth2'],
		['allowUnauthorizedCerts', 'false'],
		['allowUnauthorizedCerts', 1],
	])('refuses %s = %j', (field, value) => {
		expect(problemOf({ ...custom, [field]: value }).field).toBe(field);
	});

	it('has 3 connections and no rate limit unless told', () => {
		expect(valueOf({ ...custom, maxConnections: 0, messagesPerMinute: '' })).toMatchObject({
			maxConnections: 3,
			messagesPerMinute: 0,
		});
	});
});

describe('the provider', () => {
	it.each([undefined, null, '', 'Gmail', 'constructor', '__proto__', 7, {}])(
		'%j is refused with the list of those there are',
		(provider) => {
			const problem = problemOf({ ...custom, provider });
			expect(problem.field).toBe('provider');
			expect(problem.remedy).toContain('gmail');
			expect(problem.remedy).toContain('custom');
		},
	);
});

describe('the server’s name', () => {
	it.each([
		['smtp.example.com', 'smtp.example.com'],
		['  SMTP.Example.COM. ', 'smtp.example.com'],
		['localhost', 'localhost'],
		['mail_relay', 'mail_relay'],
		['192.0.2.7', '192.0.2.7'],
		['2001:db8::7', '2001:db8::7'],
		['[2001:db8::7]', '2001:db8::7'],
		['bücher.example', 'xn--bcher-kva.example'],
		['\u202asmtp.example.com\u202c\u200b', 'smtp.example.com'],
		['“smtp.example.com”', 'smtp.example.com'],
		["'smtp.example.com'", 'smtp.example.com'],
	])('%j is %s', (host, expected) => {
		expect(valueOf({ ...custom, host }).host).toBe(expected);
	});

	it.each([
		['smtp://smtp.example.com:587', 'Leave out "smtp://"'],
		['HTTPS://smtp.example.com/', 'Leave out "HTTPS://"'],
		['smtp.example.com:587', 'enter 587 in the field "Port"'],
		['[2001:db8::7]:465', 'enter 465 in the field "Port"'],
		['me@example.com', 'e.g. smtp.example.com'],
		['smtp.example.com/mail', 'e.g. smtp.example.com'],
		['smtp example com', 'e.g. smtp.example.com'],
		['smtp..example.com', 'e.g. smtp.example.com'],
		['-smtp.example.com', 'e.g. smtp.example.com'],
		[`${'a'.repeat(64)}.example`, 'e.g. smtp.example.com'],
		['', 'e.g. smtp.example.com'],
		['   ', 'e.g. smtp.example.com'],
		[undefined, 'e.g. smtp.example.com'],
		[587, 'e.g. smtp.example.com'],
	])('%j is refused with advice', (host, advice) => {
		const problem = problemOf({ ...custom, host });
		expect(problem.field).toBe('host');
		expect(problem.remedy).toContain(advice);
	});

	it('never comes out with a character that could end a command or a name', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (host) => {
				const result = resolveEndpoint({ ...custom, host });
				if (!result.ok) return;
				expect(isIP(result.value.host) !== 0 || /^[a-z0-9._-]+$/.test(result.value.host)).toBe(
					true,
				);
			}),
		);
	});

	it('is shown on one line, and shortened, when refused', () => {
		const { detail } = problemOf({ ...custom, host: `a\r\nMAIL FROM:<x>${'y'.repeat(500)}` });
		expect(detail).not.toMatch(/[\r\n]/);
		expect(detail.length).toBeLessThan(200);
	});
});

describe('any input', () => {
	it('is either an endpoint within bounds or one field’s problem', () => {
		const loose = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
		fc.assert(
			fc.property(
				fc.constantFrom(...providerIds(), 'custom', 'other'),
				fc.record(
					{
						host: loose,
						port: loose,
						sslMode: fc.oneof(fc.constantFrom('explicit', 'implicit'), loose),
						saslMechanism: fc.oneof(fc.constantFrom('auto', 'XOAUTH2'), loose),
						caCertificate: loose,
						allowUnauthorizedCerts: loose,
						maxConnections: loose,
						messagesPerMinute: loose,
					},
					{ requiredKeys: [] },
				),
				(provider, fields) => {
					const result = resolveEndpoint({ ...fields, provider });
					if (!result.ok) {
						expect(result.detail).toMatch(/^The credential field ".+" .+\.$/);
						expect(result.remedy).not.toBe('');
						return;
					}
					expect(result.value.port).toBeGreaterThanOrEqual(1);
					expect(result.value.port).toBeLessThanOrEqual(65_535);
					expect(result.value.maxConnections).toBeGreaterThanOrEqual(1);
					expect(result.value.messagesPerMinute).toBeGreaterThanOrEqual(0);
					const preset = providerOf(provider);
					if (preset) expect(result.value.host).toBe(preset.smtpHost);
				},
			),
		);
	});
});

describe('the CA certificate', () => {
	let pem = '';

	beforeAll(async () => {
		x509.cryptoProvider.set(crypto);
		const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
		const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
		const certificate = await x509.X509CertificateGenerator.createSelfSigned({
			name: 'CN=Example CA',
			keys,
			signingAlgorithm: algorithm,
		});
		pem = `${certificate.toString('pem')}\n`;
	});

	it('is passed on as it is', () => {
		expect(valueOf({ ...custom, caCertificate: pem }).caCertificate).toBe(pem);
	});

	it.each(['\n', '\r\n', ' ', '\\n', '\\r\\n', '\\r'])(
		'survives breaks written as %j',
		(lineBreak) => {
			const caCertificate = pem.replaceAll('\n', lineBreak);
			expect(valueOf({ ...custom, caCertificate }).caCertificate).toBe(pem);
		},
	);

	it('may be several, with text between them', () => {
		const caCertificate = `# root\n${pem}# intermediate\n${pem}`;
		expect(valueOf({ ...custom, caCertificate }).caCertificate).toBe(pem + pem);
	});

	it.each([undefined, null, '', ' \n'])('is left out for %j', (caCertificate) => {
		expect(valueOf({ ...custom, caCertificate })).not.toHaveProperty('caCertificate');
	});

	it('is refused where it is none', () => {
		const cut = `${pem.slice(0, 120)}\n-----END CERTIFICATE-----`;
		for (const caCertificate of ['MIIB…', cut, pem.slice(0, 200), 42]) {
			const problem = problemOf({ ...custom, caCertificate });
			expect(problem.field).toBe('caCertificate');
			expect(problem.remedy).toContain('-----BEGIN CERTIFICATE-----');
		}
	});

	it('is refused, without showing it, where a private key was pasted', () => {
		const key = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----';
		const problem = problemOf({ ...custom, caCertificate: `${pem}${key}` });
		expect(problem.detail).toContain('private key');
		expect(JSON.stringify(problem)).not.toContain('c2VjcmV0');
	});
});
