import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { isTokenRefusal } from '../../../nodes/SmtpOAuthSendEmail/failure/rules/smtp/token-refusal.js';
import { context, errorWith } from '../../support/smtp/fault-context.js';

describe('faults of the connection', () => {
	it.each([
		['ENOTFOUND', 'HOST_NOT_FOUND', false],
		['EAI_AGAIN', 'HOST_NOT_FOUND', true],
		['ECONNREFUSED', 'CONNECTION_REFUSED', true],
		['ECONNRESET', 'CONNECTION_LOST', true],
		['EPIPE', 'CONNECTION_LOST', true],
		['ETIMEDOUT', 'CONNECTION_TIMEOUT', true],
		['EHOSTUNREACH', 'CONNECTION_TIMEOUT', true],
		['ERR_ACCESS_DENIED', 'EGRESS_BLOCKED', false],
	])('%s is %s, under nodemailer’s own code too', (code, expected, retryable) => {
		for (const properties of [{ code }, { code: 'ESOCKET', originalCode: code }]) {
			const failure = classifyFailure(errorWith('it broke', properties), context('connect'));
			expect(failure).toMatchObject({ code: expected, retryable });
		}
	});

	it('looks into the cause of a wrapped error', () => {
		const cause = errorWith('getaddrinfo ENOTFOUND x', { code: 'ENOTFOUND' });
		expect(classifyFailure(new Error('outer', { cause }), context('connect')).code).toBe(
			'HOST_NOT_FOUND',
		);
	});

	it.each([
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed'],
		['CERT_HAS_EXPIRED', 'expired'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'authority that n8n does not know'],
	])('tells a certificate with %s from the others', (originalCode, words) => {
		const failure = classifyFailure(
			errorWith('certificate', { code: 'ESOCKET', originalCode }),
			context('tls'),
		);
		expect(failure.code).toBe('TLS_CERTIFICATE_INVALID');
		expect(failure.message).toContain(words);
	});

	it('leaves out what Node.js advises who starts it by hand', () => {
		const advice =
			'; if the root CA is installed locally, try running Node.js with --use-system-ca';
		const failure = classifyFailure(
			errorWith(`self-signed certificate${advice}`, {
				code: 'ESOCKET',
				originalCode: 'DEPTH_ZERO_SELF_SIGNED_CERT',
			}),
			context('tls'),
		);
		expect(failure.message).toMatch(/ Details: "self-signed certificate"$/);
	});

	it('knows a certificate by its words where nodemailer dropped the code', () => {
		const failure = classifyFailure(
			errorWith('Error initiating TLS - self-signed certificate', { code: 'ETLS' }),
			context('tls'),
		);
		expect(failure.code).toBe('TLS_CERTIFICATE_INVALID');
	});

	it.each(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG'])(
		'takes %s for the wrong SSL mode when TLS came first',
		(originalCode) => {
			const failure = classifyFailure(
				errorWith('ssl', { code: 'ESOCKET', originalCode }),
				context('tls', { sslMode: 'implicit' }),
			);
			expect(failure).toMatchObject({ code: 'TLS_MODE_MISMATCH', retryable: false });
		},
	);

	it('takes silence for the wrong SSL mode only when a greeting in the clear was due', () => {
		const silence = errorWith('Greeting never received', {
			code: 'ETIMEDOUT',
			timeoutType: 'GREETING_TIMEOUT',
		});
		const on = (port: number): string =>
			classifyFailure(silence, context('connect', { sslMode: 'explicit', port })).code;
		expect(on(465)).toBe('TLS_MODE_MISMATCH');
		const { message, remedy } = classifyFailure(
			silence,
			context('connect', { sslMode: 'explicit', port: 8080 }),
		);
		expect(message).toContain('took the connection and then said nothing');
		expect(remedy).toMatch(/^Check SMTP Server and Port in the credential first/);
		// The ports for STARTTLS: a server that is stuck.
		expect([on(587), on(25)]).toEqual(['CONNECTION_TIMEOUT', 'CONNECTION_TIMEOUT']);
		expect(classifyFailure(silence, context('connect', { sslMode: 'implicit' })).code).toBe(
			'CONNECTION_TIMEOUT',
		);
	});

	it.each(['ECONNECTION', 'ESOCKET', 'EABORT', 'ETIMEDOUT'])(
		'does not know what became of the message when %s comes after the final dot',
		(code) => {
			expect(classifyFailure(errorWith('x', { code }), context('reply'))).toMatchObject({
				code: 'DELIVERY_UNKNOWN',
				retryable: false,
			});
		},
	);

	it('knows a refusal after the final dot', () => {
		const error = errorWith('Message failed', { response: '452 4.3.1 Insufficient storage' });
		expect(classifyFailure(error, context('reply')).code).toBe('SERVER_BUSY');
	});

	it.each([
		['an abort', errorWith('aborted', { name: 'AbortError' }), 'CANCELLED'],
		['n8n’s egress filter', errorWith('no', { name: 'SsrfBlockedIpError' }), 'EGRESS_BLOCKED'],
		[
			'a message larger than SIZE',
			errorWith('Message size larger than allowed 10', { code: 'EMESSAGE' }),
			'MESSAGE_TOO_LARGE',
		],
		['a broken attachment', errorWith('read error', { code: 'ESTREAM' }), 'ATTACHMENT_MISSING'],
		[
			'no recipients',
			errorWith('No recipients defined', { code: 'EENVELOPE', command: 'API' }),
			'INVALID_PARAMETER',
		],
		['a defect of ours', new TypeError('x is not a function'), 'UNCLASSIFIED'],
		['nothing', undefined, 'UNCLASSIFIED'],
	])('%s', (_what, error, code) => {
		expect(classifyFailure(error, context('mailFrom')).code).toBe(code);
	});

	it.each([
		'502 5.5.1 Unrecognized command',
		'530 5.7.0 Must issue a STARTTLS command first',
		'534 5.7.9 Not here',
		'550 5.7.1 Not allowed',
		'554 5.7.3 No',
	])('calls a refused STARTTLS what it is: %s', (response) => {
		const error = errorWith('Error upgrading connection with STARTTLS', { code: 'ETLS', response });
		expect(classifyFailure(error, context('tls'))).toMatchObject({
			code: 'TLS_NOT_OFFERED',
			retryable: false,
		});
	});
});

