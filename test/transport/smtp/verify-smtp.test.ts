import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createAccessTokens } from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { MailAccount } from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import {
	VERIFY_STAGES,
	type VerifyStage,
} from '../../../nodes/SmtpOAuthSendEmail/status/verify-report.js';
import type { MailboxReport } from '../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import { verifyMailbox } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/verify/verify-smtp.js';
import {
	createCertificateAuthority,
	createSelfSignedCertificate,
	type CertificateAuthority,
	type ServerCertificate,
} from '../../../sandbox/net/certificates.js';
import { GOOD_CLAIMS, holdsPieceOf, jwtOf } from '../../support/tls/access-token.js';
import type { ScriptedServer } from '../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	commandsOf,
	PLENTY,
	serve,
	storedCredential,
	tokensOf,
	USER,
} from '../../support/smtp/transport-setting.js';

const TOKEN = 'access-token-1';

const MODES = [
	{ sslMode: 'implicit', serverTls: 'implicit' },
	{ sslMode: 'explicit', serverTls: 'starttls' },
] as const;

async function verify(
	account: MailAccount,
	options: { tokens?: ReturnType<typeof tokensOf>; from?: string; timeoutMs?: number } = {},
): Promise<MailboxReport> {
	const { tokens = tokensOf(TOKEN), from = USER, timeoutMs = PLENTY.timeoutMs } = options;
	return await verifyMailbox(account, tokens, from, { timeoutMs });
}

/** The stages of a report by what became of them, e.g. `{ ok: ['token'], failed: ['dns'], … }`. */
function outline({ stages }: MailboxReport) {
	const groups: Record<'ok' | 'failed' | 'skipped', VerifyStage[]> = {
		ok: [],
		failed: [],
		skipped: [],
	};
	for (const stage of VERIFY_STAGES) {
		if (stage !== 'parameters') groups[stages[stage].kind].push(stage);
	}
	return groups;
}

function failureAt({ stages }: MailboxReport, stage: Exclude<VerifyStage, 'parameters'>) {
	const result = stages[stage];
	if (result.kind !== 'failed') throw new Error(`${stage} is ${result.kind}`);
	return result.failure;
}

/** What all walks have in common: nothing is sent, and the connection is over. */
async function expectNothingSent(server: ScriptedServer): Promise<void> {
	expect(commandsOf(server, 'RCPT')).toEqual([]);
	expect(commandsOf(server, 'DATA')).toEqual([]);
	await Promise.all(server.connections.map(async ({ closed }) => await closed));
}

describe.each(MODES)('a mailbox that works, SSL mode $sslMode', ({ sslMode, serverTls }) => {
	it('passes every stage and leaves politely', async () => {
		const server = await serve({ tls: serverTls });
		const report = await verify(accountAt(server, { sslMode }));
		expect(outline(report)).toMatchObject({ failed: [], skipped: [] });
		expect(report.stages).toMatchObject({
			token: { facts: { isRenewable: true } },
			dns: { facts: { addresses: expect.arrayContaining(['127.0.0.1']) } },
			connect: { facts: { address: '127.0.0.1', greeting: '220 scripted.test ESMTP' } },
			tls: {
				facts: {
					version: 'TLSv1.3',
					isVerified: true,
					certificate: {
						subject: 'SMTP OAuth Sandbox',
						issuer: 'SMTP OAuth Sandbox CA',
						names: expect.arrayContaining(['localhost', '127.0.0.1']),
					},
				},
			},
			ehlo: {
				facts: {
					maxMessageBytes: 35_882_577,
					mechanisms: ['XOAUTH2', 'OAUTHBEARER'],
					extensions: ['PIPELINING', '8BITMIME', 'SMTPUTF8'],
				},
			},
			auth: { facts: { mechanism: 'XOAUTH2', isReplaced: false } },
			mailFrom: { facts: { response: '250 2.0.0 Ok' } },
		});
		await expectNothingSent(server);
		expect(commandsOf(server, 'MAIL')).toEqual([`MAIL FROM:<${USER}>`]);
		const lines = server.connections[0]?.tlsLines ?? [];
		expect(lines.slice(-3)).toEqual([`MAIL FROM:<${USER}>`, 'RSET', 'QUIT']);
		expect(server.connections).toHaveLength(1);
	});

	it('by an address needs no look-up', async () => {
		const server = await serve({ tls: serverTls });
		const report = await verify(accountAt(server, { sslMode, host: '127.0.0.1' }));
		expect(report.stages.dns).toMatchObject({ kind: 'ok', facts: { addresses: [] } });
		expect(outline(report).failed).toEqual([]);
	});
});

