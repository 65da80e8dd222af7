import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
	createCertificateAuthority,
	createSelfSignedCertificate,
	type CertificateAuthority,
	type ServerCertificate,
} from '../../../../sandbox/net/certificates.js';
import {
	accountAt,
	commandsOf,
	deliver,
	failureOf,
	serve,
	shortMessage,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

const MODES = [
	{ sslMode: 'implicit', serverTls: 'implicit' },
	{ sslMode: 'explicit', serverTls: 'starttls' },
] as const;

/** What may be said before TLS. */
const IN_CLEAR = /^(?:EHLO \S+|STARTTLS)$/;

describe('implicit TLS', () => {
	it('is there from the first byte', async () => {
		const server = await serve({ tls: 'implicit' });
		const report = await deliver(transportFor(accountAt(server)));
		expect(report).toMatchObject({ kind: 'accepted', tlsVerified: true });
		expect(server.connections).toMatchObject([{ clearLines: [], tlsVersion: 'TLSv1.3' }]);
		expect(server.completeMessages).toHaveLength(1);
	});

	it('is not given up for a server that speaks in the clear', async () => {
		const server = await serve({ tls: 'starttls' });
		const report = await deliver(transportFor(accountAt(server, { sslMode: 'implicit' })));
		expect(failureOf(report)).toMatchObject({ code: 'TLS_MODE_MISMATCH', stage: 'tls' });
		expect(server.completeMessages).toEqual([]);
	});
});

describe('explicit TLS', () => {
	it('says nothing but EHLO and STARTTLS in the clear', async () => {
		const server = await serve({ tls: 'starttls' });
		const report = await deliver(transportFor(accountAt(server, { sslMode: 'explicit' })));
		expect(report).toMatchObject({ kind: 'accepted', tlsVerified: true });
		const [connection] = server.connections;
		expect(connection?.clearLines).toEqual([expect.stringMatching(/^EHLO \S+$/), 'STARTTLS']);
		expect(connection?.tlsLines[0]).toBe(connection?.clearLines[0]);
		expect(server.completeMessages).toHaveLength(1);
	});

	it('fails where STARTTLS is not offered, whatever else is', async () => {
		const server = await serve({ tls: 'none', ehlo: ['SIZE', 'AUTH XOAUTH2 PLAIN'] });
		const report = await deliver(transportFor(accountAt(server, { sslMode: 'explicit' })));
		expect(failureOf(report)).toMatchObject({
			code: 'TLS_NOT_OFFERED',
			stage: 'tls',
			retryable: false,
		});
		const [connection] = server.connections;
		await connection?.closed;
		expect(
			connection?.clearLines.filter((line) => !IN_CLEAR.test(line) && line !== 'QUIT'),
		).toEqual([]);
		expect(connection?.tlsLines).toEqual([]);
	});

	it.each([
		'454 4.7.0 TLS not available due to temporary reason',
		'500 Command not recognized',
		'501 5.5.4 Syntax error',
		'503 5.5.1 Bad sequence of commands',
		'530 5.7.0 Must issue a STARTTLS command first',
		'550 5.7.1 Not allowed',
		'554 5.7.3 Unable to initialize security subsystem',
	])('fails where STARTTLS is answered by "%s"', async (reply) => {
		const server = await serve({
			tls: 'starttls',
			script: (command) => (command === 'STARTTLS' ? reply : undefined),
		});
		const report = await deliver(transportFor(accountAt(server, { sslMode: 'explicit' })));
		expect(failureOf(report)).toMatchObject({ code: 'TLS_NOT_OFFERED', stage: 'tls' });
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		expect(commandsOf(server, 'MAIL')).toEqual([]);
	});

	it('fails where the server does not know EHLO', async () => {
		const server = await serve({
			tls: 'starttls',
			script: (command) => (command.startsWith('EHLO') ? '502 5.5.1 What?' : undefined),
		});
		const report = await deliver(transportFor(accountAt(server, { sslMode: 'explicit' })));
		expect(failureOf(report)).toMatchObject({ code: 'TLS_NOT_OFFERED', stage: 'ehlo' });
		expect(commandsOf(server, 'HELO')).toEqual([]);
		expect(commandsOf(server, 'MAIL')).toEqual([]);
	});

	it('does not go on where the server, or somebody in between, says more before TLS', async () => {
		const server = await serve({
			tls: 'starttls',
			script: (command, { isSecure }) => {
				if (command === 'STARTTLS') {
					return ['220 2.0.0 Ready', '250-injected.test', '250 AUTH XOAUTH2'];
				}
				if (!command.startsWith('EHLO')) return undefined;
				return isSecure
					? '250 scripted.test'
					: ['250-scripted.test', '250-AUTH XOAUTH2', '250 STARTTLS'];
			},
		});
		const report = await deliver(transportFor(accountAt(server, { sslMode: 'explicit' })));
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST' });
		expect(failureOf(report).message).toContain('250-injected.test');
		expect(commandsOf(server, 'AUTH')).toEqual([]);
	});

	it('tells a port for implicit TLS by its silence', async () => {
		const server = await serve({ tls: 'implicit' });
		const report = await deliver(
			transportFor(accountAt(server, { sslMode: 'explicit' })),
			shortMessage(),
			{ timeoutMs: 700 },
		);
		expect(failureOf(report)).toMatchObject({ code: 'TLS_MODE_MISMATCH', stage: 'connect' });
	});
});

describe('a server of TLS 1.1', () => {
	/** Node.js itself asks for 1.2; an administrator may have lowered that (`--tls-min-v1.0`). */
	function lowerDefaults() {
		const { DEFAULT_MIN_VERSION, DEFAULT_CIPHERS } = tls;
		tls.DEFAULT_MIN_VERSION = 'TLSv1';
		tls.DEFAULT_CIPHERS = 'DEFAULT@SECLEVEL=0';
		onTestFinished(() => {
			tls.DEFAULT_MIN_VERSION = DEFAULT_MIN_VERSION;
			tls.DEFAULT_CIPHERS = DEFAULT_CIPHERS;
		});
	}

	it('is not spoken to, even where Node.js would', async () => {
		lowerDefaults();
		const { certificate, privateKey, caCertificate } = await (
			await createCertificateAuthority()
		).issueServerCertificate();
		const versions: (string | null)[] = [];
		const server = tls.createServer(
			{ cert: certificate, key: privateKey, maxVersion: 'TLSv1.1' },
			(socket) => {
				versions.push(socket.getProtocol());
				socket.end('220 old.test ESMTP\r\n');
			},
		);
		server.on('tlsClientError', () => undefined);
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		onTestFinished(async () => {
			server.close();
			await once(server, 'close');
		});
		const { port } = server.address() as AddressInfo;

		const other = tls.connect({ port, host: '127.0.0.1', ca: caCertificate });
		await once(other, 'secureConnect');
		other.destroy();
		expect(versions).toEqual(['TLSv1.1']);

		const report = await deliver(transportFor(accountAt({ port, caCertificate })));
		expect(failureOf(report)).toMatchObject({ code: 'TLS_NOT_OFFERED', stage: 'tls' });
		expect(failureOf(report).message).toContain('1.2');
		expect(versions).toEqual(['TLSv1.1']);
	});
});

describe.each(MODES)('the certificate, SSL mode $sslMode', ({ sslMode, serverTls }) => {
	let authority: CertificateAuthority;
	beforeAll(async () => {
		authority = await createCertificateAuthority();
	});

	async function failureWith(certificate: ServerCertificate, caCertificate?: string) {
		const server = await serve({ tls: serverTls, certificate });
		const { port } = server;
		const account = accountAt(
			{ port, ...(caCertificate === undefined ? {} : { caCertificate }) },
			{ sslMode },
		);
		const failure = failureOf(await deliver(transportFor(account)));
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		return failure;
	}

	it('is refused if nobody, the wrong one or nobody any more vouches for it', async () => {
		const selfSigned = await failureWith(await createSelfSignedCertificate());
		const unknownAuthority = await failureWith(await authority.issueServerCertificate());
		const wrongName = await failureWith(
			await authority.issueServerCertificate({ hosts: ['mail.example.net'] }),
			authority.caCertificate,
		);
		const expired = await failureWith(
			await authority.issueServerCertificate({ notAfter: new Date(Date.now() - 3_600_000) }),
			authority.caCertificate,
		);
		for (const failure of [selfSigned, unknownAuthority, wrongName, expired]) {
			expect(failure).toMatchObject({
				code: 'TLS_CERTIFICATE_INVALID',
				stage: 'tls',
				retryable: false,
			});
		}
		expect(selfSigned.message).toContain('is self-signed');
		expect(unknownAuthority.message).toContain('an authority that n8n does not know');
		expect(wrongName.message).toContain('is for another host name');
		expect(wrongName.message).toContain('mail.example.net');
		expect(expired.message).toContain('has expired');
	});

	it('is accepted from the extra authority of the credential', async () => {
		const certificate = await authority.issueServerCertificate();
		const server = await serve({ tls: serverTls, certificate });
		const account = accountAt(server, { sslMode, caCertificate: authority.caCertificate });
		expect(await deliver(transportFor(account))).toMatchObject({
			kind: 'accepted',
			tlsVerified: true,
		});
	});

	it('is checked against the address where the host is one', async () => {
		const good = await serve({
			tls: serverTls,
			certificate: await authority.issueServerCertificate({ hosts: ['127.0.0.1'] }),
		});
		const bad = await serve({
			tls: serverTls,
			certificate: await authority.issueServerCertificate({ hosts: ['127.0.0.2'] }),
		});
		const byAddress = { sslMode, host: '127.0.0.1', caCertificate: authority.caCertificate };
		expect(await deliver(transportFor(accountAt(good, byAddress)))).toMatchObject({
			kind: 'accepted',
		});
		const report = await deliver(transportFor(accountAt(bad, byAddress)));
		expect(failureOf(report)).toMatchObject({ code: 'TLS_CERTIFICATE_INVALID' });
	});

	it('is taken as it is with allowUnauthorizedCerts, and reported as not verified', async () => {
		const expired = await createSelfSignedCertificate({
			hosts: ['mail.example.net'],
			notAfter: new Date(Date.now() - 3_600_000),
		});
		const server = await serve({ tls: serverTls, certificate: expired });
		const { port } = server;
		const account = accountAt({ port }, { sslMode, allowUnauthorizedCerts: true });
		expect(await deliver(transportFor(account))).toMatchObject({
			kind: 'accepted',
			tlsVerified: false,
		});
	});

	it('is verified even with allowUnauthorizedCerts, so that a good one shows', async () => {
		const certificate = await authority.issueServerCertificate();
		const server = await serve({ tls: serverTls, certificate });
		const account = accountAt(server, { sslMode, allowUnauthorizedCerts: true });
		expect(await deliver(transportFor(account))).toMatchObject({
			kind: 'accepted',
			tlsVerified: true,
		});
	});
});
