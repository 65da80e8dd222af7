import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import {
	createCertificateAuthority,
	createSelfSignedCertificate,
	type CertificateAuthority,
	type ServerCertificate,
} from '../../../../sandbox/net/certificates.js';
import { accountAt, commandsOf, serve, USER } from '../../../support/smtp/transport-setting.js';
import {
	expectNothingSent,
	failureAt,
	outline,
	verify,
} from '../../../support/smtp/verify-mailbox.js';

const MODES = [
	{ sslMode: 'implicit', serverTls: 'implicit' },
	{ sslMode: 'explicit', serverTls: 'starttls' },
] as const;

describe.each(MODES)('a mailbox that works, SSL mode $sslMode', ({ sslMode, serverTls }) => {
	it('passes every stage and leaves politely', async () => {
		const server = await serve({ tls: serverTls });
		const report = await verify(accountAt(server, { sslMode }));
		expect(outline(report)).toMatchObject({ failed: [], skipped: [] });
		expect(report.stages).toMatchObject({
			token: { facts: { isRenewable: true } },
			dns: { facts: { addresses: expect.arrayContaining(['127.0.0.1']) } },
			connect: { facts: { address: '127.0.0.1', greeting: '220 scripted.test ESMTP' } },
			tls: {
				facts: {
					version: 'TLSv1.3',
					isVerified: true,
					certificate: {
						subject: 'SMTP OAuth Sandbox',
						issuer: 'SMTP OAuth Sandbox CA',
						names: expect.arrayContaining(['localhost', '127.0.0.1']),
					},
				},
			},
			ehlo: {
				facts: {
					maxMessageBytes: 35_882_577,
					mechanisms: ['XOAUTH2', 'OAUTHBEARER'],
					extensions: ['PIPELINING', '8BITMIME', 'SMTPUTF8'],
				},
			},
			auth: { facts: { mechanism: 'XOAUTH2', isReplaced: false } },
			mailFrom: { facts: { response: '250 2.0.0 Ok' } },
		});
		await expectNothingSent(server);
		expect(commandsOf(server, 'MAIL')).toEqual([`MAIL FROM:<${USER}>`]);
		const lines = server.connections[0]?.tlsLines ?? [];
		expect(lines.slice(-3)).toEqual([`MAIL FROM:<${USER}>`, 'RSET', 'QUIT']);
		expect(server.connections).toHaveLength(1);
	});

	it('by an address needs no look-up', async () => {
		const server = await serve({ tls: serverTls });
		const report = await verify(accountAt(server, { sslMode, host: '127.0.0.1' }));
		expect(report.stages.dns).toMatchObject({ kind: 'ok', facts: { addresses: [] } });
		expect(outline(report).failed).toEqual([]);
	});
});

describe('a server that cannot be reached', () => {
	it('is not known to the name service', async () => {
		const report = await verify(accountAt({ port: 465 }, { host: 'smtp.does-not-exist.invalid' }));
		expect(outline(report)).toMatchObject({ ok: ['token'], failed: ['dns'] });
		expect(failureAt(report, 'dns')).toMatchObject({ code: 'HOST_NOT_FOUND' });
	});

	it('refuses the connection', async () => {
		const closed = createServer().listen(0, '127.0.0.1');
		await once(closed, 'listening');
		const { port } = closed.address() as AddressInfo;
		closed.close();
		await once(closed, 'close');
		const report = await verify(accountAt({ port }));
		expect(outline(report)).toMatchObject({ ok: ['token', 'dns'], failed: ['connect'] });
		expect(failureAt(report, 'connect')).toMatchObject({ code: 'CONNECTION_REFUSED' });
	});

	it('never greets', async () => {
		const server = await serve({ tls: 'implicit', greeting: { then: 'silent' } });
		const report = await verify(accountAt(server), { timeoutMs: 1_000 });
		expect(outline(report)).toMatchObject({
			failed: ['connect'],
			skipped: ['ehlo', 'auth', 'mailFrom'],
		});
		expect(failureAt(report, 'connect')).toMatchObject({ code: 'CONNECTION_TIMEOUT' });
		expect(report.stages.tls).toMatchObject({ kind: 'ok', facts: { isVerified: true } });
		await expectNothingSent(server);
	});
});

