import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import type {
	Failure,
	FailureContext,
} from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { readTokenClaims } from '../../../nodes/SmtpOAuthSendEmail/untrusted/token-claims.js';
import { GOOD_CLAIMS, holdsPieceOf, jwtOf } from '../../support/tls/access-token.js';

const REFUSAL = { response: '535 5.7.3 Authentication unsuccessful [AM0PR06CA0126.eurprd06]' };
const TENANT = GOOD_CLAIMS.tid;
const OTHER_TENANT = '99999999-2222-3333-4444-555555555555';
const SCOPE = 'https://outlook.office.com/SMTP.Send';

/** What becomes of a refusal of this token. */
function refuse(
	token: string,
	changes: Partial<FailureContext> = {},
	error: { readonly response: string } = REFUSAL,
): Failure {
	const tokenClaims = readTokenClaims(token);
	return classifyFailure(error, {
		stage: 'auth',
		provider: 'microsoft365',
		host: 'smtp.office365.com',
		user: 'anna@contoso.com',
		tenant: TENANT,
		nowMs: Date.now(),
		secrets: [token],
		...(tokenClaims === undefined ? {} : { tokenClaims }),
		...changes,
	});
}

const refuseClaims = (claims: object, changes: Partial<FailureContext> = {}): Failure =>
	refuse(jwtOf({ ...GOOD_CLAIMS, ...claims }), changes);

/** What is said of a token with nothing wrong in it. */
const PLAIN = refuse('opaque-token');

describe('a token for another service', () => {
	it.each([
		['https://graph.microsoft.com', 'Microsoft Graph'],
		['https://graph.microsoft.com/', 'Microsoft Graph'],
		['00000003-0000-0000-c000-000000000000', 'Microsoft Graph'],
		['https://graph.windows.net', 'Azure AD Graph'],
		['https://management.azure.com/', 'Azure Resource Manager'],
		['api://my-app', 'api://my-app'],
		['not a name', 'another service than Exchange Online'],
	])('is named: %s', (aud, service) => {
		expect(refuseClaims({ aud, scp: 'Mail.Send' })).toMatchObject({
			code: 'WRONG_AUDIENCE',
			cause: 'configuration-invalid',
			retryable: false,
			message: `This token is for ${service}; SMTP needs ${SCOPE}. The server said: "535 5.7.3 Authentication unsuccessful [AM0PR06CA0126.eurprd06]"`,
			remedy: expect.stringContaining('connect again'),
			replyCode: 535,
		});
	});

	it.each([
		{ aud: 'https://outlook.office.com' },
		{ aud: 'https://outlook.office365.com/' },
		{ aud: '00000002-0000-0ff1-ce00-000000000000' },
		{ aud: ['https://graph.microsoft.com', 'https://outlook.office.com'] },
	])('is not said of one for $aud', ({ aud }) => {
		expect(refuseClaims({ aud })).toEqual(PLAIN);
	});

	it('is told of the scope for applications, if it is one’s own', () => {
		const { aud, exp } = { aud: 'https://graph.microsoft.com', exp: GOOD_CLAIMS.exp };
		expect(refuse(jwtOf({ aud, exp, roles: ['Mail.Send'] })).message).toContain(
			'SMTP needs https://outlook.office365.com/.default.',
		);
	});

	it('is recognized with the provider Custom: by the server’s name or by Microsoft’s plain refusal', () => {
		const custom = { provider: 'custom', host: 'SMTP.office365.com' };
		const graph = jwtOf({ ...GOOD_CLAIMS, aud: 'https://graph.microsoft.com' });
		const gmail = { response: '535 5.7.8 no' };
		expect(refuse(graph, custom, gmail).code).toBe('WRONG_AUDIENCE');
		const elsewhere = { provider: 'custom', host: 'mail.example.com' };
		expect(refuse(graph, elsewhere).code).toBe('WRONG_AUDIENCE');
		expect(refuse(graph, elsewhere, gmail).code).toBe('TOKEN_REJECTED');
		const own = jwtOf({ ...GOOD_CLAIMS, aud: 'https://auth.example.com' });
		expect(refuse(own, elsewhere).code).toBe('TOKEN_REJECTED');
	});
});

