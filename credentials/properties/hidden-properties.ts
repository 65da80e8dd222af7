import type { INodeProperties } from 'n8n-workflow';
import { providerIds } from '../providers/providers';
import { OAUTH_EXPRESSIONS } from './oauth-expressions';

/** What n8n's OAuth2 flow reads and the user does not see. */
export const HIDDEN_OAUTH_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Authorization URL',
		name: 'authUrl',
		type: 'hidden',
		default: OAUTH_EXPRESSIONS.authUrl,
	},
	{
		displayName: 'Access Token URL',
		name: 'accessTokenUrl',
		type: 'hidden',
		default: OAUTH_EXPRESSIONS.accessTokenUrl,
	},
	{ displayName: 'Scope', name: 'scope', type: 'hidden', default: OAUTH_EXPRESSIONS.scope },
	{
		displayName: 'Auth URI Query Parameters',
		name: 'authQueryParameters',
		type: 'hidden',
		default: OAUTH_EXPRESSIONS.authQueryParameters,
	},
	// For Custom the header, which every authorization server must take (RFC 6749 §2.3.1).
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'hidden',
		default: 'body',
		displayOptions: { show: { provider: providerIds() } },
	},
	// Newer n8n then uses PKCE even where the grant type was left at its default.
	{
		displayName: 'Use PKCE',
		name: 'usePkce',
		type: 'hidden',
		default: true,
		displayOptions: { show: { provider: providerIds(({ needsPkce }) => needsPkce === true) } },
	},
	// Parent fields that would only mislead here.
	{
		displayName: 'Send Additional Body Properties',
		name: 'sendAdditionalBodyProperties',
		type: 'hidden',
		default: false,
	},
	{
		displayName: 'Additional Body Properties',
		name: 'additionalBodyProperties',
		type: 'hidden',
		default: '',
	},
	// An empty text, so that n8n's refresh helper fetches an application's first token; with anything
	// else, or without the field, it fails, or the dialog says that an account was connected.
	{
		displayName: 'OAuth Token Data',
		name: 'oauthTokenData',
		type: 'hidden',
		default: '',
		// Each user's own, where every user connects an account of theirs (n8n 2, end-user credentials).
		resolvableField: true,
	},
	{ displayName: 'Ignore SSL Issues', name: 'ignoreSSLIssues', type: 'hidden', default: false },
	// Keeps the access token, which opens the whole mailbox, out of the HTTP Request node.
	{
		displayName: 'Allowed HTTP Request Domains',
		name: 'allowedHttpRequestDomains',
		type: 'hidden',
		default: 'none',
	},
];
