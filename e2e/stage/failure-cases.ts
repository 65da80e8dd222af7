import type { FailureCode } from '../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue.js';
import { createSelfSignedCertificate } from '../../sandbox/net/certificates.js';
import type { Sandbox } from '../../sandbox/start-sandbox.js';
import { GOOD_CLAIMS, jwtOf } from '../../test/support/tls/access-token.js';
import type {
	ScriptedServer,
	ScriptedServerOptions,
} from '../../test/support/smtp/scripted-smtp-server.js';
import { type CredentialChanges, MAILBOX } from './sandbox-account.js';

/** What a failure is provoked with. */
export interface FailureServers {
	sandbox: Sandbox;
	/** Starts a mail server whose replies are scripted; it offers STARTTLS unless told otherwise. */
	script: (options: Partial<ScriptedServerOptions>) => Promise<ScriptedServer>;
	/** Starts a token endpoint that issues this access token; resolves with its address. */
	issue: (accessToken: string) => Promise<string>;
}

/** A workflow that is to fail. */
export interface Provocation {
	/** Fields of the credential that differ from those that work with the sandbox. */
	fields?: CredentialChanges;
	/** Whose account is connected, if not that of the field User. */
	account?: string;
	/** Parameters of the node that differ from those that work. */
	parameters?: Record<string, unknown>;
	/** What the trigger puts out; default: one empty item. */
	items?: ReadonlyArray<Record<string, unknown>>;
	/** What to do once the account is connected. */
	spoil?: () => Promise<void>;
}

/** One of the failures that users meet most often. */
export interface FailureCase {
	what: string;
	code: FailureCode;
	/** A piece of what is to be read as having happened, and one of the remedy. */
	title: string;
	cure: string;
	/** What the server says, word for word. */
	words?: string;
	/** The pictures in docs/images that show it: as it comes up, and with the details unfolded. */
	picture?: { asItComes: string } | { unfolded: string };
	provoke: (servers: FailureServers) => Promise<Provocation>;
}

/** What Exchange Online says, from the fixture of replies. */
const SMTP_AUTH_DISABLED =
	'535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. ' +
	'Visit https://aka.ms/smtp_auth_disabled for more information.';
const TOO_MANY_CONNECTIONS =
	'432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information.';
const TOKEN_REFUSED = '535 5.7.3 Authentication unsuccessful';

const at = ({ host, port, caCertificate }: ScriptedServer) => ({ host, port, caCertificate });

/** A server that answers every access token with the reply. */
const refusing = (reply: string): Partial<ScriptedServerOptions> => ({
	script: (_line, { phase }) => (phase === 'sasl' ? reply : undefined),
});

/** The most frequent failures, by what users ask for help with. */
export const FREQUENT_FAILURES: readonly FailureCase[] = [
	{
		what: 'SSL Mode Implicit at a STARTTLS port',
		code: 'TLS_MODE_MISMATCH',
		title: 'Implicit',
		cure: 'SSL Mode',
		picture: { asItComes: 'error' },
		provoke: async ({ sandbox }) => ({
			fields: { sslMode: 'implicit', port: sandbox.mail.starttlsPort },
		}),
	},
	{
		what: 'SSL Mode Explicit at a port for implicit TLS',
		code: 'TLS_MODE_MISMATCH',
		title: 'Explicit',
		cure: 'SSL Mode',
		provoke: async ({ sandbox }) => ({
			fields: { sslMode: 'explicit', port: sandbox.mail.implicitPort },
			// Such a server waits in silence, and so the workflow waits too.
			parameters: { options: { timeoutSeconds: 5 } },
		}),
	},
	{
		what: 'a self-signed certificate',
		code: 'TLS_CERTIFICATE_INVALID',
		title: 'self-signed',
		cure: 'CA Certificate',
		provoke: async ({ script }) => {
			const server = await script({ certificate: await createSelfSignedCertificate() });
			return { fields: { ...at(server), caCertificate: '' } };
		},
	},
	{
		what: 'SMTP AUTH switched off',
		code: 'SMTP_AUTH_DISABLED',
		title: 'SMTP AUTH',
		cure: 'administrator',
		words: SMTP_AUTH_DISABLED,
		picture: { unfolded: 'error-smtp-auth-disabled' },
		provoke: async ({ script }) => ({ fields: at(await script(refusing(SMTP_AUTH_DISABLED))) }),
	},
	{
		what: "another account's token",
		code: 'TOKEN_REJECTED',
		title: 'bob@sandbox.test',
		cure: 'User',
		words: '535 5.7.8 Username and token not accepted',
		provoke: async () => ({ fields: { user: 'bob@sandbox.test' }, account: MAILBOX }),
	},
	{
		what: 'a token for another service',
		code: 'WRONG_AUDIENCE',
		title: 'Microsoft Graph',
		cure: 'https://outlook.office.com/SMTP.Send',
		words: TOKEN_REFUSED,
		provoke: async ({ script, issue }) => {
			const token = jwtOf({ ...GOOD_CLAIMS, aud: 'https://graph.microsoft.com', upn: MAILBOX });
			return {
				fields: {
					...at(await script(refusing(TOKEN_REFUSED))),
					customAccessTokenUrl: await issue(token),
				},
			};
		},
	},
	{
		what: 'a connection that was revoked',
		code: 'RECONNECT_REQUIRED',
		title: 'has ended',
		cure: 'Connect',
		provoke: async ({ sandbox }) => ({ spoil: () => sandbox.oauth.revoke(MAILBOX) }),
	},
	{
		what: "a From that is not the mailbox's",
		code: 'SENDER_NOT_ALLOWED',
		title: 'sales@example.com',
		cure: 'From Email',
		words: `553 5.7.1 <sales@example.com>: Sender address rejected: not owned by user ${MAILBOX}`,
		provoke: async () => ({ parameters: { fromEmail: 'Sales <sales@example.com>' } }),
	},
	{
		what: 'an unknown recipient',
		code: 'RECIPIENT_REJECTED',
		title: 'unknown@example.com',
		cure: 'address',
		words: '550 5.1.1 <unknown@example.com>: Recipient address rejected: User unknown',
		provoke: async () => ({ parameters: { toEmail: 'unknown@example.com' } }),
	},
	{
		what: 'a message that is too large',
		code: 'MESSAGE_TOO_LARGE',
		title: 'The message',
		cure: 'attachments',
		provoke: async () => ({
			parameters: { text: '={{ "All 12 imports finished. ".repeat(60_000) }}' },
		}),
	},
	{
		what: 'too many connections',
		code: 'RATE_LIMITED',
		title: 'connections',
		cure: 'Max Connections',
		words: TOO_MANY_CONNECTIONS,
		provoke: async ({ script }) => ({
			fields: at(await script(refusing(TOO_MANY_CONNECTIONS))),
			parameters: { options: { maxAttempts: 1 } },
		}),
	},
	{
		what: 'a host name with a typing error',
		code: 'HOST_NOT_FOUND',
		title: 'smtp.sandbox.invalid',
		cure: 'SMTP Server',
		provoke: async () => ({ fields: { host: 'smtp.sandbox.invalid' } }),
	},
	{
		what: 'an attachment that is not there',
		code: 'ATTACHMENT_MISSING',
		title: 'report',
		cure: 'Binary',
		provoke: async () => ({ parameters: { options: { attachments: 'report' } } }),
	},
	{
		what: 'a recipient that is no address',
		code: 'INVALID_PARAMETER',
		title: 'To Email',
		cure: 'name@example.com',
		provoke: async () => ({ parameters: { toEmail: 'ada@' } }),
	},
];
