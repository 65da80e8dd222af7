import { describe, expect, it } from 'vitest';
import { Transcript } from '../../../nodes/SmtpOAuthSendEmail/status/transcript.js';
import { graphError } from '../../../sandbox/graph/refusals.js';
import {
	deliverByGraph,
	graphMessage,
	graphSetting,
	graphToken,
	MAILBOX,
} from '../../support/graph/graph-setting.js';
import { attachmentOf } from '../../support/message/prepared-message.js';
import { failureOf } from '../../support/smtp/transport-setting.js';

describe('a message by Microsoft Graph', () => {
	it('is accepted with 202, for everybody whom it names', async () => {
		const { server, transport } = await graphSetting();
		const message = await graphMessage({
			toEmail: 'Team: ada@example.net, bob@example.net;',
			ccEmail: 'cy@example.net',
			bccEmail: 'di@example.net, ada@example.net',
			subject: 'Zürich – 東京',
		});
		const report = await deliverByGraph(transport(), message);
		expect(report).toMatchObject({
			kind: 'accepted',
			accepted: ['ada@example.net', 'bob@example.net', 'cy@example.net', 'di@example.net'],
			rejected: [],
			tlsVerified: true,
		});
		expect(report.response).toMatch(/^202 Accepted \(request-id [\w-]{36}\)$/);
		const [sent] = server.messages;
		expect(sent?.recipients).toEqual(message.envelope.to);
		expect(sent?.parsed.subject).toBe('Zürich – 東京');
		expect(sent?.submitted.length).toBe(message.sizeBytes);
	});

	it('shows nobody who is in Bcc', async () => {
		const { server, transport } = await graphSetting();
		const message = await graphMessage({ bccEmail: 'secret@example.net' });
		await deliverByGraph(transport(), message);
		const [sent] = server.messages;
		expect(sent?.recipients).toContain('secret@example.net');
		expect(sent?.raw.toString()).not.toContain('secret@example.net');
	});

	it('goes out to Bcc alone', async () => {
		const { server, transport } = await graphSetting();
		const message = await graphMessage({
			toEmail: 'undisclosed-recipients:;',
			bccEmail: 'di@example.net',
		});
		expect(message.envelope.to).toEqual(['di@example.net']);
		expect(await deliverByGraph(transport(), message)).toMatchObject({ kind: 'accepted' });
		expect(server.messages[0]?.submitted.toString()).not.toMatch(/^To:/m);
	});

	it.each([
		{ difference: 0, via: 'sendMail' },
		{ difference: 1, via: 'draft' },
	])('of 3,000,000 + $difference bytes goes by $via', async ({ difference, via }) => {
		const { server, transport } = await graphSetting();
		const attachments = [attachmentOf(Buffer.alloc(2_191_600, 'x'))];
		const { sizeBytes } = await graphMessage({ subject: '', attachments });
		const lacking = 3_000_000 + difference - sizeBytes - 'Subject: \r\n'.length;
		const exact = await graphMessage({ subject: 'S'.repeat(lacking), attachments });
		expect(exact.sizeBytes).toBe(3_000_000 + difference);
		expect(await deliverByGraph(transport(), exact)).toMatchObject({ kind: 'accepted' });
		expect(server.messages[0]?.via).toBe(via);
	});

	it('replaces a refused access token once', async () => {
		const { server, transport } = await graphSetting();
		const tokens = [graphToken({ isExpired: true }), graphToken()];
		const report = await deliverByGraph(transport(...tokens), await graphMessage());
		expect(report).toMatchObject({ kind: 'accepted' });
		expect(server.requests.map(({ status }) => status)).toEqual([401, 202]);
	});

	it('keeps secrets out of its transcript', async () => {
		const { transport } = await graphSetting();
		const token = graphToken();
		const transcript = new Transcript(() => performance.now());
		await deliverByGraph(transport(token), await graphMessage(), { transcript });
		const lines = transcript.lines().join('\n');
		expect(lines).toMatch(
			/C: POST graph\.microsoft\.com\/v1\.0\/users\/\{user\}\/sendMail \(\d+ bytes\)/,
		);
		expect(lines).toMatch(/S: 202 \(request-id [\w-]+\)/);
		expect(lines).not.toContain(token.slice(0, 20));
		expect(lines).not.toContain(MAILBOX);
		expect(lines).not.toContain('Hello');
	});
});

