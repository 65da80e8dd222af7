import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/classify.js';
import { describeFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/describe-failure.js';
import type { FailureContext } from '../../../nodes/SmtpOAuthSendEmail/failure/model/failure.js';
import { isTokenRefusal } from '../../../nodes/SmtpOAuthSendEmail/failure/rules/smtp/token-refusal.js';
import { context, errorWith } from '../../support/smtp/fault-context.js';

describe('the texts of a failure', () => {
	it('says what happened, then quotes the server, and gives the provider’s own remedy', () => {
		const error = errorWith('Invalid login', {
			code: 'EAUTH',
			response: '535 5.7.3 Authentication unsuccessful',
		});
		expect(classifyFailure(error, context('auth', { provider: 'microsoft365' }))).toStrictEqual({
			code: 'TOKEN_REJECTED',
			cause: 'credential-invalid',
			stage: 'auth',
			message:
				'mail.example.com refused the access token of anna@example.com. The server said: "535 5.7.3 Authentication unsuccessful"',
			remedy: expect.stringContaining(
				'Set-CASMailbox -Identity anna@example.com -SmtpClientAuthenticationDisabled $false',
			),
			retryable: false,
			replyCode: 535,
			enhancedStatusCode: '5.7.3',
			docs: 'https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/blob/main/docs/errors.md#token_rejected',
		});
	});

	it('gives the remedy of a provider’s own server to whoever entered that server by hand', () => {
		const disabled = errorWith('refused', {
			responseCode: 535,
			response: '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled',
		});
		const remedyAt = (host: string): string =>
			classifyFailure(disabled, context('auth', { host })).remedy;
		expect(remedyAt('SMTP.office365.com')).toContain('Set-CASMailbox -Identity anna@example.com');
		expect(remedyAt('mail.example.com')).not.toContain('Set-CASMailbox');
		// What concerns the credential itself is about the fields that Custom shows.
		const rejected = errorWith('refused', { responseCode: 535, response: '535 5.7.8 no' });
		expect(classifyFailure(rejected, context('auth', { host: 'smtp.gmail.com' })).remedy).toBe(
			classifyFailure(rejected, context('auth')).remedy,
		);
	});

	it.each([
		[[], 'Did not take a recipient of this message.'],
		[['a@x.test'], 'did not take a@x.test.'],
		[['a@x.test', 'b@x.test', 'c@x.test'], 'did not take a@x.test, b@x.test and c@x.test.'],
		[
			['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@x.test`),
			'a@x.test, b@x.test, c@x.test and 2 more.',
		],
	])('names refused recipients: %j', (recipients, words) => {
		const refused = errorWith('no', { response: '550 5.1.1 no' });
		const { message } = classifyFailure(refused, context('rcptTo', { recipients }));
		expect(message.toLowerCase()).toContain(words.toLowerCase());
	});

	it.each([
		'553 5.7.1 Sender address rejected: not owned by user',
		'550 The from address does not match a verified Sender Identity.',
		'550 5.7.1 SPF check failed',
		'550 no',
	])('do not propose the mailbox as the sender where it is that already: %s', (response) => {
		const refused = errorWith('no', { response });
		const remedyFrom = (from: string): string =>
			classifyFailure(refused, context('mailFrom', { user: 'anna@example.com', from })).remedy;
		expect(remedyFrom('sales@example.com')).toMatch(/leave From Email empty/i);
		expect(remedyFrom('Anna@example.com')).not.toMatch(/leave From Email empty/i);
	});

	it('joins the lines of a reply and keeps the quotation below 300 characters', () => {
		const error = errorWith('x', { response: `550-5.7.1 one\r\n550 5.7.1 ${'two '.repeat(200)}` });
		const { message } = classifyFailure(error, context('data'));
		expect(message).toContain('"550 5.7.1 one two two');
		expect(message).not.toMatch(/[\r\n]/);
		expect(message.slice(message.indexOf('"')).length).toBeLessThanOrEqual(302);
	});

	it('points to CA Certificate only where the credential has that field', () => {
		const selfSigned = errorWith('x', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
		const own = classifyFailure(selfSigned, context('tls', { provider: 'custom' }));
		expect(own.remedy).toContain('CA Certificate');
		const preset = classifyFailure(selfSigned, context('tls', { provider: 'gmail' }));
		expect(preset.remedy).not.toContain('CA Certificate');
		expect(preset.remedy).toContain('firewall');
	});

	it('gives both sizes and the offered mechanisms where they are known', () => {
		const tooLarge = errorWith('x', { response: '552 5.3.4 too big' });
		expect(
			classifyFailure(
				tooLarge,
				context('mailFrom', { sizeBytes: 40_000_000, maxMessageBytes: 35_882_577 }),
			).message,
		).toContain('takes (it has 40.0 MB as sent, the limit is 35.9 MB).');
		const nearly = context('mailFrom', { sizeBytes: 35_900_000, maxMessageBytes: 35_882_577 });
		expect(classifyFailure(tooLarge, nearly).message).toContain(
			'takes (it has 35900000 bytes as sent, the limit is 35882577 bytes).',
		);
		expect(classifyFailure(tooLarge, context('mailFrom')).message).toContain('takes. The server');
		const noOAuth = errorWith('x', { response: '504 5.5.4 no' });
		expect(
			classifyFailure(noOAuth, context('auth', { offeredMechanisms: ['PLAIN', 'LOGIN'] })).message,
		).toContain('can use (it offers PLAIN, LOGIN).');
	});

	it('finds words for what is not known', () => {
		const failure = classifyFailure(errorWith('x', { code: 'ECONNREFUSED' }), {
			stage: 'connect',
			provider: 'custom',
		});
		expect(failure.message).toMatch(/^The connection to the mail server was refused\./);
	});

	it('takes the detail and remedy of a known fault as they are, but for secrets', () => {
		const failure = describeFailure(
			{
				code: 'INVALID_PARAMETER',
				detail: 'Subject holds {user} and s3cr3t-token.',
				remedy: 'Do {this}.',
			},
			context('parameters', { secrets: ['s3cr3t-token'] }),
		);
		expect(failure).toMatchObject({
			code: 'INVALID_PARAMETER',
			message: 'Subject holds {user} and [redacted].',
			remedy: 'Do {this}.',
			cause: 'configuration-invalid',
		});
	});

	it('keeps the server’s JSON refusal, and knows a missing scope by it', () => {
		const error = errorWith('x', { response: '535 5.7.8 Error: authentication failed:' });
		const withRefusal = (status: string): FailureContext =>
			context('auth', { saslRefusal: JSON.stringify({ status }) });
		expect(classifyFailure(error, withRefusal('401'))).toMatchObject({
			code: 'TOKEN_REJECTED',
			message: expect.stringContaining('(its answer to the token: {"status":"401"})'),
		});
		expect(classifyFailure(error, withRefusal('insufficient_scope')).code).toBe(
			'PERMISSION_MISSING',
		);
		expect(isTokenRefusal(error, withRefusal('401'))).toBe(true);
		expect(isTokenRefusal(error, withRefusal('insufficient_scope'))).toBe(false);
	});

	it.each([
		[
			'550 Relay quota for sending messages will reset in 21.99 hours: daily limit exceeded',
			22,
			'hours',
		],
		[
			'450 4.7.1 You have exceeded your hourly sending quota, try again in 35 minutes',
			35,
			'minutes',
		],
		['421 4.7.0 Rate limit exceeded, wait 300 seconds', 5, 'minutes'],
	])('take the wait from the words: %s', (response, count, unit) => {
		const failure = classifyFailure(errorWith('x', { response }), context('mailFrom'));
		const unitMs = unit === 'hours' ? 3_600_000 : 60_000;
		expect(failure.retryable).toBe(true);
		expect(Math.ceil((failure.retryAfterMs ?? 0) / unitMs)).toBe(count);
		expect(failure.remedy).toContain(`Wait ${String(count)} ${unit}, as the server says`);
		expect(failure.remedy.match(/\bWait\b/g)).toHaveLength(1);
	});

	it('claim no cause where the server gives none, and do not speak of an alias where From is the mailbox', () => {
		const refused = errorWith('x', { response: '550 5.7.1 Command rejected' });
		const own = classifyFailure(refused, context('mailFrom', { from: 'anna@example.com' }));
		expect(own.message).toMatch(/refused the message when it learned the sender/);
		expect(own.remedy).toContain('is the mailbox itself');
		const other = classifyFailure(refused, context('mailFrom', { from: 'b@example.com' }));
		expect(other.remedy).toContain(
			'Usual reasons, the most frequent first: anna@example.com may not send as b@example.com',
		);
		const atGmail = { from: 'b@example.com', provider: 'gmail' };
		expect(classifyFailure(refused, context('mailFrom', atGmail)).remedy).toContain('Send mail as');
	});
});
