import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificateAuthority } from '../../../../sandbox/net/certificates.js';
import { createApplicationCertificate } from '../../../support/tls/self-signed-rsa.js';
import {
	accountAt,
	deliver,
	failureOf,
	serve,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

/** A port that answers each connection's first bytes with these, and hangs up. */
async function answerWith(bytes: Buffer | string): Promise<{ readonly port: number }> {
	const server = createServer((socket) => {
		socket.on('error', () => undefined);
		socket.once('data', () => socket.end(bytes));
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(async () => {
		server.close();
		await once(server, 'close');
	});
	return { port: (server.address() as AddressInfo).port };
}

/** A Diffie-Hellman group of 1,024 bits, which counts as broken. */
const WEAK_GROUP = `-----BEGIN DH PARAMETERS-----
MIGHAoGBAMGkpNZ57q7EminoitwwN9biajldLTWCbLjSDyb5qsw8zAglo6yPa+jE
YJUV/7o489pzSGZEEl3eiCftqxj1i2g4RH8ZqNCjtKl0TQApfSr9gDO6EXWAEt+A
zKlbJY48uW+nL9G7/tAgvwJoASBofH9SKmsHRHHMyfMD8yWmSHFvAgEC
-----END DH PARAMETERS-----
`;

/** A fatal alert of TLS 1.2, as it stands on the wire (RFC 5246 §7.2, RFC 8446 §6). */
const alert = (description: number): Buffer => Buffer.from([21, 3, 3, 0, 2, 2, description]);

describe('a handshake that the server refuses', () => {
	it.each([
		{ why: 'handshake_failure', description: 40, code: 'TLS_NOT_OFFERED', retryable: false },
		{ why: 'protocol_version', description: 70, code: 'TLS_NOT_OFFERED', retryable: false },
		{ why: 'insufficient_security', description: 71, code: 'TLS_NOT_OFFERED', retryable: false },
		{
			why: 'unrecognized_name',
			description: 112,
			code: 'TLS_CERTIFICATE_INVALID',
			retryable: false,
		},
		{ why: 'internal_error', description: 80, code: 'CONNECTION_LOST', retryable: true },
	])('by $why comes to $code', async ({ description, code, retryable }) => {
		const server = await answerWith(alert(description));
		const report = await deliver(transportFor(accountAt(server)));
		expect(failureOf(report)).toMatchObject({ code, retryable, stage: 'tls' });
	});

	it.each([
		['a website', 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n<html></html>'],
		['a firewall', '220 Protected by the firewall\r\n'],
		['a terminal', 'SSH-2.0-OpenSSH_9.6\r\n'],
	])('in the clear, as by %s, comes to the wrong SSL mode', async (_who, words) => {
		const server = await answerWith(words);
		const report = await deliver(transportFor(accountAt(server)));
		expect(failureOf(report)).toMatchObject({
			code: 'TLS_MODE_MISMATCH',
			retryable: false,
			stage: 'tls',
		});
	});

	it('by keys that are too weak is told from a lost connection', async () => {
		const { certificate, privateKey } = await createApplicationCertificate();
		const ciphers = 'DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0';
		const server = tls.createServer({
			cert: certificate,
			key: privateKey,
			dhparam: WEAK_GROUP,
			ciphers,
			maxVersion: 'TLSv1.2',
		});
		server.on('tlsClientError', () => undefined);
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		const { DEFAULT_CIPHERS } = tls;
		tls.DEFAULT_CIPHERS = 'DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=2';
		onTestFinished(async () => {
			tls.DEFAULT_CIPHERS = DEFAULT_CIPHERS;
			server.close();
			await once(server, 'close');
		});
		const { port } = server.address() as AddressInfo;
		const failure = failureOf(await deliver(transportFor(accountAt({ port }))));
		expect(failure).toMatchObject({ code: 'TLS_NOT_OFFERED', retryable: false, stage: 'tls' });
		expect(failure.message).toContain('too weak');
	});
});

it('a certificate of an unknown authority at a provider’s own server points to what opens connections', async () => {
	const { caCertificate, ...issued } = await (
		await createCertificateAuthority()
	).issueServerCertificate();
	// With its authority in the chain, as programs that open connections send it.
	const certificate = `${issued.certificate}\n${caCertificate}`;
	const { port } = await serve({ certificate: { ...issued, caCertificate, certificate } });
	const failure = failureOf(
		await deliver(transportFor(accountAt({ port }, { provider: 'outlook' }))),
	);
	expect(failure).toMatchObject({ code: 'TLS_CERTIFICATE_INVALID', retryable: false });
	expect(failure.message).toContain('self-signed certificate in certificate chain');
	expect(failure.remedy).toContain('a firewall, a proxy or an antivirus program');
	expect(failure.remedy).not.toContain('CA Certificate');
});

// A broadcast address has no way for TCP on any Linux, whatever the network.
it.runIf(process.platform === 'linux')(
	'an address without a way to it is tried again',
	async () => {
		const account = accountAt({ port: 587 }, { host: '255.255.255.255' });
		expect(failureOf(await deliver(transportFor(account)))).toMatchObject({
			code: 'CONNECTION_TIMEOUT',
			retryable: true,
			stage: 'connect',
			message: expect.stringContaining('no way through the network'),
		});
	},
);
