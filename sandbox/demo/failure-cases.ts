import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { createCertificateAuthority, createSelfSignedCertificate } from '../net/certificates.js';
import { blockedByPolicy, expiredTokens, graphTokens } from './failing-tokens.js';
import type { MailServerOptions } from '../mail/smtp-port.js';
import type { Sandbox } from '../start-sandbox.js';

/** One thing that goes wrong, and what the user is to be told. */
export interface FailureCase {
	readonly title: string;
	/** How the sandbox brings it about, for the reader of the output. */
	readonly cause: string;
	/** The mailbox that sends; default alice@sandbox.test. */
	readonly user?: string;
	readonly mailServer?: () => MailServerOptions | Promise<MailServerOptions>;
	/** Fields that differ from those of a connected, correct credential. May break the sandbox, too. */
	readonly credential?: (
		sandbox: Sandbox,
		user: string,
	) => ICredentialDataDecryptedObject | Promise<ICredentialDataDecryptedObject>;
	readonly parameters?: IDataObject;
	/** Whether the reply is Microsoft's, so that its own remedy is to be shown besides. */
	readonly isOfMicrosoft?: boolean;
	readonly expected: {
		readonly code: string;
		readonly stage: string;
		/** What the message must say, where several causes share a code and a stage. */
		readonly says?: RegExp;
	};
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const ANNA = 'anna@contoso.com';

const trusted = async (request: { hosts?: readonly string[]; notAfter?: Date }) => ({
	certificate: await (await createCertificateAuthority()).issueServerCertificate(request),
});

/** What goes wrong most often, in the order in which a message meets it. */
export const FAILURE_CASES: readonly FailureCase[] = [
	{
		title: 'Wrong SSL mode: Implicit at a port for STARTTLS',
		cause: 'SSL Mode Implicit with the port of the other mode.',
		credential: ({ mail }) => ({ sslMode: 'implicit', port: mail.starttlsPort }),
		expected: { code: 'TLS_MODE_MISMATCH', stage: 'tls' },
	},
	{
		title: 'Wrong SSL mode: Explicit (STARTTLS) at a port for implicit TLS',
		cause:
			'SSL Mode Explicit with the port of the other mode, where each side waits for the other to speak. Timeout (Seconds) is 5 here, to save the usual wait of 30 seconds.',
		credential: ({ mail }) => ({ sslMode: 'explicit', port: mail.implicitPort }),
		parameters: { options: { maxAttempts: 1, timeoutSeconds: 5 } },
		expected: { code: 'TLS_MODE_MISMATCH', stage: 'connect' },
	},
	{
		title: 'Bad certificate: self-signed',
		cause: 'The server shows a certificate signed by its own key.',
		mailServer: async () => ({ certificate: await createSelfSignedCertificate() }),
		credential: () => ({ caCertificate: '' }),
		expected: { code: 'TLS_CERTIFICATE_INVALID', stage: 'tls', says: /is self-signed/ },
	},
	{
		title: 'Bad certificate: expired',
		cause: 'The certificate comes from a trusted authority and ended yesterday.',
		mailServer: () => trusted({ notAfter: new Date(Date.now() - DAY_MS) }),
		expected: { code: 'TLS_CERTIFICATE_INVALID', stage: 'tls', says: /has expired\. / },
	},
	{
		title: 'Bad certificate: wrong name',
		cause: 'The certificate is for smtp.contoso.com; the credential names localhost.',
		mailServer: () => trusted({ hosts: ['smtp.contoso.com'] }),
		expected: { code: 'TLS_CERTIFICATE_INVALID', stage: 'tls', says: /for another host name/ },
	},
	{
		title: 'Bad certificate: unknown authority',
		cause: "The certificate is good, but CA Certificate in the credential lacks the authority's.",
		credential: () => ({ caCertificate: '' }),
		expected: { code: 'TLS_CERTIFICATE_INVALID', stage: 'tls', says: /from an authority/ },
	},
	{
		title: 'Expired token',
		cause:
			'The access token has ended, and the provider gave no refresh token to renew it with, as Google does without the Prompt Consent. (With a refresh token it is renewed, and the user notices nothing.)',
		credential: expiredTokens,
		expected: { code: 'RECONNECT_REQUIRED', stage: 'token', says: /no refresh token/ },
	},
	{
		title: 'Wrong audience',
		cause:
			'The access token is a JWT for Microsoft Graph (scope Mail.Send, without offline_access); the server refuses it in the words of Exchange Online.',
		user: ANNA,
		mailServer: () => ({ refusalStyle: 'plain' }),
		credential: (_sandbox, user) => graphTokens(user),
		expected: { code: 'WRONG_AUDIENCE', stage: 'auth', says: /is for Microsoft Graph; / },
	},
	{
		title: 'Revoked grant',
		cause:
			'The user, or an admin, has withdrawn the permission: access token and refresh token are refused (invalid_grant).',
		credential: async ({ oauth }, user) => {
			await oauth.revoke(user);
			return {};
		},
		expected: { code: 'RECONNECT_REQUIRED', stage: 'token' },
	},
	{
		title: 'A policy of the organization',
		cause:
			'The token endpoint refuses to renew the token word for word as Microsoft does where Conditional Access forbids it (AADSTS53003). n8n leaves the words out; the node asks for them.',
		user: ANNA,
		credential: blockedByPolicy,
		expected: { code: 'SIGN_IN_BLOCKED', stage: 'token', says: /AADSTS53003/ },
	},
	{
		title: 'SMTP AUTH disabled',
		cause: 'The server answers the sign-in word for word as Exchange Online does.',
		user: ANNA,
		mailServer: () => ({
			refuseSignInWith:
				'535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [MN2PR05CA0004.namprd05.prod.outlook.com 2023-09-12T20:59:57.214Z 08DBB276B7E699C4]',
		}),
		isOfMicrosoft: true,
		expected: { code: 'SMTP_AUTH_DISABLED', stage: 'auth' },
	},
	{
		title: 'Another From',
		cause: 'From Email is an address that is not the mailbox’s.',
		parameters: { fromEmail: 'Board <board@sandbox.test>' },
		expected: { code: 'SENDER_NOT_ALLOWED', stage: 'mailFrom' },
	},
	{
		title: 'Unknown recipient',
		cause: 'The only recipient does not exist.',
		parameters: { toEmail: 'unknown@sandbox.test' },
		expected: { code: 'RECIPIENT_REJECTED', stage: 'rcptTo' },
	},
	{
		title: 'EHLO name',
		cause:
			'The server refuses the name of the client when it hears of a recipient, as Postfix does.',
		mailServer: () => ({
			refuseRecipientWith:
				'504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname',
		}),
		expected: { code: 'EHLO_NAME_REFUSED', stage: 'rcptTo' },
	},
	{
		title: 'Sending paused',
		cause: 'The server answers the message word for word as Amazon SES does for a paused account.',
		mailServer: () => ({
			refuseMessageWith:
				'554 Message rejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.',
		}),
		expected: { code: 'ACCOUNT_BLOCKED', stage: 'reply' },
	},
	{
		title: 'Limit of the day',
		cause:
			'The server answers word for word as GoDaddy does, which says when the limit ends: see retryAfterMs in the item.',
		mailServer: () => ({
			refuseMessageWith:
				'550 User alice@sandbox.test has exceeded its 24-hour sending limit. Messages to 250 recipients out of 250 allowed have been sent. Relay quota will reset in 21.99 hours.',
		}),
		expected: { code: 'QUOTA_EXHAUSTED', stage: 'reply', says: /sent as much as/ },
	},
	{
		title: 'Too large',
		cause: 'A message of 1.5 MB, where the server takes 1 MB.',
		mailServer: () => ({ maxMessageBytes: 1_000_000 }),
		parameters: { text: '={{ "All work and no play. ".repeat(65000) }}' },
		expected: { code: 'MESSAGE_TOO_LARGE', stage: 'mailFrom' },
	},
	{
		title: 'Throttled',
		cause:
			'The server answers the message word for word as Exchange Online does to more than 3 connections at a time. Max Attempts is 1 here; else the node waits and tries again by itself.',
		user: ANNA,
		mailServer: () => ({
			refuseMessageWith:
				'432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information. [Hostname=OS0PR01MB6099.jpnprd01.prod.outlook.com]',
		}),
		isOfMicrosoft: true,
		expected: { code: 'RATE_LIMITED', stage: 'reply' },
	},
];
