import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue.js';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import type { FailureContext } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { isTokenRefusal } from '../../../nodes/SmtpOAuthSendEmail/failure/rules/smtp/token-refusal.js';
import { readTokenClaims } from '../../../nodes/SmtpOAuthSendEmail/untrusted/token-claims.js';
import { jwtOf } from '../../support/tls/access-token.js';

const CLIENT = 'aaaaaaaa-1111-2222-3333-444444444444';
const OBJECT = 'bbbbbbbb-1111-2222-3333-444444444444';
const APPLICATION: FailureContext = {
	stage: 'token',
	provider: 'microsoft365',
	signIn: 'application',
	user: 'alerts@contoso.com',
};
const SERVICE_ACCOUNT: FailureContext = {
	stage: 'token',
	provider: 'gmail',
	signIn: 'serviceAccount',
	user: 'alerts@example.com',
};

/** A token endpoint's refusal, as n8n's helper throws it. */
const refusal = (error: string, description = '', codes: number[] = []) =>
	Object.assign(new Error('401'), {
		body: { error, error_description: description, error_codes: codes },
	});

/** What nobody can do who has not connected anything. */
const CONNECTING = /\b(?:re)?connect(?:ed)?\b/i;

describe('an application in one of Microsoft’s national clouds', () => {
	it('is led to the portal of that cloud, which knows its apps', () => {
		const refused = refusal('invalid_client', 'AADSTS7000222: no.', [7000222]);
		expect(classifyFailure(refused, APPLICATION).remedy).toContain('entra.microsoft.com');
		const adminCenter = 'portal.azure.us';
		const { remedy } = classifyFailure(refused, { ...APPLICATION, adminCenter });
		expect(remedy).toContain('At portal.azure.us → App registrations');
		expect(remedy).not.toContain('entra.microsoft.com');
	});
});

describe('an application at Microsoft', () => {
	it.each([
		[90002, 'invalid_request', 'CLIENT_REJECTED', 'Directory (tenant) ID'],
		[900023, 'invalid_request', 'CLIENT_REJECTED', 'Directory (tenant) ID'],
		[700016, 'unauthorized_client', 'CLIENT_REJECTED', 'Application (client) ID'],
		[7000215, 'invalid_client', 'CLIENT_REJECTED', 'New client secret'],
		[7000222, 'invalid_client', 'CLIENT_REJECTED', 'New client secret'],
		[700027, 'invalid_client', 'CLIENT_REJECTED', 'Certificates'],
		[700024, 'invalid_client', 'CLIENT_REJECTED', 'clock'],
		[65001, 'invalid_grant', 'PERMISSION_MISSING', 'SMTP.SendAsApp'],
		[53003, 'invalid_grant', 'SIGN_IN_BLOCKED', 'Service principal sign-ins'],
		[7000112, 'unauthorized_client', 'CLIENT_REJECTED', 'Enterprise apps'],
		[500011, 'invalid_resource', 'PERMISSION_MISSING', 'Check Tenant'],
	])('AADSTS%i (%s) comes to %s and names %s', (code, error, expected, cure) => {
		const failure = classifyFailure(
			refusal(error, `AADSTS${String(code)}: no.`, [code]),
			APPLICATION,
		);
		expect(failure).toMatchObject({ code: expected, stage: 'token', retryable: false });
		expect(failure.remedy).toContain(cure);
		expect(`${failure.message} ${failure.remedy}`).not.toMatch(CONNECTING);
	});

	it('that sends by Graph is told of the permission of Graph', () => {
		const failure = classifyFailure(refusal('invalid_grant', 'AADSTS65001: no.', [65001]), {
			...APPLICATION,
			deliverVia: 'graph',
		});
		expect(failure.remedy).toContain('Microsoft Graph → Application permissions choose Mail.Send');
	});

	it('has nothing to connect again, whatever n8n says', () => {
		const error = Object.assign(new Error('The credential "x" needs to be reconnected.'), {
			failure: { cause: 'credential-invalid' },
		});
		expect(classifyFailure(error, APPLICATION)).toMatchObject({ code: 'CLIENT_REJECTED' });
		expect(classifyFailure(error, { ...APPLICATION, signIn: 'user' })).toMatchObject({
			code: 'RECONNECT_REQUIRED',
		});
	});

	it('is tried again where the sign-in server is busy', () => {
		const failure = classifyFailure(refusal('temporarily_unavailable'), APPLICATION);
		expect(failure).toMatchObject({ code: 'TOKEN_REQUEST_FAILED', retryable: true });
	});
});