describe('a token for Exchange Online', () => {
	it('without the permission SMTP.Send is said to lack it', () => {
		expect(refuseClaims({ scp: 'IMAP.AccessAsUser.All POP.AccessAsUser.All' })).toMatchObject({
			code: 'PERMISSION_MISSING',
			retryable: false,
			message: expect.stringContaining(
				'The access token of anna@contoso.com is for Exchange Online, but lacks the permission SMTP.Send (it has IMAP.AccessAsUser.All, POP.AccessAsUser.All).',
			),
			remedy: expect.stringContaining('API permissions'),
		});
		expect(refuseClaims({ scp: 'x' }, { provider: 'custom' }).remedy).toContain(
			`Add ${SCOPE} to OAuth Scopes`,
		);
		expect(refuseClaims({ scp: 'smtp.send' })).toEqual(PLAIN);
	});

	it('of an application without the role SMTP.SendAsApp is said to lack it', () => {
		const { aud, tid, exp } = GOOD_CLAIMS;
		expect(refuse(jwtOf({ aud, tid, exp, roles: ['IMAP.AccessAsApp'] }))).toMatchObject({
			code: 'PERMISSION_MISSING',
			message: expect.stringContaining('lacks the role SMTP.SendAsApp (it has IMAP.AccessAsApp).'),
			remedy: expect.stringContaining('Application permissions choose SMTP.SendAsApp'),
		});
		expect(refuse(jwtOf({ aud, tid, exp, roles: ['SMTP.SendAsApp'] }))).toMatchObject({
			code: 'TOKEN_REJECTED',
			remedy: expect.stringContaining('New-ServicePrincipal'),
		});
	});

	it('that has ended is said to have ended, by the clock handed in', () => {
		const exp = Date.UTC(2026, 10, 22, 8, 0) / 1_000;
		expect(refuseClaims({ exp }, { nowMs: exp * 1_000 })).toMatchObject({
			code: 'TOKEN_REJECTED',
			retryable: false,
			message: expect.stringContaining(
				'The access token of anna@contoso.com ended on 2026-11-22 08:00 UTC.',
			),
			remedy: expect.stringContaining('check the clock'),
		});
		expect(refuseClaims({ exp }, { nowMs: exp * 1_000 - 1 })).toEqual(PLAIN);
	});

	it('of another organization than the credential’s is said to be', () => {
		expect(refuseClaims({ tid: OTHER_TENANT })).toMatchObject({
			code: 'TOKEN_REJECTED',
			message: expect.stringContaining(`of the organization ${OTHER_TENANT}`),
			remedy: expect.stringContaining('Tenant'),
		});
	});

	it.each(['common', 'organizations', 'contoso.com', ''])(
		'is not compared with a Tenant that is no ID: "%s"',
		(tenant) => {
			expect(refuseClaims({ tid: OTHER_TENANT }, { tenant })).toEqual(PLAIN);
		},
	);

	it('of another user is a likely cause, with the way to a shared mailbox', () => {
		const failure = refuseClaims({}, { user: 'sales@contoso.com' });
		expect(failure).toMatchObject({
			code: 'TOKEN_REJECTED',
			message: expect.stringContaining(
				'The access token is of anna@contoso.com, not of sales@contoso.com: most likely',
			),
		});
		expect(failure.remedy).toContain(
			'Add-MailboxPermission -Identity sales@contoso.com -User anna@contoso.com -AccessRights FullAccess',
		);
		expect(refuseClaims({ upn: 'Anna@Contoso.com' })).toEqual(PLAIN);
		expect(refuseClaims({ upn: 'x@contoso.com', email: 'anna@contoso.com' })).toEqual(PLAIN);
		expect(refuseClaims({ upn: 'Anna {host} "\n"@x y' })).toEqual(PLAIN);
	});

	it('is told of the surest fault first', () => {
		const faults = { upn: 'x@y.test', tid: OTHER_TENANT, exp: 1, scp: 'x', aud: 'api://x' };
		const codes = ['aud', 'scp', 'exp', 'tid', 'upn'].map((repaired) => {
			const { message } = refuseClaims(faults);
			Reflect.deleteProperty(faults, repaired);
			return message.slice(0, 42);
		});
		expect(new Set(codes).size).toBe(5);
		expect(refuseClaims(faults)).toEqual(PLAIN);
	});
});

