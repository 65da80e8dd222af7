import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { AccessTokens } from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { HttpRequest } from '../../../nodes/SmtpOAuthSendEmail/auth/http-client.js';
import type { MailAccount } from '../../../nodes/SmtpOAuthSendEmail/auth/mail-account.js';
import type {
	AttachmentSource,
	MessageFields,
} from '../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import { prepareMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepare-message.js';
import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';
import type { DeliveryReport } from '../../../nodes/SmtpOAuthSendEmail/status/delivery-report.js';
import {
	createGraphTransport,
	type GraphDependencies,
} from '../../../nodes/SmtpOAuthSendEmail/transport/graph/graph-transport.js';
import type {
	AttemptLimits,
	MailTransport,
} from '../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import type { GraphTokenCheck } from '../../../sandbox/graph/access.js';
import type { GraphMailbox } from '../../../sandbox/graph/mailbox.js';
import { startGraphServer, type GraphServer } from '../../../sandbox/graph/graph-server.js';
import { directHttp } from './direct-http.js';
import { attachmentOf, ENVIRONMENT, messageFields, valueOf } from '../message/prepared-message.js';
import { accountAt, storedCredential } from '../smtp/transport-setting.js';

/** The mailbox of the tests. */
export const MAILBOX = 'alerts@contoso.test';

const TENANT = '11111111-2222-3333-4444-555555555555';

/** What a token says; what is not given is what a good one of an application says. */
export interface TokenContent {
	readonly aud?: string;
	readonly roles?: readonly string[];
	/** With it the token is a user's. */
	readonly scp?: string;
	readonly upn?: string;
	readonly isExpired?: boolean;
}

/** An access token in the form of Entra's, without a valid signature. */
export function graphToken(content: TokenContent = {}): string {
	const { aud = 'https://graph.microsoft.com', roles, scp, upn = MAILBOX, isExpired } = content;
	const claims = {
		aud,
		tid: TENANT,
		appid: 'app-1',
		exp: Math.floor(Date.now() / 1_000) + (isExpired === true ? -60 : 3_600),
		...(scp === undefined ? { roles: roles ?? ['Mail.Send', 'Mail.ReadWrite'] } : { scp, upn }),
		uti: randomBytes(20).toString('base64url'),
	};
	const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
	return `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.${randomBytes(64).toString('base64url')}`;
}

/** Reads such a token as the sign-in service would. */
function checkGraphToken(token: string): GraphTokenCheck {
	const payload = token.split('.')[1];
	if (payload === undefined) return { ok: false, reason: 'malformed' };
	const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
		readonly aud: string;
		readonly tid: string;
		readonly appid: string;
		readonly exp: number;
		readonly roles?: string[];
		readonly scp?: string;
		readonly upn?: string;
	};
	if (claims.aud !== 'https://graph.microsoft.com') return { ok: false, reason: 'audience' };
	if (claims.exp * 1_000 < Date.now()) return { ok: false, reason: 'expired' };
	const { tid, appid, roles = [], scp = '', upn } = claims;
	return { ok: true, claims: { tid, appid, roles, scopes: scp.split(' '), upn } };
}

/** A stand-in for Graph, and a transport to it. */
export interface GraphSetting {
	readonly server: GraphServer;
	readonly account: MailAccount;
	readonly request: HttpRequest;
	/** A transport with the given tokens, one after another. */
	readonly transport: (...tokens: string[]) => MailTransport;
	/** A transport with a good token and dependencies of its own. */
	readonly linked: (changes: Partial<GraphDependencies>) => MailTransport;
}

/** Starts one that lives as long as the test. */
export async function graphSetting(
	mailbox: Partial<GraphMailbox> = {},
	changes: Partial<MailAccount> = {},
): Promise<GraphSetting> {
	const authority = await createCertificateAuthority();
	const certificate = await authority.issueServerCertificate({
		hosts: ['graph.microsoft.com', 'outlook.office.com'],
	});
	const server = await startGraphServer({
		certificate,
		checkToken: checkGraphToken,
		mailboxes: [{ address: MAILBOX, ...mailbox }],
	});
	onTestFinished(async () => {
		await server.close();
	});
	const request = directHttp({ port: server.port, caCertificate: certificate.caCertificate });
	const account = accountAt(
		{ port: 443 },
		{
			provider: 'microsoft365',
			host: 'graph.microsoft.com',
			user: MAILBOX,
			deliverVia: 'graph',
			signIn: 'application',
			...changes,
		},
	);
	const open = (given: readonly string[], changes: Partial<GraphDependencies>): MailTransport =>
		createGraphTransport(account, tokensFor(account, given), {
			request,
			memory: { refusedReplacements: new Set() },
			reconcileWaitsMs: [1, 1],
			...changes,
		});
	return {
		server,
		account,
		request,
		transport: (...given) => open(given, {}),
		linked: (changes) => open([], changes),
	};
}

function tokensFor(account: MailAccount, given: readonly string[]): AccessTokens {
	const tokens = given.length === 0 ? [graphToken()] : given;
	return new AccessTokens(storedCredential(tokens), account, Date.now);
}

/** A message as preflight prepares it for Graph. */
export async function graphMessage(changes: Partial<MessageFields> = {}): Promise<PreparedMessage> {
	const fields = messageFields({ user: MAILBOX, fromEmail: '', ...changes });
	return valueOf(await prepareMessage(fields, { ...ENVIRONMENT, hasEnvelope: false }));
}

/** Delivers a message to all of its recipients. */
export async function deliverByGraph(
	transport: MailTransport,
	message: PreparedMessage,
	limits: Partial<AttemptLimits> = {},
): Promise<DeliveryReport> {
	return await transport.deliver(message, message.envelope.to, { timeoutMs: 15_000, ...limits });
}

/** An attachment of random bytes. */
export function largeAttachment(
	bytes: number,
	changes: Partial<AttachmentSource> = {},
): AttachmentSource {
	return attachmentOf(randomBytes(bytes), { fileName: 'large.bin', ...changes });
}

/** What Graph was asked for, in order. */
export function operationsOf({ requests }: GraphServer): string[] {
	return requests.map(({ operation }) => operation);
}

/** Where what was made of the messages lies. */
export function foldersOf({ items }: GraphServer): string[] {
	return items.map(({ folder }) => folder);
}
