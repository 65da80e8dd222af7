import { orByRole, permissionRemedy } from './application-rules';
import type { FailureContext, FailureDraft } from '../../model/failure';

/**
 * What an administrator of Exchange Online does so that an application may send from a mailbox
 * (https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth).
 *
 * @param clientId Application (client) ID, if it is known
 * @param objectId of the enterprise application, if it is known
 */
export function mailboxRemedy(clientId = 'CLIENT_ID', objectId = 'OBJECT_ID'): string {
	const which =
		objectId === 'OBJECT_ID'
			? 'The object ID is the one at entra.microsoft.com → Enterprise apps → the app, not that of the app registration.'
			: 'This is the object ID at entra.microsoft.com → Enterprise apps → the app; that of the app registration does not work.';
	return `An Exchange admin runs two commands in Exchange Online PowerShell. To make the application known, once: New-ServicePrincipal -AppId ${clientId} -ObjectId ${objectId}. To give it the mailbox: Add-MailboxPermission -Identity {user} -User ${objectId} -AccessRights FullAccess. ${which} ${orByRole('SMTP.SendAsApp', clientId)} Authenticated SMTP must be on for the mailbox. It may take an hour to work.`;
}

/**
 * What is different about a refused access token without a person's connection; nothing where a
 * person has connected.
 */
export function refusedUnattended({ signIn, provider }: FailureContext): Partial<FailureDraft> {
	if (signIn === 'serviceAccount') {
		return {
			message: '{host} refused the access token that the service account has for {user}.',
			remedy:
				'Check that Gmail is on for {user}: admin.google.com → Apps → Google Workspace → Gmail. Check that the domain-wide delegation names the scope https://mail.google.com/ (gmail.send does not open SMTP).',
		};
	}
	if (signIn !== 'application') return {};
	return {
		message: '{host} refused the access token of the application for {user}.',
		remedy:
			provider === 'custom'
				? 'Check that the mail server lets the application send from {user}, and that OAuth Scopes asks for what it wants. At Microsoft: New-ServicePrincipal and Add-MailboxPermission for the enterprise application.'
				: mailboxRemedy(),
	};
}

/** As above, of a mail server that says that a scope is missing (RFC 7628 §3.2.2). */
export function missingScope(context: FailureContext): Partial<FailureDraft> {
	if (context.signIn !== 'application') return {};
	return {
		message: 'The access token of the application lacks a permission that {host} wants.',
		remedy:
			context.provider === 'custom'
				? 'Set OAuth Scopes to what the mail server wants, and grant it to the application.'
				: permissionRemedy(context),
	};
}