describe('a token for another service', () => {
	const GRAPH = jwtOf({ ...GOOD_CLAIMS, aud: 'https://graph.microsoft.com' });
	const MICROSOFT = { provider: 'microsoft365', user: GOOD_CLAIMS.upn } as const;

	it('is told where the server cannot be reached, beside that', async () => {
		const nowhere = { ...MICROSOFT, host: 'smtp.does-not-exist.invalid' };
		const report = await verify(accountAt({ port: 587 }, nowhere), { tokens: tokensOf(GRAPH) });
		expect(outline(report)).toMatchObject({ failed: ['token', 'dns'] });
		expect(failureAt(report, 'token')).toMatchObject({
			code: 'WRONG_AUDIENCE',
			stage: 'token',
			message:
				'This token is for Microsoft Graph; SMTP needs https://outlook.office.com/SMTP.Send.',
		});
		expect(report.stages.token).toMatchObject({
			facts: { audiences: ['https://graph.microsoft.com'] },
		});
		expect(holdsPieceOf(JSON.stringify(report), GRAPH)).toBe(false);
	});

	it('is told beside a refusal for another reason', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl'
					? '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.'
					: undefined,
		});
		const report = await verify(accountAt(server, MICROSOFT), { tokens: tokensOf(GRAPH) });
		expect(failureAt(report, 'token')).toMatchObject({ code: 'WRONG_AUDIENCE' });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'SMTP_AUTH_DISABLED' });
	});

	it('is told once where the server has refused it', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '535 5.7.3 Authentication unsuccessful' : undefined,
		});
		const tokens = tokensOf(
			GRAPH,
			jwtOf({ ...GOOD_CLAIMS, aud: 'https://graph.microsoft.com', n: 2 }),
		);
		const report = await verify(accountAt(server, MICROSOFT), { tokens });
		expect(outline(report)).toMatchObject({ failed: ['auth'] });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'WRONG_AUDIENCE', replyCode: 535 });
	});

	it('is none where the server takes it, whatever it says', async () => {
		const server = await serve();
		const report = await verify(accountAt(server, MICROSOFT), { tokens: tokensOf(GRAPH) });
		expect(outline(report).failed).toEqual([]);
	});

	it.each([
		{ what: 'of an audience that nobody knows', aud: 'api://mail', provider: 'microsoft365' },
		{ what: 'for SMTP', aud: GOOD_CLAIMS.aud, provider: 'microsoft365' },
		{ what: 'at a server of one’s own', aud: 'https://graph.microsoft.com', provider: 'custom' },
	])('is not suspected $what', async ({ aud, provider }) => {
		const nowhere = { ...MICROSOFT, provider, host: 'smtp.does-not-exist.invalid' };
		const tokens = tokensOf(jwtOf({ ...GOOD_CLAIMS, aud }));
		const report = await verify(accountAt({ port: 587 }, nowhere), { tokens });
		expect(outline(report).failed).toEqual(['dns']);
	});
});

describe('a server that cannot be reached', () => {
	it('is not known to the name service', async () => {
		const report = await verify(accountAt({ port: 465 }, { host: 'smtp.does-not-exist.invalid' }));
		expect(outline(report)).toMatchObject({ ok: ['token'], failed: ['dns'] });
		expect(failureAt(report, 'dns')).toMatchObject({ code: 'HOST_NOT_FOUND' });
	});

	it('refuses the connection', async () => {
		const closed = createServer().listen(0, '127.0.0.1');
		await once(closed, 'listening');
		const { port } = closed.address() as AddressInfo;
		closed.close();
		await once(closed, 'close');
		const report = await verify(accountAt({ port }));
		expect(outline(report)).toMatchObject({ ok: ['token', 'dns'], failed: ['connect'] });
		expect(failureAt(report, 'connect')).toMatchObject({ code: 'CONNECTION_REFUSED' });
	});

	it('never greets', async () => {
		const server = await serve({ tls: 'implicit', greeting: { then: 'silent' } });
		const report = await verify(accountAt(server), { timeoutMs: 1_000 });
		expect(outline(report)).toMatchObject({
			failed: ['connect'],
			skipped: ['ehlo', 'auth', 'mailFrom'],
		});
		expect(failureAt(report, 'connect')).toMatchObject({ code: 'CONNECTION_TIMEOUT' });
		expect(report.stages.tls).toMatchObject({ kind: 'ok', facts: { isVerified: true } });
		await expectNothingSent(server);
	});
});

