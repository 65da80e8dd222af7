import type { INodeProperties } from 'n8n-workflow';
import { FIELD_LABELS } from './field-labels';
import { OAUTH_EXPRESSIONS } from './oauth-expressions';
import { CUSTOM_PROVIDER, hasTenant, providerIds, providerOf } from './providers';

const DOCS =
	'https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/blob/main/docs/providers';

/** Fields of the parent type, in its order: the dialog shows them first. */
export const CLIENT_PROPERTIES: INodeProperties[] = [
	{
		displayName: 'Grant Type',
		name: 'grantType',
		type: 'options',
		options: [
			{
				name: 'Authorization Code',
				value: 'authorizationCode',
				description: 'For Gmail, Microsoft 365, Outlook.com, Yandex, Mail.ru and most servers',
			},
			{
				name: 'PKCE',
				value: 'pkce',
				description: 'For Fastmail, Yahoo, AOL, Comcast and clients without a secret',
			},
		],
		default: 'authorizationCode',
		description: 'How n8n obtains the access token. You sign in once, in the browser.',
	},
	{
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		required: true,
		description:
			'The ID of the app that you registered with the provider; Microsoft calls it Application (client) ID. Give that app the OAuth Redirect URL shown above.',
	},
	{
		displayName: 'Client Secret',
		name: 'clientSecret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'The secret of that app: at Microsoft its Value, not its Secret ID. Leave it empty only if the provider issued none.',
	},
];

function providerNotice(id: string): INodeProperties[] {
	const provider = providerOf(id);
	if (provider === undefined) return [];
	return [
		{
			displayName: `${provider.notice} <a href="${DOCS}/${provider.docsPage}.md" target="_blank">Step by step</a>`,
			name: `${id}Notice`,
			type: 'notice',
			default: '',
			displayOptions: { show: { provider: [id] } },
		},
	];
}

const forCustom = { show: { provider: [CUSTOM_PROVIDER] } };

/** What the user chooses of the sign-in: the provider and whatever it does not settle. */
export const SIGN_IN_PROPERTIES: INodeProperties[] = [
	{
		displayName: FIELD_LABELS.provider,
		name: 'provider',
		type: 'options',
		// In the table's order, the most used first.
		options: [
			...providerIds().map((id) => ({ name: providerOf(id)?.displayName ?? id, value: id })),
			{ name: 'Custom', value: CUSTOM_PROVIDER },
		],
		default: 'gmail',
		description: 'Who hosts the mailbox. Choose Custom for any other server that takes OAuth2.',
	},
	...providerIds().flatMap(providerNotice),
	{
		displayName: `Any server that offers XOAUTH2 or OAUTHBEARER. Its authorization server's documentation, or the page /.well-known/openid-configuration there, names the endpoints. <a href="${DOCS}/custom.md" target="_blank">Step by step</a>`,
		name: 'customNotice',
		type: 'notice',
		default: '',
		displayOptions: forCustom,
	},
	{
		displayName: 'Tenant',
		name: 'tenant',
		type: 'string',
		default: 'common',
		placeholder: 'contoso.onmicrosoft.com',
		description:
			'The directory (tenant) ID or domain. Needed if your app accepts accounts of your organization only; "common" if it accepts any.',
		displayOptions: { show: { provider: providerIds(hasTenant) } },
	},
	{
		displayName: 'OAuth Endpoint',
		name: 'customAuthUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'https://login.example.com/oauth2/authorize',
		description: 'Where you are asked for consent (authorization_endpoint)',
		displayOptions: forCustom,
	},
	{
		displayName: 'OAuth Token Endpoint',
		name: 'customAccessTokenUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'https://login.example.com/oauth2/token',
		description: 'Where n8n obtains and renews tokens (token_endpoint)',
		displayOptions: forCustom,
	},
	{
		displayName: 'OAuth Scopes',
		name: 'customScope',
		type: 'string',
		default: '',
		placeholder: 'openid email offline_access',
		description:
			'Separated by spaces. Most servers give a refresh token, which n8n needs to stay connected, only for the scope offline_access.',
		displayOptions: forCustom,
	},
	{
		displayName: 'Authorization Parameters',
		name: 'customAuthQueryParameters',
		type: 'string',
		default: '',
		placeholder: 'access_type=offline&resource=mail',
		description: 'Further parameters of the OAuth endpoint, if it wants any',
		displayOptions: forCustom,
	},
	{
		displayName: 'Prompt/Consent Level',
		name: 'prompt',
		type: 'options',
		// From the most to the least that is asked.
		options: [
			{
				name: 'Consent',
				value: 'consent',
				description: 'Ask for consent each time. Google gives a refresh token only then.',
			},
			{
				name: 'Select Account',
				value: 'select_account',
				description:
					'Let the user choose the account. Use it if Microsoft says that an admin must approve.',
			},
			{ name: 'Login', value: 'login', description: 'Ask the user to sign in again' },
			{ name: 'None', value: 'none', description: 'Send no prompt parameter' },
		],
		default: 'consent',
		description: 'What the provider asks for when you connect (prompt/consent level)',
	},
	{
		displayName: 'User',
		name: 'user',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'alerts@example.com',
		description:
			'The mailbox that signs in to the mail server. Connect with this account, or with one that has access to it (shared mailbox).',
	},
];

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
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'hidden',
		default: OAUTH_EXPRESSIONS.authentication,
	},
	{ displayName: 'Use PKCE', name: 'usePkce', type: 'hidden', default: OAUTH_EXPRESSIONS.usePkce },
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
	{ displayName: 'Ignore SSL Issues', name: 'ignoreSSLIssues', type: 'hidden', default: false },
	// Keeps the access token, which opens the whole mailbox, out of the HTTP Request node.
	{
		displayName: 'Allowed HTTP Request Domains',
		name: 'allowedHttpRequestDomains',
		type: 'hidden',
		default: 'none',
	},
];
