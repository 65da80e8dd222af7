import type { INodeProperties } from 'n8n-workflow';
import { FIELD_LABELS } from './field-labels';
import { FOR_UNATTENDED_HIDDEN } from './client-properties';
import { DELIVERY_PROPERTIES, GRAPH_PERMISSION_PROPERTIES } from './microsoft-properties';
import { PROVIDER_DOCS as DOCS } from './docs-address';
import { CUSTOM_PROVIDER, hasTenant, providerIds, providerOf } from './providers';

function providerNotice(id: string): INodeProperties[] {
	const provider = providerOf(id);
	if (provider === undefined) return [];
	const isGoogle = provider.unattended === 'serviceAccount';
	return [
		{
			displayName: `${provider.notice} <a href="${DOCS}/${provider.docsPage}.md" target="_blank">Step by step</a>`,
			name: `${id}Notice`,
			type: 'notice',
			default: '',
			displayOptions: {
				show: { provider: [id] },
				// What it says is not true of these.
				...(isGoogle ? { hide: { grantType: ['serviceAccount'] } } : {}),
				...(provider.hasGraph === true ? { hide: { deliverVia: ['graph'] } } : {}),
			},
		},
	];
}

const forCustom = { show: { provider: [CUSTOM_PROVIDER] } };
const forCustomUsers = { ...forCustom, hide: FOR_UNATTENDED_HIDDEN };

/** n8n cannot hide an option by the provider, so that any grant type can be chosen for any. */
const WRONG_GRANT_NOTICES: INodeProperties[] = [
	{
		displayName:
			'Client Credentials works with Microsoft 365 and Custom only: no other provider lets an application sign in by itself.',
		name: 'applicationNotice',
		type: 'notice',
		default: '',
		displayOptions: {
			show: {
				grantType: ['clientCredentials'],
				provider: providerIds((provider) => provider.unattended !== 'application'),
			},
		},
	},
	{
		displayName: 'Service Account works with Gmail / Google Workspace only.',
		name: 'serviceAccountNotice',
		type: 'notice',
		default: '',
		displayOptions: {
			show: {
				grantType: ['serviceAccount'],
				provider: [
					...providerIds((provider) => provider.unattended !== 'serviceAccount'),
					CUSTOM_PROVIDER,
				],
			},
		},
	},
	{
		displayName: `An admin of Google Workspace must give the service account domain-wide delegation: admin.google.com → Security → Access and data control → API controls → Manage domain-wide delegation, with its client ID and the scope https://mail.google.com/. <a href="${DOCS}/gmail.md" target="_blank">Step by step</a>`,
		name: 'delegationNotice',
		type: 'notice',
		default: '',
		displayOptions: {
			show: {
				grantType: ['serviceAccount'],
				provider: providerIds((provider) => provider.unattended === 'serviceAccount'),
			},
		},
	},
];

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
	...WRONG_GRANT_NOTICES,
	...providerIds().flatMap(providerNotice),
	{
		displayName: `Any server that offers XOAUTH2 or OAUTHBEARER. Its authorization server's documentation, or the page /.well-known/openid-configuration there, names the endpoints. <a href="${DOCS}/custom.md" target="_blank">Step by step</a>`,
		name: 'customNotice',
		type: 'notice',
		default: '',
		displayOptions: forCustom,
	},
	...DELIVERY_PROPERTIES,
	{
		displayName: FIELD_LABELS.tenant,
		name: 'tenant',
		type: 'string',
		default: 'common',
		placeholder: 'contoso.onmicrosoft.com',
		description:
			'The directory (tenant) ID or domain. Needed with Client Credentials, and if your app accepts accounts of your organization only; "common" if it accepts any.',
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
		displayOptions: forCustomUsers,
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
			'Separated by spaces. Most servers give a refresh token, which n8n needs to stay connected, only for the scope offline_access. With Client Credentials leave that one out.',
		displayOptions: forCustom,
	},
	{
		displayName: 'Authorization Parameters',
		name: 'customAuthQueryParameters',
		type: 'string',
		default: '',
		placeholder: 'access_type=offline&resource=mail',
		description: 'Further parameters of the OAuth endpoint, if it wants any',
		displayOptions: forCustomUsers,
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
		displayOptions: { hide: FOR_UNATTENDED_HIDDEN },
	},
	...GRAPH_PERMISSION_PROPERTIES,
	{
		displayName: 'User',
		name: 'user',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'alerts@example.com',
		description:
			'The mailbox that sends. Connect with this account, or with one that has access to it (shared mailbox). With Client Credentials or Service Account: the mailbox that the application sends from.',
	},
];