describe('the wrong SSL mode', () => {
	it('is seen by the answer to TLS', async () => {
		const server = await serve({ tls: 'starttls' });
		const report = await verify(accountAt(server, { sslMode: 'implicit' }));
		expect(outline(report)).toMatchObject({ ok: ['token', 'dns', 'connect'], failed: ['tls'] });
		expect(failureAt(report, 'tls')).toMatchObject({ code: 'TLS_MODE_MISMATCH', stage: 'tls' });
	});

	it('is seen by the silence of a port for TLS', async () => {
		const server = await serve({ tls: 'implicit' });
		const report = await verify(accountAt(server, { sslMode: 'explicit' }), { timeoutMs: 1_000 });
		expect(outline(report)).toMatchObject({ ok: ['token', 'dns'], failed: ['connect'] });
		expect(failureAt(report, 'connect')).toMatchObject({ code: 'TLS_MODE_MISMATCH' });
	});

	it('is not mistaken for a server without STARTTLS', async () => {
		const server = await serve({ tls: 'none', ehlo: ['SIZE', 'AUTH XOAUTH2'] });
		const report = await verify(accountAt(server, { sslMode: 'explicit' }));
		expect(outline(report)).toMatchObject({
			failed: ['tls'],
			skipped: ['ehlo', 'auth', 'mailFrom'],
		});
		expect(failureAt(report, 'tls')).toMatchObject({ code: 'TLS_NOT_OFFERED' });
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		await expectNothingSent(server);
	});
});

describe.each(MODES)('a certificate nobody trusts, SSL mode $sslMode', ({ sslMode, serverTls }) => {
	let authority: CertificateAuthority;
	beforeAll(async () => {
		authority = await createCertificateAuthority();
	});

	const faults: Record<string, () => Promise<{ certificate: ServerCertificate; says: string }>> = {
		'self-signed': async () => ({
			certificate: await createSelfSignedCertificate(),
			says: 'is self-signed',
		}),
		expired: async () => ({
			certificate: await authority.issueServerCertificate({
				notAfter: new Date(Date.now() - 3_600_000),
			}),
			says: 'has expired',
		}),
		'for another name': async () => ({
			certificate: await authority.issueServerCertificate({ hosts: ['mail.example.net'] }),
			says: 'mail.example.net',
		}),
		'of an unknown authority': async () => ({
			certificate: await (await createCertificateAuthority()).issueServerCertificate(),
			says: 'an authority that n8n does not know',
		}),
	};

	it.each(Object.keys(faults))('is told apart, and no credential shown: %s', async (name) => {
		const fault = await faults[name]?.();
		if (fault === undefined) throw new Error(name);
		const { certificate, says } = fault;
		const server = await serve({ tls: serverTls, certificate });
		const { port } = server;
		const { caCertificate } = name === 'self-signed' ? {} : authority;
		const account = accountAt(
			{ port, ...(caCertificate === undefined ? {} : { caCertificate }) },
			{ sslMode },
		);
		const report = await verify(account);
		expect(outline(report)).toEqual({
			ok: ['token', 'dns', 'connect', 'ehlo'],
			failed: ['tls'],
			skipped: ['auth', 'mailFrom'],
		});
		const failure = failureAt(report, 'tls');
		expect(failure).toMatchObject({ code: 'TLS_CERTIFICATE_INVALID', stage: 'tls' });
		expect(failure.message).toContain(says);
		expect(report.stages.tls).toMatchObject({
			facts: { isVerified: false, certificate: { subject: expect.stringContaining('Sandbox') } },
		});
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		expect(commandsOf(server, 'MAIL')).toEqual([]);
		await expectNothingSent(server);
	});

	it('is taken where the credential says so, and reported', async () => {
		const certificate = await createSelfSignedCertificate({ hosts: ['mail.example.net'] });
		const server = await serve({ tls: serverTls, certificate });
		const { port } = server;
		const report = await verify(accountAt({ port }, { sslMode, allowUnauthorizedCerts: true }));
		expect(outline(report)).toMatchObject({ failed: [], skipped: [] });
		expect(report.stages.tls).toMatchObject({ facts: { isVerified: false } });
	});
});