describe('a message that Microsoft Graph refuses', () => {
	it.each([
		{
			what: 'for another From',
			fields: { fromEmail: 'boss@contoso.test' },
			code: 'SENDER_NOT_ALLOWED',
			stage: 'mailFrom',
			httpStatus: 403,
		},
		{
			what: 'for a recipient that it cannot resolve',
			fields: { toEmail: 'ada@localhost' },
			code: 'RECIPIENT_REJECTED',
			stage: 'rcptTo',
			httpStatus: 400,
		},
	])('$what', async ({ fields, code, stage, httpStatus }) => {
		const { server, transport } = await graphSetting();
		const report = await deliverByGraph(transport(), await graphMessage(fields));
		expect(failureOf(report)).toMatchObject({ code, stage, httpStatus, retryable: false });
		expect(report.kind).toBe('refused');
		expect(server.messages).toEqual([]);
	});

	it.each([
		{
			what: 'a token for Exchange Online',
			token: { aud: 'https://outlook.office365.com' },
			mailbox: {},
			code: 'WRONG_AUDIENCE',
			says: 'Exchange Online',
		},
		{
			what: 'an application without the role',
			token: { roles: ['User.Read.All'] },
			mailbox: {},
			code: 'PERMISSION_MISSING',
			says: 'Application permissions choose Mail.Send',
		},
		{
			what: 'an application that a policy keeps out',
			token: {},
			mailbox: { blockedApps: ['app-1'] },
			code: 'PERMISSION_MISSING',
			says: 'Get-ApplicationAccessPolicy',
		},
		{
			what: 'a user without a mailbox',
			token: {},
			mailbox: { hasMailbox: false },
			code: 'ACCOUNT_BLOCKED',
			says: 'Exchange Online',
		},
		{
			what: 'a user whom nobody knows',
			token: {},
			mailbox: { address: 'other@contoso.test' },
			code: 'INVALID_PARAMETER',
			says: 'Check User',
		},
		{
			what: 'a full mailbox',
			token: {},
			mailbox: { isFull: true },
			code: 'MAILBOX_FULL',
			says: 'full',
		},
	])('because of $what', async ({ token, mailbox, code, says }) => {
		const { transport } = await graphSetting(mailbox);
		const given = graphToken(token);
		const failure = failureOf(await deliverByGraph(transport(given, given), await graphMessage()));
		expect(failure).toMatchObject({ code, retryable: false });
		expect(`${failure.message} ${failure.remedy}`).toContain(says);
	});

	it('for now, with what it asks to wait apart from what the catalogue knows', async () => {
		const { server, transport } = await graphSetting();
		const busy = (headers = {}) => graphError(503, 'ServiceUnavailable', 'Busy', headers);
		server.faults.add(
			{ on: 'sendMail', act: busy({ 'retry-after': '3' }) },
			{ on: 'sendMail', act: busy() },
		);
		const sending = transport(graphToken(), graphToken());
		expect(await deliverByGraph(sending, await graphMessage())).toMatchObject({
			failure: { code: 'SERVER_BUSY', retryAfterMs: 3_000 },
			askedWaitMs: 3_000,
		});
		const silent = await deliverByGraph(sending, await graphMessage());
		expect(silent).toMatchObject({ failure: { code: 'SERVER_BUSY', retryAfterMs: 60_000 } });
		expect(silent).toMatchObject({ askedWaitMs: undefined });
	});

	it('for now, with Retry-After, for the wait of the next attempt', async () => {
		const { server, transport } = await graphSetting();
		server.faults.add({
			on: 'sendMail',
			act: graphError(429, 'ApplicationThrottled', 'Throttled', { 'retry-after': '17' }),
		});
		expect(failureOf(await deliverByGraph(transport(), await graphMessage()))).toMatchObject({
			code: 'RATE_LIMITED',
			retryAfterMs: 17_000,
			httpStatus: 429,
			retryable: true,
		});
	});

	it('since another one is under way too many', async () => {
		const { server, transport } = await graphSetting();
		server.faults.add({
			on: 'sendMail',
			act: graphError(
				429,
				'ApplicationThrottled',
				'Application is over its MailboxConcurrency limit.',
			),
		});
		expect(await deliverByGraph(transport(), await graphMessage())).toMatchObject({
			kind: 'refused',
			exceedsConnections: true,
		});
	});

	it('when only some recipients are left', async () => {
		const { server, transport } = await graphSetting();
		const message = await graphMessage({ toEmail: 'ada@example.net, bob@example.net' });
		const report = await transport().deliver(message, ['bob@example.net'], { timeoutMs: 5_000 });
		expect(failureOf(report)).toMatchObject({ code: 'INVALID_PARAMETER', stage: 'parameters' });
		expect(server.requests).toEqual([]);
	});
});

