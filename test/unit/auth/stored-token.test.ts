import { describe, expect, it } from 'vitest';
import { readStoredToken } from '../../../nodes/SmtpOAuthSendEmail/auth/stored-token.js';
import { describeToken } from '../../../nodes/SmtpOAuthSendEmail/auth/token-facts.js';

const read = (tokenData: Record<string, unknown>) => {
	const token = readStoredToken({ access_token: 'access', refresh_token: 'refresh', ...tokenData });
	if (token === undefined) throw new Error('no token');
	return token;
};

const NEVER = [
	Number.MAX_VALUE,
	Number.MAX_SAFE_INTEGER,
	8_640_000_000_000,
	1e300,
	'9'.repeat(40),
	Number.POSITIVE_INFINITY,
];

describe('a life so long that it stands for "never"', () => {
	it.each(NEVER)('has no end for an access token: expires_in %s', (expires_in) => {
		const n8n_expires_at = String(Date.now() + Number(expires_in) * 1_000);
		const facts = describeToken(read({ expires_in, n8n_expires_at }));
		expect(facts.validUntilMs).toBeUndefined();
	});

	it.each(NEVER)('has no end for a refresh token: refresh_token_expires_in %s', (life) => {
		const n8n_expires_at = String(Date.now() + 3_600_000);
		const token = read({ expires_in: 3_600, n8n_expires_at, refresh_token_expires_in: life });
		expect(describeToken(token).grantEndsAtMs).toBeUndefined();
	});

	it.each([0, -1, '', 'soon', null, {}, Number.NaN])('nor has one of %j', (life) => {
		const token = read({ expires_in: life, n8n_expires_at: life, refresh_token_expires_in: life });
		expect(token).toEqual({
			accessToken: 'access',
			hasRefreshToken: true,
			secrets: ['access', 'refresh'],
		});
	});

	it('is not that of a usual token', () => {
		const token = read({
			expires_in: 3_600,
			n8n_expires_at: '1800003600000',
			refresh_token_expires_in: 604_800,
		});
		expect(token).toMatchObject({
			expiresAtMs: 1_800_003_600_000,
			lifeMs: 3_600_000,
			grantEndsAtMs: 1_800_604_800_000,
		});
	});
});
