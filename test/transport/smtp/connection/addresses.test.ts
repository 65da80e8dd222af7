import { getDefaultAutoSelectFamily, isIP, type LookupFunction } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
	openSocket,
	SocketFault,
} from '../../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/open-socket.js';
import { startSlowListener } from '../../../support/net/slow-listener.js';
import {
	accountAt,
	deliver,
	failureOf,
	serve,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

/** An address for documentation (RFC 3849), to which there is no way. */
const NO_WAY = '2001:db8::1';

/** What a name leads to, in the form of `dns.lookup`. */
const leadsTo =
	(...addresses: string[]): LookupFunction =>
	(_host, options, done) => {
		const all = addresses.map((address) => ({ address, family: isIP(address) }));
		if (options.all === true) done(null, all);
		else done(null, all[0]?.address ?? '', all[0]?.family);
	};

describe('a name with several addresses', () => {
	it('is tested as in n8n, which lets a connection try one address only', () => {
		expect(getDefaultAutoSelectFamily()).toBe(false);
	});

	// The server listens at 127.0.0.1 alone.
	it.each([
		{ what: 'an IPv6 address without a route', addresses: [NO_WAY, '127.0.0.1'] },
		{ what: 'an IPv4 address that refuses', addresses: ['127.0.0.2', '127.0.0.1'] },
		{ what: 'an IPv6 address that refuses', addresses: ['::1', '127.0.0.1'] },
		{ what: 'two that refuse', addresses: ['::1', '127.0.0.2', '127.0.0.1'] },
	])('is reached by the last one after $what', async ({ addresses }) => {
		const server = await serve();
		const egress = {
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => leadsTo(...addresses),
		};
		expect((await deliver(transportFor(accountAt(server), { egress }))).kind).toBe('accepted');

		const socket = await openSocket('mail.test', server.port, {
			timeoutMs: 15_000,
			lookup: leadsTo(...addresses),
		});
		expect(socket.remoteAddress).toBe('127.0.0.1');
		socket.destroy();
	});

	it('is reached over a link on which a connection takes a second', async () => {
		const { port, answerSoon } = await startSlowListener();
		const opening = openSocket('mail.test', port, {
			timeoutMs: 15_000,
			lookup: leadsTo('127.0.0.1', '::1'),
		});
		answerSoon();
		const socket = await opening;
		expect(socket.remoteAddress).toBe('127.0.0.1');
		socket.destroy();
	});

	it('fails with the error that tells most when none can be reached', async () => {
		const server = await serve();
		await server.close();
		const egress = {
			validateConnectionHost: () => ({ ok: true }),
			createSecureLookup: () => leadsTo('::1', '127.0.0.2', '127.0.0.1'),
		};
		const report = await deliver(transportFor(accountAt(server), { egress }));
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_REFUSED', stage: 'connect' });
	});

	it('is given up in time, however many there are', async () => {
		const { port } = await startSlowListener();
		const lookup = leadsTo('127.0.0.1', NO_WAY, '127.0.0.1', '127.0.0.1');
		const opening = openSocket('mail.test', port, { timeoutMs: 300, lookup });
		await expect(opening).rejects.toMatchObject({ code: 'CONNECTION_TIMEOUT' });
		await expect(opening).rejects.toBeInstanceOf(SocketFault);
	});
});