describe('the claims of a refused token', () => {
	it('of a server of one’s own tell of its end and its user, not of an audience', () => {
		const own = { provider: 'custom', host: 'mail.example.com', user: 'bob@example.com' };
		const error = { response: '535 5.7.8 Error: authentication failed: ' };
		const claims = { aud: 'mail', scope: 'openid', email: 'anna@example.com' };
		expect(refuse(jwtOf(claims), own, error)).toMatchObject({
			code: 'TOKEN_REJECTED',
			// Postfix may not have been able to ask the authorization server.
			retryable: true,
			message: expect.stringContaining('is of anna@example.com, not of bob@example.com'),
			remedy: expect.not.stringContaining('Add-MailboxPermission'),
		});
		expect(refuse(jwtOf({ ...claims, exp: 1 }), own, error)).toMatchObject({
			retryable: false,
			message: expect.stringContaining('ended on 1970-01-01 00:00 UTC'),
		});
	});

	it('say nothing where the server refused for another reason', () => {
		const disabled = {
			response: '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled',
		};
		const graph = jwtOf({ ...GOOD_CLAIMS, aud: 'https://graph.microsoft.com' });
		expect(refuse(graph, {}, disabled).code).toBe('SMTP_AUTH_DISABLED');
	});

	it('are better than the server’s word that a scope is missing, but a mere likelihood is not', () => {
		const saslRefusal = '{"status":"insufficient_scope"}';
		expect(refuseClaims({ aud: 'https://graph.microsoft.com' }, { saslRefusal }).code).toBe(
			'WRONG_AUDIENCE',
		);
		expect(refuseClaims({ upn: 'x@y.test' }, { saslRefusal }).code).toBe('PERMISSION_MISSING');
	});

	it('never bring out a piece of the token, whatever stands in them', () => {
		const text = fc.oneof(
			fc.string(),
			fc.webUrl(),
			fc.emailAddress(),
			fc.uuid(),
			fc.stringMatching(/^[\w.@-]{1,80}$/),
			fc.constantFrom('https://graph.microsoft.com', 'https://outlook.office.com', 'SMTP.Send'),
		);
		const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.jsonValue());
		const names = ['aud', 'scp', 'roles', 'tid', 'upn', 'exp', 'email'] as const;
		fc.assert(
			fc.property(
				fc.dictionary(fc.constantFrom(...names), value),
				fc.constantFrom('aud', 'scp', 'upn', 'tid'),
				fc.constantFrom('', 'name', 'address'),
				fc.nat(250),
				fc.constantFrom('microsoft365', 'outlook', 'gmail', 'custom'),
				(claims, name, echo, from, provider) => {
					const inner = jwtOf({ ...GOOD_CLAIMS, ...claims });
					// A token may stand in parts in another one's claims, or in those of its like.
					const piece = inner.slice(from, from + 40);
					const echoed = echo === 'name' ? piece : `${piece}@x.test`;
					const token = echo === '' ? jwtOf(claims) : jwtOf({ ...GOOD_CLAIMS, [name]: echoed });
					const told = JSON.stringify(refuse(token, { provider, secrets: [token, inner] }));
					expect(holdsPieceOf(told, token)).toBe(false);
					expect(holdsPieceOf(told, inner)).toBe(false);
				},
			),
			{ numRuns: 200 },
		);
	});
});