describe('the sign-in', () => {
	it('is not tried where no mechanism of ours is offered', async () => {
		const server = await serve({ ehlo: ['SIZE 1000', 'AUTH PLAIN LOGIN'] });
		const report = await verify(accountAt(server));
		expect(outline(report)).toMatchObject({ failed: ['auth'], skipped: ['mailFrom'] });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'MECHANISM_NOT_OFFERED' });
		expect(failureAt(report, 'auth').message).toContain('PLAIN, LOGIN');
		expect(commandsOf(server, 'AUTH')).toEqual([]);
	});

	it('is refused: the token is replaced once, and the refusal told', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '535 5.7.3 Authentication unsuccessful' : undefined,
		});
		const credential = storedCredential([TOKEN, 'access-token-2', 'access-token-3']);
		const tokens = createAccessTokens(credential, 'custom', Date.now);
		const report = await verify(accountAt(server), { tokens });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'TOKEN_REJECTED', replyCode: 535 });
		expect(outline(report)).toMatchObject({ failed: ['auth'], skipped: ['mailFrom'] });
		expect(credential.refreshCount).toBe(1);
		expect(commandsOf(server, 'AUTH')).toHaveLength(2);
		await expectNothingSent(server);
	});

	it('passes with a renewed token where the stored one is refused', async () => {
		const server = await serve({
			script: (line, { phase }) => {
				const isOld = Buffer.from(line, 'base64').toString().includes(TOKEN);
				return phase === 'sasl' && isOld ? '535 5.7.3 Authentication unsuccessful' : undefined;
			},
		});
		const report = await verify(accountAt(server), { tokens: tokensOf(TOKEN, 'access-token-2') });
		expect(outline(report)).toMatchObject({ failed: [], skipped: [] });
		expect(report.stages.auth).toMatchObject({ facts: { isReplaced: true } });
		await expectNothingSent(server);
	});

	it('is refused and the token cannot be replaced: both are told', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '535 5.7.3 Authentication unsuccessful' : undefined,
		});
		const report = await verify(accountAt(server), { tokens: tokensOf(TOKEN) });
		expect(outline(report)).toMatchObject({ failed: ['token', 'auth'] });
		expect(failureAt(report, 'token')).toMatchObject({ code: 'RECONNECT_REQUIRED' });
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'TOKEN_REJECTED' });
	});

	it('says when the mailbox has too many connections', async () => {
		const server = await serve({
			script: (_line, { phase }) =>
				phase === 'sasl' ? '432 4.3.2 Concurrent connections limit exceeded' : undefined,
		});
		const report = await verify(accountAt(server));
		expect(report.exceedsConnections).toBe(true);
		expect(failureAt(report, 'auth')).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
	});
});

describe('without a token', () => {
	it('looks at the server up to its EHLO reply', async () => {
		const server = await serve();
		const report = await verify(accountAt(server), { tokens: tokensOf() });
		expect(outline(report)).toEqual({
			ok: ['dns', 'connect', 'tls', 'ehlo'],
			failed: ['token'],
			skipped: ['auth', 'mailFrom'],
		});
		expect(failureAt(report, 'token')).toMatchObject({ code: 'RECONNECT_REQUIRED' });
		expect(commandsOf(server, 'AUTH')).toEqual([]);
		await expectNothingSent(server);
	});

	it('leaves time for the server where the sign-in server is silent', async () => {
		const server = await serve({ ehlo: ['AUTH PLAIN'] });
		const tokens = createAccessTokens(
			{ ...storedCredential([TOKEN]), readTokenData: () => new Promise(() => undefined) },
			'custom',
			Date.now,
		);
		const report = await verify(accountAt(server), { tokens, timeoutMs: 3_000 });
		expect(outline(report)).toEqual({
			ok: ['dns', 'connect', 'tls', 'ehlo'],
			failed: ['token', 'auth'],
			skipped: ['mailFrom'],
		});
		expect(failureAt(report, 'token')).toMatchObject({ code: 'TOKEN_REQUEST_FAILED' });
	});
});

