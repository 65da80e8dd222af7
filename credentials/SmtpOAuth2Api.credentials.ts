import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';
import { CLIENT_PROPERTIES } from './properties/client-properties';
import { HIDDEN_OAUTH_PROPERTIES } from './properties/hidden-properties';
import { itemIndependence } from './properties/item-independence';
import { SIGN_IN_PROPERTIES } from './properties/oauth-properties';
import { SMTP_PROPERTIES } from './properties/smtp-properties';

const PROPERTIES: readonly INodeProperties[] = [
	...CLIENT_PROPERTIES,
	...SIGN_IN_PROPERTIES,
	...SMTP_PROPERTIES,
	...HIDDEN_OAUTH_PROPERTIES,
];

/**
 * The credential type: n8n's own OAuth2 credential, filled from the provider's preset, plus the
 * mailbox and the mail server. n8n connects it and refreshes its tokens.
 */
export class SmtpOAuth2Api implements ICredentialType {
	name = 'smtpOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'SMTP OAuth2 API';

	icon: Icon = { light: 'file:smtpOAuth.svg', dark: 'file:smtpOAuth.dark.svg' };

	documentationUrl =
		'https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/blob/main/docs/credential.md';

	properties: INodeProperties[] = [...PROPERTIES, ...itemIndependence(PROPERTIES)];
}
