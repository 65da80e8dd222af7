import type { INodeProperties } from 'n8n-workflow';
import { providerIds } from '../providers/providers';
import { OAUTH_EXPRESSIONS } from './oauth-expressions';

function hidden(displayName: string, name: string, value: string | boolean): INodeProperties {
	return { displayName, name, type: 'hidden', default: value };
}

/** What n8n's OAuth2 flow reads and the user does not see. */
export const HIDDEN_OAUTH_PROPERTIES: INodeProperties[] = [
	hidden('Authorization URL', 'authUrl', OAUTH_EXPRESSIONS.authUrl),
	hidden('Access Token URL', 'accessTokenUrl', OAUTH_EXPRESSIONS.accessTokenUrl),
	hidden('Scope', 'scope', OAUTH_EXPRESSIONS.scope),
	hidden('Auth URI Query Parameters', 'authQueryParameters', OAUTH_EXPRESSIONS.authQueryParameters),
	// For Custom the header, which every authorization server must take (RFC 6749 §2.3.1).
	{
		...hidden('Authentication', 'authentication', 'body'),
		displayOptions: { show: { provider: providerIds() } },
	},
	// Newer n8n then uses PKCE even where the grant type was left at its default.
	{
		...hidden('Use PKCE', 'usePkce', true),
		displayOptions: { show: { provider: providerIds(({ needsPkce }) => needsPkce === true) } },
	},
	// Parent fields that would only mislead here.
	hidden('Send Additional Body Properties', 'sendAdditionalBodyProperties', false),
	hidden('Additional Body Properties', 'additionalBodyProperties', ''),
	// An empty text, so that n8n's refresh helper fetches an application's first token; with anything
	// else, or without the field, it fails, or the dialog says that an account was connected. Each
	// user's own, where every user connects an account of theirs (n8n 2, end-user credentials).
	{ ...hidden('OAuth Token Data', 'oauthTokenData', ''), resolvableField: true },
	hidden('Ignore SSL Issues', 'ignoreSSLIssues', false),
	// Keeps the access token, which opens the whole mailbox, out of the HTTP Request node.
	hidden('Allowed HTTP Request Domains', 'allowedHttpRequestDomains', 'none'),
];
