import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { AccessTokens } from '../../../nodes/SmtpOAuthSendEmail/auth/access-tokens.js';
import type { MessageFields } from '../../../nodes/SmtpOAuthSendEmail/message/fields/message-fields.js';
import { prepareMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepare-message.js';
import type { PreparedMessage } from '../../../nodes/SmtpOAuthSendEmail/message/prepared-message.js';
import type { DeliveryReport } from '../../../nodes/SmtpOAuthSendEmail/status/delivery-report.js';
import { createGmailTransport } from '../../../nodes/SmtpOAuthSendEmail/transport/gmail/gmail-transport.js';
import type {
	AttemptLimits,
	MailTransport,
} from '../../../nodes/SmtpOAuthSendEmail/transport/mail-transport.js';
import { startGmailServer, type GmailServer } from '../../../sandbox/google/gmail-server.js';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import { directHttp } from '../graph/direct-http.js';
import { ENVIRONMENT, messageFields, valueOf } from '../message/prepared-message.js';
import { accountAt, storedCredential } from '../smtp/transport-setting.js';

/** The mailbox of the tests. */
export const GMAIL_MAILBOX = 'alerts@example.test';

const SEND = 'https://www.googleapis.com/auth/gmail.send';

/** A stand-in for the Gmail API, and a transport to it. */
export interface GmailSetting {
	readonly server: GmailServer;
	/** A token that the server knows. */
	readonly token: (scopes?: readonly string[], user?: string) => string;
	/** A transport with the given tokens, one after another; default: a good one. */
	readonly transport: (...tokens: string[]) => MailTransport;
}

/** Starts one that lives as long as the test. */
export async function gmailSetting(): Promise<GmailSetting> {
	const authority = await createCertificateAuthority();
	const hosts = ['gmail.googleapis.com', 'www.googleapis.com'];
	const certificate = await authority.issueServerCertificate({ hosts });
	const tokens = new Map<string, { user: string; scopes: readonly string[] }>();
	const server = await startGmailServer({
		certificate,
		checkToken: (token) => {
			const known = tokens.get(token);
			return known === undefined ? { ok: false } : { ok: true, ...known };
		},
		mailboxes: [{ address: GMAIL_MAILBOX, aliases: ['team@example.test'] }],
	});
	onTestFinished(async () => {
		await server.close();
	});
	const account = accountAt(
		{ port: 443 },
		{
			provider: 'gmail',
			host: 'gmail.googleapis.com',
			user: GMAIL_MAILBOX,
			deliverVia: 'gmailApi',
			signIn: 'user',
		},
	);
	const token = (scopes: readonly string[] = [SEND], user = GMAIL_MAILBOX): string => {
		const issued = `ya29.${randomBytes(60).toString('base64url')}`;
		tokens.set(issued, { user, scopes });
		return issued;
	};
	return {
		server,
		token,
		transport: (...given) =>
			createGmailTransport(
				account,
				new AccessTokens(
					storedCredential(given.length === 0 ? [token()] : given),
					account,
					Date.now,
				),
				{
					request: directHttp({ port: server.port, caCertificate: certificate.caCertificate }),
					memory: { refusedReplacements: new Set() },
				},
			),
	};
}

/** A message as it is prepared for the Gmail API. */
export async function gmailMessage(changes: Partial<MessageFields> = {}): Promise<PreparedMessage> {
	const fields = messageFields({ user: GMAIL_MAILBOX, fromEmail: '', ...changes });
	return valueOf(await prepareMessage(fields, { ...ENVIRONMENT, hasEnvelope: false }));
}

/** Delivers a message to all of its recipients. */
export async function deliverByGmail(
	transport: MailTransport,
	message: PreparedMessage,
	limits: Partial<AttemptLimits> = {},
): Promise<DeliveryReport> {
	return await transport.deliver(message, message.envelope.to, { timeoutMs: 30_000, ...limits });
}
