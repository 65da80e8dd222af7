import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStoredToken } from '../../../nodes/SmtpOAuthSendEmail/auth/stored-token.js';
import { describeToken } from '../../../nodes/SmtpOAuthSendEmail/auth/token-facts.js';

const EXPIRES_AT_MS = Date.UTC(2026, 10, 22, 12);

function factsOf(tokenData: Record<string, unknown>) {
	const token = readStoredToken({ access_token: 'opaque-access-token', ...tokenData });
	if (token === undefined) throw new Error('There is no token');
	return describeToken(token);
}

function jwt(claims: unknown): string {
	const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
	return `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`;
}

describe('what is told of a token', () => {
	it('is what the token endpoint said with it', () => {
		expect(
			factsOf({
				refresh_token: 'refresh-token-1',
				scope: 'https://mail.google.com/ openid',
				n8n_expires_at: String(EXPIRES_AT_MS),
				expires_in: 3_599,
				refresh_token_expires_in: 604_799,
			}),
		).toEqual({
			validUntilMs: EXPIRES_AT_MS,
			isRenewable: true,
			grantEndsAtMs: EXPIRES_AT_MS - 3_599_000 + 604_799_000,
			scopes: ['https://mail.google.com/', 'openid'],
		});
	});

	it('names the end of a grant in the form of Keycloak, too, where 0 is none', () => {
		const data = {
			refresh_token: 'refresh-token-1',
			n8n_expires_at: String(EXPIRES_AT_MS),
			expires_in: 300,
		};
		expect(factsOf({ ...data, refresh_expires_in: 1_800 }).grantEndsAtMs).toBe(
			EXPIRES_AT_MS + 1_500_000,
		);
		expect(factsOf({ ...data, refresh_expires_in: 0 }).grantEndsAtMs).toBeUndefined();
	});

	it('names no end of a grant where the moment it was given is not known', () => {
		const data = { refresh_token: 'refresh-token-1', refresh_token_expires_in: 604_799 };
		expect(factsOf(data).grantEndsAtMs).toBeUndefined();
		expect(factsOf({ ...data, n8n_expires_at: '1' }).grantEndsAtMs).toBeUndefined();
	});

	it('is what a JWT says, where it is one', () => {
		const claims = {
			aud: 'https://outlook.office.com',
			scp: 'SMTP.Send User.Read',
			exp: EXPIRES_AT_MS / 1_000,
		};
		expect(factsOf({ access_token: jwt(claims) })).toEqual({
			validUntilMs: EXPIRES_AT_MS,
			isRenewable: false,
			scopes: ['SMTP.Send', 'User.Read'],
			audiences: ['https://outlook.office.com'],
		});
		const roles = { aud: ['a', 'b'], roles: ['SMTP.SendAsApp'] };
		expect(factsOf({ access_token: jwt(roles) })).toMatchObject({
			audiences: ['a', 'b'],
			scopes: ['SMTP.SendAsApp'],
		});
	});

	it('never holds the token, whatever it is made of', () => {
		const text = fc.string({ minLength: 20, maxLength: 60, unit: 'binary-ascii' });
		fc.assert(
			fc.property(text, fc.jsonValue(), (secret, claim) => {
				const refreshToken = secret.trim();
				fc.pre(refreshToken.length >= 20 && !refreshToken.includes(' '));
				const accessToken = jwt({ aud: [refreshToken, claim], scp: claim, roles: refreshToken });
				const told = JSON.stringify(
					factsOf({ access_token: accessToken, refresh_token: refreshToken, scope: accessToken }),
				);
				expect(told).not.toContain(accessToken);
				expect(told).not.toContain(JSON.stringify(refreshToken).slice(1, -1));
			}),
		);
	});
});
