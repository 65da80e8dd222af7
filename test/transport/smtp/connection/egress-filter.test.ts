import { lookup } from 'node:dns';
import { describe, expect, it } from 'vitest';
import type { EgressFilter } from '../../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import {
	accountAt,
	deliver,
	failureOf,
	serve,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

describe("n8n's egress filter", () => {
	/** In the form of n8n's own: a verdict for addresses, a look-up that fails for names. */
	const filter = (changes: Partial<EgressFilter>): EgressFilter => ({
		validateConnectionHost: () => ({ ok: true }),
		createSecureLookup: () => lookup,
		...changes,
	});
	const blockingLookup = filter({
		createSecureLookup: () => (_host, _options, callback) => {
			process.nextTick(callback, new Error('The address is not allowed'), []);
		},
	});

	it('blocks a host outright', async () => {
		const server = await serve();
		const asked: string[] = [];
		const egress = filter({
			validateConnectionHost: (host) => {
				asked.push(host);
				return { ok: false };
			},
		});
		const report = await deliver(transportFor(accountAt(server), { egress }));
		expect(failureOf(report)).toMatchObject({ code: 'EGRESS_BLOCKED', stage: 'connect' });
		expect(asked).toEqual(['localhost']);
		expect(server.connections).toEqual([]);
	});

	it('blocks what a name leads to', async () => {
		const server = await serve();
		const report = await deliver(transportFor(accountAt(server), { egress: blockingLookup }));
		expect(failureOf(report)).toMatchObject({
			code: 'EGRESS_BLOCKED',
			stage: 'connect',
			retryable: false,
		});
		expect(server.connections).toEqual([]);
	});

	it('lets through what it allows, and is not blamed for what DNS does not know', async () => {
		const server = await serve();
		const egress = filter({});
		expect((await deliver(transportFor(accountAt(server), { egress }))).kind).toBe('accepted');
		const unknown = accountAt(server, { host: 'smtp.does-not-exist.invalid' });
		expect(failureOf(await deliver(transportFor(unknown, { egress })))).toMatchObject({
			code: 'HOST_NOT_FOUND',
		});
	});
});
