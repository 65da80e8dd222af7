import type { INodeProperties } from 'n8n-workflow';
import { FIELD_LABELS } from '../checks/field-labels';
import { notice } from './notice';
import { FOR_UNATTENDED_HIDDEN } from './client-properties';
import { TENANT_NOTICE, USER_NOTICES } from './entry-notices';
import { GRANT_NOTICES } from './grant-notices';
import {
	CLOUDS_WITHOUT_SMTP,
	DELIVERY_PROPERTIES,
	GRAPH_PERMISSION_PROPERTIES,
} from './microsoft-properties';
import { PROVIDER_DOCS as DOCS } from './docs-address';
import { NO_SINGLE_TENANT } from '../checks/sign-in';
import {
	CUSTOM_PROVIDER,
	hasTenant,
	hasTransport,
	providerIds,
	providerOf,
} from '../providers/providers';

function providerNotice(id: string): INodeProperties[] {
	const provider = providerOf(id);
	if (provider === undefined) return [];
	const others = provider.transports.filter((transport) => transport !== 'smtp');
	const cloud = hasTransport(provider, 'graph') ? { cloud: CLOUDS_WITHOUT_SMTP } : {};
	// What it says is not true of these, which have notices of their own.
	const hide = { ...FOR_UNATTENDED_HIDDEN, deliverVia: others, ...cloud };
	const displayOptions = { show: { provider: [id] }, ...(others.length === 0 ? {} : { hide }) };
	const link = `<a href="${DOCS}/${provider.docsPage}.md" target="_blank">Step by step</a>`;
	return [notice(`${id}Notice`, `${provider.notice} ${link}`, displayOptions)];
}

const forCustom = { show: { provider: [CUSTOM_PROVIDER] } };
const forCustomUsers = { ...forCustom, hide: FOR_UNATTENDED_HIDDEN };

/** What the user chooses of the sign-in: the provider, and what the provider leaves open. */
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
	...GRANT_NOTICES,
	...providerIds().flatMap(providerNotice),
	{
		displayName: `For any server that offers XOAUTH2 or OAUTHBEARER. Register a client at its authorization server. The documentation of that server, or its page /.well-known/openid-configuration, names the endpoints. <a href="${DOCS}/custom.md" target="_blank">Step by step</a>`,
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
	notice(
		'tenantNotice',
		'An application signs in to one organization: enter under Tenant the Directory (tenant) ID from the Overview of the app registration.',
		{
			show: {
				provider: providerIds(hasTenant),
				grantType: ['clientCredentials'],
				tenant: [...NO_SINGLE_TENANT],
			},
		},
	),
	TENANT_NOTICE,
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
			'Separated by spaces. Most servers give a refresh token, which n8n needs to stay connected, only for the scope offline_access. Leave it out with Client Credentials.',
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
	...USER_NOTICES,
];