describe('the wrong SSL mode', () => {
	it('is seen by the answer to TLS', async () => {
		const server = await serve({ tls: 'starttls' });
		const report = await verify(accountAt(server, { sslMode: 'implicit' }));
		expect(outline(report)).toMatchObject({ ok: ['token', 'dns', 'connect'], failed: ['tls'] });
		expect(failureAt(report, 'tls')).toMatchObject({ code: 'TLS_MODE_MISMATCH', stage: 'tls' });
	});

	it('is seen by the silence of a port for TLS', async () => {
		const server = await serve({ tls: 'implicit' });
		const report = await verify(accountAt(server, { sslMode: 'explicit' }), { timeoutMs: 1_000 });
		expect(outline(report)).toMatchObject({ ok: ['token', 'dns'], failed: ['connect'] });
		expect(failureAt(report, 'connect')).toMatchObject({ code: 'TLS_MODE_MISMATCH' });
	});

	it('is not mistaken for a server without STARTTLS', async () => {
		const server = await serve({ tls: 'none', ehlo: ['SIZE', 'AUTH XOAUTH2'] });
		const report = await verify(accountAt(server, { sslMode: 'explicit' }));
		expect(outline(report)).toMatchObject({
			failed: ['tls'],
			skipped: ['ehlo', 'auth', 'mailFrom'],
		});
		expect(failureAt(report, 'tls')).toMatchObject({ code: 'TLS_NOT_OFFERED' });
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		await expectNothingSent(server);
	});
});

describe.each(MODES)('a certificate nobody trusts, SSL mode $sslMode', ({ sslMode, serverTls }) => {
	let authority: CertificateAuthority;
	beforeAll(async () => {
		authority = await createCertificateAuthority();
	});

	const faults: Record<string, () => Promise<{ certificate: ServerCertificate; says: string }>> = {
		'self-signed': async () => ({
			certificate: await createSelfSignedCertificate(),
			says: 'is self-signed',
		}),
		expired: async () => ({
			certificate: await authority.issueServerCertificate({
				notAfter: new Date(Date.now() - 3_600_000),
			}),
			says: 'has expired',
		}),
		'for another name': async () => ({
			certificate: await authority.issueServerCertificate({ hosts: ['mail.example.net'] }),
			says: 'mail.example.net',
		}),
		'of an unknown authority': async () => ({
			certificate: await (await createCertificateAuthority()).issueServerCertificate(),
			says: 'an authority that n8n does not know',
		}),
	};

	it.each(Object.keys(faults))('is told apart, and no credential shown: %s', async (name) => {
		const fault = await faults[name]?.();
		if (fault === undefined) throw new Error(name);
		const { certificate, says } = fault;
		const server = await serve({ tls: serverTls, certificate });
		const { port } = server;
		const { caCertificate } = name === 'self-signed' ? {} : authority;
		const account = accountAt(
			{ port, ...(caCertificate === undefined ? {} : { caCertificate }) },
			{ sslMode },
		);
		const report = await verify(account);
		expect(outline(report)).toEqual({
			ok: ['token', 'dns', 'connect', 'ehlo'],
			failed: ['tls'],
			skipped: ['auth', 'mailFrom'],
		});
		const failure = failureAt(report, 'tls');
		expect(failure).toMatchObject({ code: 'TLS_CERTIFICATE_INVALID', stage: 'tls' });
		expect(failure.message).toContain(says);
		expect(report.stages.tls).toMatchObject({
			facts: { isVerified: false, certificate: { subject: expect.stringContaining('Sandbox') } },
		});
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		expect(commandsOf(server, 'MAIL')).toEqual([]);
		await expectNothingSent(server);
	});

	it('is taken where the credential says so, and reported', async () => {
		const certificate = await createSelfSignedCertificate({ hosts: ['mail.example.net'] });
		const server = await serve({ tls: serverTls, certificate });
		const { port } = server;
		const report = await verify(accountAt({ port }, { sslMode, allowUnauthorizedCerts: true }));
		expect(outline(report)).toMatchObject({ failed: [], skipped: [] });
		expect(report.stages.tls).toMatchObject({ facts: { isVerified: false } });
	});
});