describe('faults of the token request', () => {
	it.each([400, 401, 403])(
		'asks to connect again where the endpoint answers %i and gives no reason',
		(status) => {
			const error = errorWith('Expected JSON response from OAuth2 token endpoint but received:', {
				response: { status, data: '' },
			});
			expect(classifyFailure(error, context('token'))).toMatchObject({
				code: 'TOKEN_REQUEST_FAILED',
				cause: 'credential-invalid',
				retryable: false,
				remedy: expect.stringContaining('connect again') as unknown,
			});
		},
	);

	it('tells what to set when n8n does not trust the endpoint’s certificate', () => {
		const error = errorWith('unable to verify the first certificate', {
			code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		});
		expect(classifyFailure(error, context('token'))).toMatchObject({
			code: 'TOKEN_REQUEST_FAILED',
			cause: 'configuration-invalid',
			remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') as unknown,
		});
	});

	const answer = (error: string, description?: string): Error =>
		errorWith('refused', { code: 'EAUTH', body: { error, error_description: description } });

	it.each([
		['invalid_grant', undefined, 'RECONNECT_REQUIRED'],
		['interaction_required', undefined, 'RECONNECT_REQUIRED'],
		['invalid_client', undefined, 'CLIENT_REJECTED'],
		['unauthorized_client', undefined, 'CLIENT_REJECTED'],
		['invalid_scope', undefined, 'PERMISSION_MISSING'],
		['temporarily_unavailable', undefined, 'TOKEN_REQUEST_FAILED'],
		[
			'invalid_grant',
			'AADSTS53003: Access has been blocked by Conditional Access policies.',
			'SIGN_IN_BLOCKED',
		],
		[
			'invalid_grant',
			'AADSTS65001: The user or administrator has not consented to use the application',
			'PERMISSION_MISSING',
		],
		[
			'invalid_grant',
			'AADSTS50076: you must use multi-factor authentication',
			'RECONNECT_REQUIRED',
		],
		[
			'unauthorized_client',
			'AADSTS700016: Application not found in the directory',
			'CLIENT_REJECTED',
		],
	])('%s (%s) is %s', (error, description, code) => {
		expect(classifyFailure(answer(error, description), context('token')).code).toBe(code);
	});

	it('reads an answer that came as text', () => {
		const error = errorWith('HTTP status 400', { body: '{"error":"invalid_grant"}' });
		expect(classifyFailure(error, context('token')).code).toBe('RECONNECT_REQUIRED');
	});

	it.each([
		[
			errorWith('The credential "x" needs to be reconnected.', {
				failure: { cause: 'credential-invalid' },
			}),
		],
		[new Error('OAuth credentials not connected')],
		[
			new Error(
				'OAuth access token expired and no refresh token is available. Please reconnect the credentials.',
			),
		],
	])('understands n8n: %s', (error) => {
		expect(classifyFailure(error, context('token')).code).toBe('RECONNECT_REQUIRED');
	});

	it.each([
		[errorWith('HTTP status 503', { status: 503 }), true],
		[errorWith('Request failed', { response: { status: 502 } }), true],
		[errorWith('HTTP status 404', { status: 404 }), false],
		[errorWith('getaddrinfo ENOTFOUND login.example.com', { code: 'ENOTFOUND' }), true],
		[new TypeError("Cannot read properties of undefined (reading 'accessToken')"), false],
	])('says whether waiting helps: %s', (error, retryable) => {
		expect(classifyFailure(error, context('token'))).toMatchObject({
			code: 'TOKEN_REQUEST_FAILED',
			retryable,
		});
	});
});

describe('isTokenRefusal', () => {
	it.each([421, 432, 454, 501, 504, 530, 534, 538, 555])('is no refresh on %i', (replyCode) => {
		const error = errorWith('x', { response: `${replyCode} no`, responseCode: replyCode });
		expect(isTokenRefusal(error, context('auth'))).toBe(false);
	});

	it('is no refresh on a 535 elsewhere than at sign-in', () => {
		expect(isTokenRefusal(errorWith('x', { response: '535 no' }), context('mailFrom'))).toBe(false);
		expect(isTokenRefusal(errorWith('x', { response: '535 no' }), context('auth'))).toBe(true);
	});
});
