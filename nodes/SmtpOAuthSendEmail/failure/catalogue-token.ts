import { MINUTE_MS, type CatalogueEntry } from './catalogue-entry';

/** Codes about OAuth2: getting an access token, and what the mail server makes of it. */
export const TOKEN_ENTRIES = {
	RECONNECT_REQUIRED: {
		title: 'The account has to be connected again',
		message: 'The connection of {user} has ended: no new access token can be had with it.',
		remedy:
			'Open the credential, click Connect (if the account is shown as connected: Switch account or Reconnect) and sign in as {user}.',
		remedyFor: {
			gmail:
				'Open the credential and connect again as {user}. If it ends every 7 days, the OAuth consent screen is in Testing: publish it at console.cloud.google.com → Google Auth Platform → Audience → Publish app. A changed password and six months without use end it too.',
			microsoft365:
				'Open the credential and connect again as {user}. A connection ends after 90 days without use, after a changed password, and when an admin revokes the sessions.',
			outlook:
				'Open the credential and connect again as {user}. A connection ends after 90 days without use and after a changed password.',
		},
		cause: 'credential-invalid',
		retryable: false,
	},
	TOKEN_REQUEST_FAILED: {
		title: 'No access token could be fetched',
		message: 'The sign-in server of the provider gave no access token for {user}.',
		remedy:
			"Try again later. If it recurs, check that the machine that runs n8n reaches the provider's sign-in server; with the provider Custom also the OAuth Token Endpoint.",
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	TOKEN_REJECTED: {
		title: 'The mail server refused the access token',
		message: '{host} refused the access token of {user}.',
		remedy:
			'Check that User in the credential is the mailbox that was connected, then reconnect the credential.',
		remedyFor: {
			gmail:
				'Check that User is the Google account that was connected, then reconnect. The scope must be https://mail.google.com/ (gmail.send does not open SMTP).',
			microsoft365:
				'Check that User is the mailbox that was connected, then reconnect. If it recurs: the app needs the delegated permission SMTP.Send, the user needs a licence with a mailbox, and SMTP AUTH must be on for it: Set-CASMailbox -Identity {user} -SmtpClientAuthenticationDisabled $false. For a shared mailbox the connected user needs Full Access: Add-MailboxPermission -Identity {user} -User CONNECTED_USER -AccessRights FullAccess.',
			outlook:
				'Check that User is the Microsoft account that was connected, then reconnect. The scope must be https://outlook.office.com/SMTP.Send.',
			fastmail:
				'Check that User is the Fastmail login name, not an alias, then reconnect. The scope must be https://www.fastmail.com/dev/protocol-smtp.',
			yahoo: 'Check that User is the Yahoo address, then reconnect. The scope must be mail-w.',
			aol: 'Check that User is the AOL address, then reconnect. The scope must be mail-w.',
			yandex:
				'Check that User is the whole Yandex address, then reconnect. The scope must be mail:smtp, and Yandex Mail → Settings → Email clients must allow access by OAuth tokens.',
			mailRu:
				'Check that User is the whole address, then reconnect. The scope must hold mail.imap, and access by mail programs must be on at account.mail.ru → Security.',
		},
		cause: 'credential-invalid',
		retryable: false,
	},
	WRONG_AUDIENCE: {
		title: 'The access token is for another service',
		message: 'The access token of {user} was issued for another service than {host}.',
		remedy:
			'With the provider Custom, correct OAuth Scopes in the credential to the one for SMTP, then connect again.',
		remedyFor: {
			microsoft365:
				'The scope must be https://outlook.office.com/SMTP.Send, with none of graph.microsoft.com beside it. Correct it, then connect again.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	PERMISSION_MISSING: {
		title: 'A permission is missing',
		message: 'The connection of {user} lacks a permission that sending by SMTP needs.',
		remedy: 'Grant the permission for SMTP to the OAuth application, then connect again.',
		remedyFor: {
			gmail:
				'Add the scope https://mail.google.com/ at console.cloud.google.com → Google Auth Platform → Data access, then connect again and tick every box on the consent page.',
			microsoft365:
				'At entra.microsoft.com → App registrations → your app → API permissions → Add a permission → Microsoft Graph → Delegated permissions choose SMTP.Send and offline_access, have an admin click Grant admin consent if your organization wants that, then connect again.',
			outlook:
				'The app registration must allow personal Microsoft accounts and have SMTP.Send among its API permissions. Then connect again.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	CLIENT_REJECTED: {
		title: 'The OAuth application was refused',
		message: 'The sign-in server does not accept the Client ID or Client Secret.',
		remedy:
			'Copy the Client ID and the Client Secret from the provider again; the secret may have expired or been replaced.',
		remedyFor: {
			gmail:
				'Copy both again from console.cloud.google.com → Google Auth Platform → Clients. The client must be of the type Web application and not be deleted.',
			microsoft365:
				'At entra.microsoft.com → App registrations → your app → Certificates & secrets → New client secret: make one and paste its Value (not its Secret ID). Secrets expire after 24 months at the latest. Check the Tenant too.',
			outlook:
				'At entra.microsoft.com → App registrations → your app → Certificates & secrets → New client secret: make one and paste its Value (not its Secret ID).',
		},
		cause: 'credential-invalid',
		retryable: false,
	},
	MECHANISM_NOT_OFFERED: {
		title: 'The server offers no OAuth sign-in',
		message: '{host} offers no OAuth sign-in that this node can use{offer}.',
		remedy:
			'The server must offer XOAUTH2 or OAUTHBEARER on this port. With your own server, set SASL Mechanism to “Automatic”, check host and port, or ask the server’s administrator.',
		cause: 'configuration-invalid',
		retryable: false,
	},
} as const satisfies Record<string, CatalogueEntry>;
