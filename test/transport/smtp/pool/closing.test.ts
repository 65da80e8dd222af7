import { once } from 'node:events';
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { AccessTokens } from '../../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import { createCertificateAuthority } from '../../../../sandbox/net/certificates.js';
import {
	PLENTY,
	accountAt,
	deliver,
	freshMailboxState,
	serve,
	shortMessage,
	storedCredential,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

/** A server that closes its side of a connection late, and counts those that are open. */
async function serveLateFin() {
	const { certificate, privateKey, caCertificate } = await (
		await createCertificateAuthority()
	).issueServerCertificate();
	const open = new Set<Socket>();
	let mostOpen = 0;
	const secureContext = tls.createSecureContext({ cert: certificate, key: privateKey });
	const server = net.createServer({ allowHalfOpen: true }, (raw) => {
		open.add(raw);
		// An end that has come at the same time may be told behind the new connection.
		setImmediate(() => (mostOpen = Math.max(mostOpen, open.size)));
		raw.on('error', () => undefined).once('close', () => open.delete(raw));
		const socket = new tls.TLSSocket(raw, { isServer: true, secureContext });
		socket.on('error', () => undefined).on('end', () => setTimeout(() => raw.destroy(), 300));
		socket.write('220 fin.test ESMTP\r\n');
		let isData = false;
		socket.setEncoding('latin1').on('data', (text: string) => {
			for (const line of text.split('\r\n').slice(0, -1)) {
				if (isData) {
					isData = line !== '.';
					if (!isData) socket.write('250 2.0.0 Ok\r\n');
				} else if (line.startsWith('EHLO')) socket.write('250-fin.test\r\n250 AUTH XOAUTH2\r\n');
				else if (line.startsWith('AUTH')) socket.write('334 \r\n');
				else if (/^(?:MAIL|RCPT|RSET)/.test(line)) socket.write('250 Ok\r\n');
				else if (line === 'DATA') {
					isData = true;
					socket.write('354 Go ahead\r\n');
				} else if (line === 'QUIT') socket.write('221 Bye\r\n');
				else socket.write('235 Accepted\r\n');
			}
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.close();
		for (const socket of open) socket.destroy();
	});
	const { port } = server.address() as AddressInfo;
	return { port, caCertificate, mostOpen: () => mostOpen };
}

it('a server that closes its side late never sees more connections than allowed', async () => {
	const server = await serveLateFin();
	const mailboxState = freshMailboxState();
	// As a permit for one message at a time counts.
	mailboxState.busy = 1;
	// A credential of its own each: none may use the connection of another.
	for (const credentialId of ['one', 'two', 'three']) {
		const transport = transportFor(accountAt(server), { mailboxState, credentialId });
		expect((await deliver(transport)).kind).toBe('accepted');
		expect(mailboxState.idle).toHaveLength(1);
	}
	expect(server.mostOpen()).toBe(1);
});

it('a connection that ends while its token is awaited leaves nothing behind', async () => {
	const server = await serve();
	const mailboxState = freshMailboxState();
	const account = accountAt(server);
	const first = transportFor(account, { mailboxState });
	await deliver(first);
	const [idle] = mailboxState.idle;
	// Another execution with the same credential, whose token is never read.
	const credential = {
		...storedCredential(['access-token-1']),
		readTokenData: () => new Promise<never>(() => undefined),
	};
	const stop = new AbortController();
	const tokens = new AccessTokens(credential, { provider: 'custom' }, Date.now);
	const second = transportFor(account, { mailboxState, tokens });
	const delivery = deliver(second, shortMessage(), { ...PLENTY, signal: stop.signal });
	await expect.poll(() => mailboxState.idle.length).toBe(0);
	idle?.close();
	await idle?.ended;
	stop.abort();
	expect((await delivery).kind).toBe('refused');
	expect(mailboxState.idle).toEqual([]);
});