describe('an application that Exchange Online refuses', () => {
	const refused = Object.assign(new Error('no'), {
		response: '535 5.7.3 Authentication unsuccessful [X.PROD.OUTLOOK.COM]',
		responseCode: 535,
	});
	const withClaims = (claims: object): FailureContext => ({
		...APPLICATION,
		stage: 'auth',
		host: 'smtp.office365.com',
		tokenClaims: readTokenClaims(
			jwtOf({
				aud: 'https://outlook.office365.com',
				appid: CLIENT,
				oid: OBJECT,
				...claims,
			}),
		) ?? { audiences: [], roles: [], users: [] },
	});

	it('with the right token has the lines for PowerShell, ready to be pasted', () => {
		const failure = classifyFailure(refused, withClaims({ roles: ['SMTP.SendAsApp'] }));
		expect(failure.code).toBe('TOKEN_REJECTED');
		expect(failure.remedy).toContain(`New-ServicePrincipal -AppId ${CLIENT} -ObjectId ${OBJECT}`);
		expect(failure.remedy).toContain(
			`Add-MailboxPermission -Identity alerts@contoso.com -User ${OBJECT} -AccessRights FullAccess`,
		);
		expect(failure.remedy).toContain('Enterprise apps');
		expect(failure.remedy).toContain(`-App ${CLIENT} -Role "Application SMTP.SendAsApp"`);
	});

	it('without the role has it named, with the way to it', () => {
		const failure = classifyFailure(refused, withClaims({ roles: ['Mail.Send'] }));
		expect(failure.code).toBe('PERMISSION_MISSING');
		expect(failure.message).toContain('SMTP.SendAsApp');
		expect(failure.remedy).toContain('Application permissions choose SMTP.SendAsApp');
		expect(failure.remedy).toContain('-Role "Application SMTP.SendAsApp"');
		expect(failure.remedy).not.toMatch(CONNECTING);
	});

	it('with a token of Graph has the scope named', () => {
		const context = withClaims({ aud: 'https://graph.microsoft.com', roles: ['Mail.Send'] });
		const failure = classifyFailure(refused, context);
		expect(failure.code).toBe('WRONG_AUDIENCE');
		expect(failure.message).toContain('https://outlook.office365.com/.default');
		expect(failure.remedy).not.toMatch(CONNECTING);
	});

	it('with a token that shows nothing has the lines all the same', () => {
		const { tokenClaims: _claims, ...context } = withClaims({});
		const failure = classifyFailure(refused, context);
		expect(failure.remedy).toContain('New-ServicePrincipal -AppId CLIENT_ID');
	});
});

describe('a service account at Google', () => {
	it.each([
		['unauthorized_client', 'Client is unauthorized to retrieve', 'PERMISSION_MISSING', '101234'],
		['invalid_grant', 'Invalid email or User ID', 'TOKEN_REQUEST_FAILED', 'User'],
		['invalid_grant', 'Not a valid email', 'TOKEN_REQUEST_FAILED', 'User'],
		[
			'invalid_grant',
			'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.',
			'TOKEN_REQUEST_FAILED',
			'clock',
		],
		['invalid_grant', 'Invalid JWT Signature.', 'CLIENT_REJECTED', 'Create new key'],
		['invalid_grant', 'Invalid grant: account not found', 'CLIENT_REJECTED', 'Details'],
		['invalid_scope', 'no', 'PERMISSION_MISSING', 'domain-wide delegation'],
	])('%s "%s" comes to %s and names %s', (error, description, code, cure) => {
		const failure = classifyFailure(refusal(error, description), {
			...SERVICE_ACCOUNT,
			clientId: '101234567890',
		});
		expect(failure).toMatchObject({ code, retryable: false });
		expect(failure.remedy).toContain(cure);
		expect(`${failure.message} ${failure.remedy}`).not.toMatch(CONNECTING);
	});

	it('whose key file is not there is told where its number stands', () => {
		const failure = classifyFailure(refusal('unauthorized_client'), SERVICE_ACCOUNT);
		expect(failure.remedy).toContain('Unique ID');
	});

	it('that Gmail’s server refuses has nothing to connect', () => {
		const refused = Object.assign(new Error('no'), {
			response: '535 5.7.8 Username and Password not accepted.',
			responseCode: 535,
		});
		const failure = classifyFailure(refused, {
			...SERVICE_ACCOUNT,
			stage: 'auth',
			host: 'smtp.gmail.com',
		});
		expect(failure).toMatchObject({ code: 'TOKEN_REJECTED' });
		expect(failure.remedy).toContain('https://mail.google.com/');
		expect(failure.remedy).not.toMatch(CONNECTING);
	});
});

describe('a scope that the mail server misses', () => {
	const error = Object.assign(new Error('no'), {
		response: '535 5.7.8 no',
		responseCode: 535,
	});
	const context: FailureContext = {
		stage: 'auth',
		provider: 'custom',
		saslRefusal: '{"status":"insufficient_scope"}',
	};

	it('stays missing for a person, and may have been granted to an application', () => {
		expect(isTokenRefusal(error, context)).toBe(false);
		expect(isTokenRefusal(error, { ...context, signIn: 'user' })).toBe(false);
		expect(isTokenRefusal(error, { ...context, signIn: 'application' })).toBe(true);
	});

	it('is to be granted to the application, not connected', () => {
		const failure = classifyFailure(error, { ...context, signIn: 'application' });
		expect(failure.code).toBe('PERMISSION_MISSING');
		expect(failure.remedy).not.toMatch(CONNECTING);
	});
});

describe('SMTP AUTH that is switched off', () => {
	it('has Microsoft Graph proposed as the way around it', () => {
		const { microsoft365 } = CATALOGUE.SMTP_AUTH_DISABLED.remedyFor;
		expect(microsoft365).toContain('set Deliver Via in the credential to Microsoft Graph');
		expect(microsoft365).toContain('Mail.Send');
	});
});
