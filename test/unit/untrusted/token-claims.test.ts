import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTokenClaims } from '../../../nodes/SmtpOAuthSendEmail/untrusted/token-claims.js';
import { GOOD_CLAIMS, jwtOf } from '../../support/tls/access-token.js';

describe('readTokenClaims', () => {
	it('reads what Microsoft puts into an access token', () => {
		expect(readTokenClaims(jwtOf({ ...GOOD_CLAIMS, exp: 1_800_000_000 }))).toEqual({
			audiences: ['https://outlook.office.com'],
			scopes: ['SMTP.Send'],
			roles: [],
			tenant: '11111111-2222-3333-4444-555555555555',
			users: ['anna@contoso.com'],
			expiresAtMs: 1_800_000_000_000,
		});
	});

	it.each([
		['a slash at the end', { aud: 'https://Outlook.office365.com/' }],
		['a list', { aud: ['https://outlook.office365.com'] }],
	])('reads an audience with %s alike', (_what, claims) => {
		expect(readTokenClaims(jwtOf(claims))?.audiences).toEqual(['https://outlook.office365.com']);
	});

	it('reads the scope of RFC 9068 and the roles of an application', () => {
		expect(readTokenClaims(jwtOf({ scope: 'mail  openid', roles: ['SMTP.SendAsApp'] }))).toEqual({
			audiences: [],
			scopes: ['mail', 'openid'],
			roles: ['SMTP.SendAsApp'],
			users: [],
		});
	});

	it('takes for users only what is an address, each once', () => {
		const claims = { upn: 'a@x.test', preferred_username: 'a@x.test', email: 'b@x.test' };
		expect(readTokenClaims(jwtOf({ ...claims, unique_name: 'anna' }))?.users).toEqual([
			'a@x.test',
			'b@x.test',
		]);
	});

	it.each([
		['an opaque token of Google', 'ya29.a0AfH6SMBx-_y.z'],
		['an encrypted one', `${jwtOf({ aud: 'x' })}.second.third`],
		['nothing', ''],
		['a payload that is no object', jwtOf(['aud'])],
		['a payload that is no JSON', `e30.${Buffer.from('{"aud":').toString('base64url')}.x`],
		['a payload that is no base64url', 'e30.{"aud":"x"}.x'],
		['one that is longer than any server takes', jwtOf({ aud: 'x'.repeat(13_000) })],
	])('reads nothing from %s', (_what, token) => {
		expect(readTokenClaims(token)).toBeUndefined();
	});

	it('leaves out claims of another type, and long ones', () => {
		const claims = {
			aud: [5, null, { a: 1 }, 'y'.repeat(400)],
			scp: { toString: 1 },
			roles: 7,
			tid: ['t'],
			upn: 5,
			exp: { valueOf: 1, toString: 1 },
		};
		expect(readTokenClaims(jwtOf(claims))).toEqual({ audiences: [], roles: [], users: [] });
		expect(readTokenClaims(jwtOf({ exp: 1e300 }))).toEqual({ audiences: [], roles: [], users: [] });
	});

	it('never throws, and never gives more than the claims it names', () => {
		const names = ['aud', 'scp', 'scope', 'roles', 'tid', 'upn', 'email', 'exp'] as const;
		const payload = fc.oneof(
			fc.dictionary(fc.constantFrom(...names), fc.jsonValue()),
			fc.jsonValue(),
		);
		const token = fc.oneof(
			payload.map(jwtOf),
			fc.string(),
			fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('.')),
		);
		fc.assert(
			fc.property(token, (text) => {
				const claims = readTokenClaims(text);
				if (claims === undefined) return;
				expect(JSON.stringify(claims).length).toBeLessThan(3 * text.length + 100);
				expect(claims.users.every((user) => user.includes('@'))).toBe(true);
			}),
			{ numRuns: 300 },
		);
	});
});
