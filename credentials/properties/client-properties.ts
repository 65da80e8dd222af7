import type { INodeProperties } from 'n8n-workflow';
import { FIELD_LABELS } from '../checks/field-labels';
import { notice } from './notice';

/** Grant types without a connection in the browser. */
export const FOR_UNATTENDED_HIDDEN = { grantType: ['clientCredentials', 'serviceAccount'] };

const forCertificate = {
	show: { grantType: ['clientCredentials'], clientCredentialType: ['certificate'] },
};
const forServiceAccount = { show: { grantType: ['serviceAccount'] } };

/** Fields of the parent type, in its order: the dialog shows them first. */
export const CLIENT_PROPERTIES: INodeProperties[] = [
	{
		displayName:
			'<b>First choose your Provider, further down.</b> The note below it says what to do next. Keep the Grant Type unless that note names another, or an application or a service account signs in.',
		// The first field that n8n's own type has, and hides: only by its name can a notice stand above the
		// others. It keeps its default, with which n8n registers no client by itself.
		name: 'useDynamicClientRegistration',
		type: 'notice',
		default: false,
	},
	{
		displayName: FIELD_LABELS.grantType,
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
			{
				name: 'Client Credentials',
				value: 'clientCredentials',
				description:
					'For Microsoft 365 and Custom: the application itself signs in, and you do not connect',
			},
			{
				name: 'Service Account',
				value: 'serviceAccount',
				description: 'For Google Workspace: a service account signs in for the user',
			},
		],
		default: 'authorizationCode',
		description:
			'How n8n obtains the access token. With the first two you sign in once, in the browser. With the others you do not.',
	},
	{
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		required: true,
		description:
			'The ID of the app that you registered with the provider; Microsoft calls it Application (client) ID. Give that app the OAuth Redirect URL, if one is shown above.',
		displayOptions: { hide: { grantType: ['serviceAccount'] } },
	},
	{
		displayName: FIELD_LABELS.clientCredentialType,
		name: 'clientCredentialType',
		type: 'options',
		options: [
			{ name: 'Client Secret', value: 'clientSecret' },
			{ name: 'Certificate', value: 'certificate', description: 'Needs n8n 2.30 or newer' },
		],
		default: 'clientSecret',
		description: 'How the application proves its identity',
		displayOptions: { show: { grantType: ['clientCredentials'] } },
	},
	notice(
		'hiddenSecretNotice',
		'Client Secret is hidden, because Client Authentication still says Certificate: choose the Grant Type Client Credentials, set Client Authentication to Client Secret, and choose your Grant Type again.',
		{
			show: { grantType: ['authorizationCode', 'pkce'], clientCredentialType: ['certificate'] },
		},
	),
	{
		displayName: 'Client Secret',
		name: 'clientSecret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description:
			'The secret of that app: at Microsoft its Value, not its Secret ID. Leave it empty only if the provider issued none.',
		displayOptions: {
			hide: { grantType: ['serviceAccount'], clientCredentialType: ['certificate'] },
		},
	},
	{
		displayName: FIELD_LABELS.privateKey,
		name: 'privateKey',
		type: 'string',
		typeOptions: { password: true, rows: 4 },
		default: '',
		required: true,
		placeholder: '-----BEGIN PRIVATE KEY-----',
		description: 'The RSA private key (PEM, without a passphrase) that belongs to the certificate',
		displayOptions: forCertificate,
	},
	{
		displayName: FIELD_LABELS.certificate,
		name: 'certificate',
		type: 'string',
		typeOptions: { password: true, rows: 4 },
		default: '',
		required: true,
		placeholder: '-----BEGIN CERTIFICATE-----',
		description:
			'The certificate (PEM) that you uploaded to the app registration under Certificates & secrets',
		displayOptions: forCertificate,
	},
	{
		displayName: FIELD_LABELS.serviceAccountKey,
		name: 'serviceAccountKey',
		type: 'string',
		typeOptions: { password: true, rows: 4 },
		default: '',
		required: true,
		placeholder: '{ "type": "service_account", "project_id": …',
		description:
			'The whole content of the JSON key file that Google Cloud gave for the service account, or only the private key in it (PEM)',
		displayOptions: forServiceAccount,
	},
	{
		displayName: FIELD_LABELS.serviceAccountEmail,
		name: 'serviceAccountEmail',
		type: 'string',
		default: '',
		placeholder: 'mailer@my-project.iam.gserviceaccount.com',
		description: 'Leave it empty if Service Account Key holds the whole JSON key file',
		displayOptions: forServiceAccount,
	},
];
