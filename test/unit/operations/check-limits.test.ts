import { describe, expect, it } from 'vitest';
import type { TransportId } from '../../../credentials/providers/providers.js';
import { checkLimits } from '../../../nodes/SmtpOAuthSendEmail/operations/shared/sending/check-limits.js';
import { messageLimits } from '../../../credentials/providers/transports.js';

describe('the limits of one message', () => {
	it.each<[string, TransportId, object]>([
		['gmail', 'smtp', { maxMessageBytes: 35_882_577, recipientsPerMessage: 100 }],
		['gmail', 'gmailApi', { maxMessageBytes: 36_700_160, recipientsPerMessage: 100 }],
		['microsoft365', 'graph', { recipientsPerMessage: 1_000 }],
	])('at %s by %s are those that the transport has', (provider, transport, limits) => {
		expect(messageLimits(provider, transport)).toMatchObject(limits);
	});

	it.each<[TransportId, number, string | undefined]>([
		['smtp', 35_882_577, undefined],
		['smtp', 35_882_578, 'MESSAGE_TOO_LARGE'],
		['gmailApi', 36_700_160, undefined],
		['gmailApi', 36_700_161, 'MESSAGE_TOO_LARGE'],
	])('decide on a message to Gmail by %s of %i bytes', (deliverVia, sizeBytes, code) => {
		const envelope = { from: 'a@example.com', to: ['b@example.com'] };
		const fault = checkLimits({ envelope, sizeBytes }, { provider: 'gmail', deliverVia });
		expect(fault?.code).toBe(code);
	});

	it('count the recipients of both ways to Gmail alike', () => {
		const to = Array.from({ length: 101 }, (_, at) => `user${String(at)}@example.com`);
		const message = { envelope: { from: 'a@example.com', to }, sizeBytes: 1 };
		for (const deliverVia of ['smtp', 'gmailApi'] as const) {
			expect(checkLimits(message, { provider: 'gmail', deliverVia })?.code).toBe(
				'TOO_MANY_RECIPIENTS',
			);
		}
	});

	it('are none for a server of which nothing is known', () => {
		expect(messageLimits('custom', 'smtp')).toEqual({});
	});
});