describe('the sender', () => {
	it.each([
		'550 5.7.60 SMTP; Client does not have permissions to send as this sender',
		'553 5.7.1 <boss@example.com>: Sender address rejected: not owned by user user@example.com',
	])('is refused: %s', async (reply) => {
		const server = await serve({
			script: (command) => (command.startsWith('MAIL') ? reply : undefined),
		});
		const report = await verify(accountAt(server), { from: 'boss@example.com' });
		expect(outline(report)).toMatchObject({ failed: ['mailFrom'], skipped: [] });
		expect(failureAt(report, 'mailFrom')).toMatchObject({
			code: 'SENDER_NOT_ALLOWED',
			stage: 'mailFrom',
			replyCode: Number(reply.slice(0, 3)),
		});
		expect(commandsOf(server, 'QUIT')).toHaveLength(1);
		await expectNothingSent(server);
	});

	it('is offered with SMTPUTF8 where it needs that, or not at all', async () => {
		const from = 'jürgen@example.com';
		const able = await serve();
		expect(outline(await verify(accountAt(able), { from })).failed).toEqual([]);
		expect(commandsOf(able, 'MAIL')).toEqual([`MAIL FROM:<${from}> SMTPUTF8`]);
		const unable = await serve({ ehlo: ['AUTH XOAUTH2'] });
		const report = await verify(accountAt(unable), { from });
		expect(failureAt(report, 'mailFrom')).toMatchObject({ code: 'SMTPUTF8_NOT_OFFERED' });
		expect(commandsOf(unable, 'MAIL')).toEqual([]);
	});

	it.each(['EHLO', 'AUTH', 'MAIL'])('a connection lost at %s is told there', async (at) => {
		const server = await serve({
			script: (command) => (command.startsWith(at) ? { then: 'reset' } : undefined),
		});
		const stage = ({ EHLO: 'ehlo', AUTH: 'auth', MAIL: 'mailFrom' } as const)[at];
		if (stage === undefined) throw new Error(at);
		const report = await verify(accountAt(server));
		expect(outline(report).failed).toEqual([stage]);
		expect(failureAt(report, stage)).toMatchObject({ code: 'CONNECTION_LOST', stage });
	});
});

describe('what a server says', () => {
	it('comes out without the token, wherever it repeats it', async () => {
		const server = await serve({
			greeting: `220 hello ${TOKEN}`,
			script: (command) => {
				if (command.startsWith('EHLO')) {
					return ['250-scripted.test', `250-XSECRET ${TOKEN}`, '250 AUTH XOAUTH2'];
				}
				return command.startsWith('MAIL') ? `250 2.1.0 ${TOKEN}` : undefined;
			},
		});
		const report = await verify(accountAt(server));
		expect(outline(report).failed).toEqual([]);
		expect(JSON.stringify(report)).not.toContain(TOKEN);
		expect(report.stages.ehlo).toMatchObject({ facts: { extensions: ['XSECRET [redacted]'] } });
	});
});

describe('stopping the execution', () => {
	it('ends the walk where it is', async () => {
		const stop = new AbortController();
		onTestFinished(() => {
			stop.abort();
		});
		const server = await serve({
			script: (command) => {
				if (!command.startsWith('MAIL')) return undefined;
				stop.abort();
				return { then: 'silent' };
			},
		});
		const limits = { ...PLENTY, signal: stop.signal };
		const report = await verifyMailbox(accountAt(server), tokensOf(TOKEN), USER, limits);
		expect(failureAt(report, 'mailFrom')).toMatchObject({ code: 'CANCELLED', stage: 'mailFrom' });
		await expectNothingSent(server);
	});
});
