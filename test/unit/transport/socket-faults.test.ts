import { expect, it } from 'vitest';
import { connectFailure } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/session-failure.js';
import { errorWith } from '../../support/smtp/fault-context.js';

it.each(['EMFILE', 'ENFILE', 'EBUSY', 'ENOBUFS'])(
	'%s while connecting is a lack of room on our side, and passes',
	(code) => {
		const error = errorWith(`connect ${code} 192.0.2.1:465`, { code, syscall: 'connect' });
		const { failure } = connectFailure(error, { provider: 'custom', host: 'mail.example.com' });
		expect(failure).toMatchObject({
			code: 'CONNECTION_LOST',
			stage: 'connect',
			cause: 'temporarily-unavailable',
			retryable: true,
			retryAfterMs: 60_000,
		});
		expect(failure.message).toContain('no room for another connection');
	},
);
