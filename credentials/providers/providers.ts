import { MICROSOFT_TOKENS } from './microsoft-tokens';
import type { TokenExpectation } from './token-expectation';

/** How the connection is encrypted: TLS from the first byte, or STARTTLS, required (RFC 8314). */
export type SslMode = 'explicit' | 'implicit';

/** `auto`: the one of the two that the server's EHLO offers. */
export type SaslMechanismChoice = 'auto' | 'XOAUTH2' | 'OAUTHBEARER';

/** How messages are handed over. The facts of each stand in transports.ts. */
export type TransportId = 'smtp' | 'graph' | 'gmailApi';

/** Limits a provider has published; a field is missing where it has published none. */
export interface ProviderLimits {
	/** Connections at a time for one mailbox. */
	readonly connections?: number;
	readonly messagesPerMinute?: number;
	/** Addresses in one envelope; the highest that an administrator may allow. */
	readonly recipientsPerMessage?: number;
	readonly recipientsPerDay?: number;
	/** Size of the encoded message. */
	readonly maxMessageBytes?: number;
}

/** What is known of one provider: everything a user need not type. */
export interface Provider {
	readonly displayName: string;
	/** Name of its page in docs/providers, without `.md`. */
	readonly docsPage: string;
	/** What a person who signs in has to do first, and the trap that most users of it fall into; plain text. */
	readonly notice: string;
	/** `{tenant}` stands for the credential's tenant. */
	readonly authorizeUrl: string;
	readonly tokenUrl: string;
	/** Space-separated (RFC 6749 §3.3). */
	readonly scope: string;
	/** Further parameters of the authorization request, form-encoded. */
	readonly authorizeParameters?: string;
	/** Whether its authorization server wants PKCE (RFC 7636). */
	readonly needsPkce?: boolean;
	readonly smtpHost: string;
	/** The ports it answers at in each SSL mode, its default first; none where it lacks the mode. */
	readonly ports: Readonly<Record<SslMode, readonly number[]>>;
	/** The one that it is spoken to with, where not `auto`. */
	readonly saslMechanism?: SaslMechanismChoice;
	/** How it lets programs sign in without a person, if at all. */
	readonly unattended?: 'application' | 'serviceAccount';
	/** What an application asks for that signs in by itself, where it may. */
	readonly applicationScope?: string;
	/** The transports that its mailboxes can be reached by, the default first. */
	readonly transports: readonly [TransportId, ...TransportId[]];
	/** The scopes of which a connection must have one, where the token endpoint says what was granted. */
	readonly sendingScopes?: Readonly<Partial<Record<TransportId, readonly string[]>>>;
	readonly limits?: ProviderLimits;
	/** What its access tokens must say, where they can be read. */
	readonly tokens?: TokenExpectation;
	/** Where these facts stand. */
	readonly sources: readonly string[];
	/** ISO date on which they were last compared with the sources. */
	readonly checkedOn: string;
}

const THUNDERBIRD =
	'https://github.com/thunderbird/thunderbird-desktop/blob/main/mailnews/base/src/OAuth2Providers.sys.mjs';
const MICROSOFT_OAUTH =
	'https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth';
const YAHOO_MAIL = 'https://senders.yahooinc.com/developer/documentation';

/**
 * The presets. A provider is a row of data: adding one takes a row here and its page in
 * docs/providers, nothing else.
 */