describe('a message without a clear answer', () => {
	const gateway = (status: number) => ({
		status,
		headers: { 'content-type': 'text/html' },
		body: '<h2>Our services are not available right now</h2>',
	});

	it.each([
		{ act: gateway(504), when: 'after', kind: 'unknown' },
		{ act: gateway(502), when: 'before', kind: 'unknown' },
		{ act: graphError(500, 'ErrorInternalServerError', 'Oops'), when: 'after', kind: 'unknown' },
		{ act: { status: 200 }, when: 'before', kind: 'unknown' },
		{ act: 'reset', when: 'before', kind: 'unknown' },
		{ act: 'reset', when: 'after', kind: 'unknown' },
		{ act: graphError(503, 'ServiceUnavailable', 'Busy'), when: 'before', kind: 'refused' },
		{ act: graphError(500, 'ErrorServerBusy', 'Busy'), when: 'before', kind: 'refused' },
	] as const)('$act.status$act $when it is $kind', async ({ act, when, kind }) => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'sendMail', act, when });
		const report = await deliverByGraph(transport(), await graphMessage());
		expect(report.kind).toBe(kind);
		expect(failureOf(report)).toMatchObject(
			kind === 'unknown'
				? { code: 'DELIVERY_UNKNOWN', stage: 'reply', retryable: false }
				: { code: 'SERVER_BUSY', retryable: true },
		);
		expect(server.requests.length).toBeLessThanOrEqual(1);
	});

	it('is unknown where Graph is silent', async () => {
		const { server, transport } = await graphSetting();
		server.faults.add({ on: 'sendMail', act: 'silence', when: 'after' });
		const report = await deliverByGraph(transport(), await graphMessage(), { timeoutMs: 700 });
		expect(report.kind).toBe('unknown');
		expect(server.messages).toHaveLength(1);
	});

	it('waits for the answer although the execution is stopped meanwhile', async () => {
		const { server, transport } = await graphSetting();
		const stop = new AbortController();
		server.latencyMs = 200;
		const delivering = deliverByGraph(transport(), await graphMessage(), { signal: stop.signal });
		await expect.poll(() => server.peak).toBe(1);
		stop.abort();
		expect(await delivering).toMatchObject({ kind: 'accepted' });
	});

	it('asks for nothing after a stop', async () => {
		const { server, transport } = await graphSetting();
		const report = await deliverByGraph(transport(), await graphMessage(), {
			signal: AbortSignal.abort(),
		});
		expect(failureOf(report)).toMatchObject({ code: 'CANCELLED' });
		expect(server.requests).toEqual([]);
	});

	it('surely has not gone out where nobody listens', async () => {
		const { server, transport } = await graphSetting();
		const sending = transport();
		await server.close();
		const report = await deliverByGraph(sending, await graphMessage());
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_REFUSED', stage: 'connect' });
		expect(report.kind).toBe('refused');
	});

	it('surely has not gone out where the certificate is for another name', async () => {
		const { transport } = await graphSetting({}, { host: 'graph.microsoft.us' });
		const report = await deliverByGraph(transport(), await graphMessage());
		expect(failureOf(report)).toMatchObject({ code: 'TLS_CERTIFICATE_INVALID', stage: 'tls' });
		expect(report.kind).toBe('refused');
	});
});
