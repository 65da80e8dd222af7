import { MINUTE_MS, type CatalogueEntry } from './catalogue-entry';

/** Codes about OAuth2: getting an access token, and what the mail server makes of it. */
export const TOKEN_ENTRIES = {
	RECONNECT_REQUIRED: {
		title: 'The account has to be connected again',
		message: 'The permission of n8n to send as {user} has ended.',
		remedy:
			'Open the credential, click Connect or Switch account (n8n 1: Reconnect) at the top and sign in as {user}.',
		remedyFor: {
			gmail:
				'Open the credential, click Switch account (n8n 1: Reconnect) at the top and sign in as {user}. If this happens every 7 days, your Google app is still in “Testing”: publish it at console.cloud.google.com → Google Auth Platform → Audience → Publish app, then connect once more. A changed password or six months without use also end the permission.',
			microsoft365:
				'Open the credential, click Switch account (n8n 1: Reconnect) at the top and sign in as {user}; if that is a shared mailbox, as the account that has access to it. The permission ends after 90 days without use, and when an admin resets the password or revokes the sessions.',
			outlook:
				'Open the credential, click Switch account (n8n 1: Reconnect) at the top and sign in as {user}. A changed password or 90 days without use also end the permission.',
		},
		cause: 'credential-invalid',
		retryable: false,
	},
	TOKEN_REQUEST_FAILED: {
		title: 'No access token could be fetched',
		message: 'The provider’s sign-in server gave n8n no access token for {user}.',
		remedy:
			'Try again in a minute: the sign-in server may be busy. If it recurs, ask the administrator of n8n whether its machine reaches that server. With the provider Custom, check OAuth Token Endpoint in the credential.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	TOKEN_REJECTED: {
		title: 'The mail server refused the access token',
		message: '{host} refused the access token of {user}.',
		remedy:
			'Check that User in the credential is the mailbox that you connected, then connect again.',
		remedyFor: {
			gmail:
				'Check that User in the credential is the Google account that you connected, then connect again and tick every box on Google’s page. Your Google app needs the scope (permission) https://mail.google.com/: console.cloud.google.com → Google Auth Platform → Data Access.',
			microsoft365:
				'Check that User in the credential is the mailbox that you connected, then connect again. If it recurs, ask an admin for three things. The app needs the permission SMTP.Send: entra.microsoft.com → App registrations → your app → API permissions. The user needs a licence with a mailbox. And SMTP AUTH must be on, in Exchange Online PowerShell Set-CASMailbox -Identity {user} -SmtpClientAuthenticationDisabled $false. If {user} is a shared mailbox, the account that you connected needs access to it: Add-MailboxPermission -Identity {user} -User CONNECTED_ACCOUNT -AccessRights FullAccess.',
			outlook:
				'Check that User in the credential is the Microsoft account that you connected, then connect again. Your app needs the permission SMTP.Send: entra.microsoft.com → App registrations → your app → API permissions → Microsoft Graph → Delegated permissions.',
			fastmail:
				'Check that User in the credential is the name that you log in to Fastmail with, not an alias, then connect again. Fastmail must have allowed your client the scope (permission) https://www.fastmail.com/dev/protocol-smtp.',
			yahoo:
				'Check that User in the credential is the Yahoo address that you connected, then connect again. Yahoo must have approved your app for mail (mail-w).',
			aol: 'Check that User in the credential is the AOL address that you connected, then connect again. Yahoo must have approved your app for mail (mail-w).',
			yandex:
				'Check that User in the credential is the whole Yandex address. In Yandex Mail → Settings → Email clients allow access by OAuth tokens. At oauth.yandex.com → your app → Data access choose sending over SMTP (mail:smtp). Then connect again.',
			mailRu:
				'Check that User in the credential is the whole address, and allow mail programs at account.mail.ru → Security. Then connect again.',
		},
		cause: 'credential-invalid',
		retryable: false,
	},
	WRONG_AUDIENCE: {
		title: 'The access token is for another service',
		message: 'The access token of {user} is for another service than {host}.',
		remedy:
			'Open the credential and connect again, so that n8n gets a token for sending mail. With the provider Custom, first correct OAuth Scopes: the permissions that n8n asks for.',
		remedyFor: {
			microsoft365:
				'Open the credential and connect again: n8n then asks for the right service by itself.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	PERMISSION_MISSING: {
		title: 'A permission is missing',
		message: 'n8n has not been given a permission for {user} that it needs to send mail.',
		remedy:
			'Open the page of the provider where you created your app (its Client ID is in the credential). Give the app the permission to send by SMTP. Then connect again, and allow everything that the provider asks.',
		remedyFor: {
			gmail:
				'At console.cloud.google.com → Google Auth Platform → Data Access add the scope (permission) https://mail.google.com/. Then connect again and tick every box on Google’s page.',
			microsoft365:
				'At entra.microsoft.com → App registrations → your app → API permissions → Add a permission → Microsoft Graph → Delegated permissions, choose SMTP.Send and offline_access. If your organization wants that, an admin clicks Grant admin consent there. Then connect again.',
			outlook:
				'At entra.microsoft.com → App registrations → your app → API permissions → Add a permission → Microsoft Graph → Delegated permissions, choose SMTP.Send and offline_access. The app must also accept personal Microsoft accounts (Authentication → Supported account types). Then connect again.',
			fastmail:
				'Ask Fastmail to allow your client the scope (permission) https://www.fastmail.com/dev/protocol-smtp, then connect again.',
			yahoo:
				'Yahoo gives this permission (mail-w) only to apps that it has approved: apply at senders.yahooinc.com/developer/developer-access-mail-form, then connect again.',
			aol: 'Yahoo gives this permission (mail-w) only to apps that it has approved: apply at senders.yahooinc.com/developer/developer-access-mail-form, then connect again.',
			yandex:
				'At oauth.yandex.com → your app → Data access choose sending over SMTP (mail:smtp), then connect again.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	CLIENT_REJECTED: {
		title: 'The OAuth application was refused',
		message: 'The sign-in server does not accept the Client ID or Client Secret.',
		remedy:
			'Copy Client ID and Client Secret from the provider’s page into the credential again. The secret may have expired or been replaced.',
		remedyFor: {
			gmail:
				'Copy Client ID and Client secret again from console.cloud.google.com → Google Auth Platform → Clients. The client must be of the type Web application, and not deleted.',
			microsoft365:
				'At entra.microsoft.com → App registrations → your app → Certificates & secrets → New client secret, make a new one. Paste its Value (not its Secret ID) into Client Secret and save the credential. Secrets expire after 24 months at the latest. Also compare Client ID and Tenant with Application (client) ID and Directory (tenant) ID on the app’s Overview.',
			outlook:
				'At entra.microsoft.com → App registrations → your app → Certificates & secrets → New client secret, make a new one. Paste its Value (not its Secret ID) into Client Secret and save the credential. Secrets expire after 24 months at the latest.',
		},
		cause: 'credential-invalid',
		retryable: false,
	},
	MECHANISM_NOT_OFFERED: {
		title: 'The server offers no OAuth sign-in',
		message: '{host} offers no OAuth sign-in that this node can use{offer}.',
		remedy:
			'This node signs in by XOAUTH2 or OAUTHBEARER, and the server has to offer one of them. With the provider Custom, check SMTP Server and Port in the credential and set SASL Mechanism to Automatic. If that is right, ask the administrator of the server to switch OAuth on.',
		cause: 'configuration-invalid',
		retryable: false,
	},
} as const satisfies Record<string, CatalogueEntry>;