export const PROVIDERS = {
	gmail: {
		displayName: 'Gmail / Google Workspace',
		docsPage: 'gmail',
		notice:
			'Create an OAuth client of the type Web application in the Google Cloud console, with the OAuth Redirect URL above. While its app is in "Testing", Google ends the connection after 7 days: publish it ("In production"), or choose the audience "Internal" in Google Workspace.',
		authorizeUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
		tokenUrl: 'https://oauth2.googleapis.com/token',
		scope: 'https://mail.google.com/',
		// Without it Google gives no refresh token.
		authorizeParameters: 'access_type=offline',
		transports: ['smtp', 'gmailApi'],
		sendingScopes: {
			smtp: ['https://mail.google.com/'],
			gmailApi: [
				'https://www.googleapis.com/auth/gmail.send',
				'https://www.googleapis.com/auth/gmail.compose',
				'https://www.googleapis.com/auth/gmail.modify',
				'https://mail.google.com/',
			],
		},
		smtpHost: 'smtp.gmail.com',
		ports: { explicit: [587], implicit: [465] },
		unattended: 'serviceAccount',
		limits: { recipientsPerMessage: 100, maxMessageBytes: 35_882_577 },
		sources: [
			'https://developers.google.com/workspace/gmail/imap/imap-smtp',
			'https://developers.google.com/workspace/gmail/imap/xoauth2-protocol',
			'https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send',
			'https://developers.google.com/identity/protocols/oauth2/web-server',
			'https://developers.google.com/identity/protocols/oauth2/service-account',
			'https://developers.google.com/workspace/gmail/api/auth/scopes',
			'https://support.google.com/a/answer/166852',
		],
		checkedOn: '2026-11-28',
	},
	microsoft365: {
		displayName: 'Microsoft 365 / Exchange Online',
		docsPage: 'microsoft-365',
		notice:
			'Register an app in the Microsoft Entra admin center, with the OAuth Redirect URL above (platform Web) and the delegated permission SMTP.Send. Authenticated SMTP must be switched on for the mailbox: Microsoft 365 admin center → Users → Active users → the user → Mail → Manage email apps.',
		authorizeUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize',
		tokenUrl: 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token',
		scope: 'https://outlook.office.com/SMTP.Send offline_access',
		transports: ['smtp', 'graph'],
		smtpHost: 'smtp.office365.com',
		ports: { explicit: [587], implicit: [] },
		saslMechanism: 'XOAUTH2',
		unattended: 'application',
		applicationScope: 'https://outlook.office365.com/.default',
		// 500 recipients are the default, 1,000 what an administrator may allow; the size is each mailbox's own.
		limits: {
			connections: 3,
			messagesPerMinute: 30,
			recipientsPerMessage: 1_000,
			recipientsPerDay: 10_000,
		},
		tokens: MICROSOFT_TOKENS,
		sources: [
			MICROSOFT_OAUTH,
			'https://learn.microsoft.com/en-us/exchange/troubleshoot/send-emails/smtp-submission-improvements',
			'https://learn.microsoft.com/en-us/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits#sending-limits',
		],
		checkedOn: '2026-11-22',
	},
	outlook: {
		displayName: 'Outlook.com / Hotmail',
		docsPage: 'outlook',
		notice:
			'For personal accounts (outlook.com, hotmail.com, live.com); for a work or school account choose Microsoft 365. Register an app in the Microsoft Entra admin center that accepts personal Microsoft accounts, with the OAuth Redirect URL above (platform Web) and the delegated permission SMTP.Send.',
		authorizeUrl: 'https://login.microsoftonline.com/consumers/oauth2/v2.0/authorize',
		tokenUrl: 'https://login.microsoftonline.com/consumers/oauth2/v2.0/token',
		scope: 'https://outlook.office.com/SMTP.Send offline_access',
		transports: ['smtp'],
		smtpHost: 'smtp-mail.outlook.com',
		ports: { explicit: [587], implicit: [] },
		saslMechanism: 'XOAUTH2',
		// Of Microsoft 365 subscribers; others have fewer, which Microsoft does not number.
		limits: { recipientsPerMessage: 500, recipientsPerDay: 5_000 },
		tokens: MICROSOFT_TOKENS,
		sources: [
			MICROSOFT_OAUTH,
			'https://support.microsoft.com/en-us/office/sending-limits-in-outlook-com-279ee200-594c-40f0-9ec8-bb6af7735c2e',
		],
		checkedOn: '2026-11-22',
	},
	fastmail: {
		displayName: 'Fastmail',
		docsPage: 'fastmail',
		notice:
			'Choose PKCE as Grant Type above and leave Client Secret empty. Fastmail registers clients by hand: write to it first, with the OAuth Redirect URL above.',
		authorizeUrl: 'https://api.fastmail.com/oauth/authorize',
		tokenUrl: 'https://api.fastmail.com/oauth/refresh',
		scope: 'https://www.fastmail.com/dev/protocol-smtp',
		needsPkce: true,
		transports: ['smtp'],
		smtpHost: 'smtp.fastmail.com',
		ports: { explicit: [587], implicit: [465] },
		sources: ['https://www.fastmail.com/for-developers/oauth/', THUNDERBIRD],
		checkedOn: '2026-11-22',
	},
	yahoo: {
		displayName: 'Yahoo Mail',
		docsPage: 'yahoo-aol',
		notice:
			'Choose PKCE as Grant Type above. Yahoo grants its mail permission (mail-w) only after you have asked for access and signed its agreement.',
		authorizeUrl: 'https://api.login.yahoo.com/oauth2/request_auth',
		tokenUrl: 'https://api.login.yahoo.com/oauth2/get_token',
		scope: 'mail-w',
		needsPkce: true,
		transports: ['smtp'],
		smtpHost: 'smtp.mail.yahoo.com',
		ports: { explicit: [587], implicit: [465] },
		sources: [YAHOO_MAIL, THUNDERBIRD],
		checkedOn: '2026-11-22',
	},
	aol: {
		displayName: 'AOL Mail',
		docsPage: 'yahoo-aol',
		notice:
			'Choose PKCE as Grant Type above. AOL belongs to Yahoo: ask Yahoo for access and sign its agreement first. An AOL client is not a Yahoo client.',
		authorizeUrl: 'https://api.login.aol.com/oauth2/request_auth',
		tokenUrl: 'https://api.login.aol.com/oauth2/get_token',
		scope: 'mail-w',
		needsPkce: true,
		transports: ['smtp'],
		smtpHost: 'smtp.aol.com',
		ports: { explicit: [587], implicit: [465] },
		sources: [YAHOO_MAIL, THUNDERBIRD],
		checkedOn: '2026-11-22',
	},
	yandex: {
		displayName: 'Yandex Mail',
		docsPage: 'yandex',
		notice:
			'Create an app at oauth.yandex.com, with the OAuth Redirect URL above and the permission to send mail over SMTP. Allow mail clients in the settings of the mailbox.',
		authorizeUrl: 'https://oauth.yandex.com/authorize',
		tokenUrl: 'https://oauth.yandex.com/token',
		scope: 'mail:smtp',
		transports: ['smtp'],
		smtpHost: 'smtp.yandex.com',
		ports: { explicit: [], implicit: [465] },
		limits: { recipientsPerMessage: 35, recipientsPerDay: 500 },
		sources: [
			'https://tech.yandex.com/oauth/doc/imap/index-docpage/',
			'https://yandex.com/support/mail/web/letter/create/send-many-letters.html',
			THUNDERBIRD,
		],
		checkedOn: '2026-11-22',
	},
	mailRu: {
		displayName: 'Mail.ru',
		docsPage: 'mail-ru',
		notice:
			'Works with apps registered for o2.mail.ru. Since July 2025 Mail.ru restricts who may register one.',
		authorizeUrl: 'https://o2.mail.ru/login',
		tokenUrl: 'https://o2.mail.ru/token',
		scope: 'userinfo mail.imap',
		transports: ['smtp'],
		smtpHost: 'smtp.mail.ru',
		ports: { explicit: [], implicit: [465] },
		sources: [
			'https://id.vk.com/about/business/go/docs/ru/vkid/latest/oauth/oauth-mail/index',
			THUNDERBIRD,
		],
		checkedOn: '2026-11-22',
	},
	comcast: {
		displayName: 'Comcast / Xfinity',
		docsPage: 'comcast',
		notice:
			'Choose PKCE as Grant Type above. Comcast is moving its mailboxes to Yahoo through 2026: a mailbox that has moved needs the provider Yahoo Mail.',
		authorizeUrl: 'https://oauth.xfinity.com/oauth/authorize',
		tokenUrl: 'https://oauth.xfinity.com/oauth/token',
		scope: 'https://email.comcast.net/ profile openid',
		needsPkce: true,
		transports: ['smtp'],
		smtpHost: 'smtp.comcast.net',
		ports: { explicit: [587], implicit: [465] },
		sources: [THUNDERBIRD],
		checkedOn: '2026-11-22',
	},
} as const satisfies Readonly<Record<string, Provider>>;

/** The value of `provider` for a server of the user's own: no preset, every field is shown. */
export const CUSTOM_PROVIDER = 'custom';

const ROWS: Readonly<Record<string, Provider>> = PROVIDERS;

/** The row of a preset; `undefined` for `custom` and for anything unknown. */
export function providerOf(id: string): Provider | undefined {
	return Object.hasOwn(ROWS, id) ? ROWS[id] : undefined;
}

/** The keys of the presets that `isMatch` picks, in the table's order. */
export function providerIds(isMatch: (provider: Provider) => boolean = () => true): string[] {
	return Object.entries(ROWS)
		.filter(([, provider]) => isMatch(provider))
		.map(([id]) => id);
}

/** Whether the provider answers in both SSL modes, so that the user has a choice. */
export function hasSslModeChoice(provider: Provider): boolean {
	return provider.ports.explicit.length > 0 && provider.ports.implicit.length > 0;
}

/** Whether the provider's mailboxes can be reached by a transport. */
export function hasTransport({ transports }: Provider, id: TransportId): boolean {
	return transports.includes(id);
}

/** Whether the provider's addresses depend on the credential's tenant. */
export function hasTenant(provider: Provider): boolean {
	return provider.authorizeUrl.includes('{tenant}');
}
