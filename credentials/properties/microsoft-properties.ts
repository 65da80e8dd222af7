import type { INodeProperties } from 'n8n-workflow';
import { PROVIDER_DOCS as DOCS } from './docs-address';
import { FIELD_LABELS } from '../checks/field-labels';
import { notice } from './notice';
import { MICROSOFT_CLOUD_IDS, MICROSOFT_CLOUDS } from '../providers/microsoft-clouds';
import { CUSTOM_PROVIDER, hasTransport, providerIds } from '../providers/providers';

const hasClouds = providerIds((provider) => hasTransport(provider, 'graph'));

/** Where messages can go by Graph only. */
export const CLOUDS_WITHOUT_SMTP = MICROSOFT_CLOUD_IDS.filter(
	(id) => !MICROSOFT_CLOUDS[id].hasSmtp,
);

/** Those with a choice of transports. */
const withTransports = providerIds(({ transports }) => transports.length > 1);

const forGraph = { provider: hasClouds, deliverVia: ['graph'] };

/** What is left from another provider means SMTP as well. */
const forSmtp = { provider: hasClouds, deliverVia: ['smtp', 'gmailApi'] };

const smtpClouds = MICROSOFT_CLOUD_IDS.filter((id) => MICROSOFT_CLOUDS[id].hasSmtp);

/** Which permissions the way out needs, by who signs in. */
const PERMISSION_NOTICES: INodeProperties[] = [
	notice(
		'smtpApplicationNotice',
		`Register an app in the Microsoft Entra admin center and give it the permission SMTP.SendAsApp of Office 365 Exchange Online, type Application. An admin clicks Grant admin consent. An Exchange admin then lets it use the mailbox, in PowerShell, and enables Authenticated SMTP there. <a href="${DOCS}/microsoft-365-application.md#by-smtp" target="_blank">Step by step</a>`,
		{
			show: { ...forSmtp, cloud: smtpClouds, grantType: ['clientCredentials'] },
		},
	),
	notice(
		'graphApplicationNotice',
		`Register an app in the Microsoft Entra admin center and give it the permission Mail.Send of Microsoft Graph, type Application. An admin clicks Grant admin consent. It may then send from every mailbox of the organization unless an admin limits it. <a href="${DOCS}/microsoft-365-application.md#by-microsoft-graph" target="_blank">Step by step</a>`,
		{ show: { ...forGraph, grantType: ['clientCredentials'] } },
	),
	notice(
		'graphUserNotice',
		`Register an app in the Microsoft Entra admin center, with the OAuth Redirect URL above (platform Web) and the delegated permission Mail.Send of Microsoft Graph. <a href="${DOCS}/microsoft-365.md#by-microsoft-graph-instead" target="_blank">Step by step</a>`,
		{ show: { ...forGraph, grantType: ['authorizationCode', 'pkce'] } },
	),
	notice(
		'cloudNotice',
		'Microsoft documents no OAuth sign-in at the mail server of this cloud: set Deliver Via to Microsoft Graph.',
		{
			show: { ...forSmtp, cloud: CLOUDS_WITHOUT_SMTP },
		},
	),
];

/** Options of Graph with a user's sign-in, each of which asks for one permission more. */
export const GRAPH_PERMISSION_PROPERTIES: INodeProperties[] = [
	{
		displayName: FIELD_LABELS.graphLargeMessages,
		name: 'graphLargeMessages',
		type: 'boolean',
		default: false,
		description:
			'Whether to ask for Mail.ReadWrite as well, so that messages above 3 MB can be sent: they go out by way of a draft. Connect again after a change.',
		displayOptions: { show: { ...forGraph, grantType: ['authorizationCode', 'pkce'] } },
	},
	{
		displayName: FIELD_LABELS.graphSharedMailbox,
		name: 'graphSharedMailbox',
		type: 'boolean',
		default: false,
		description:
			'Whether to ask for Mail.Send.Shared as well, so that User may be a mailbox that you share. Connect again after a change.',
		displayOptions: { show: { ...forGraph, grantType: ['authorizationCode', 'pkce'] } },
	},
];

/** What a person has to do first where messages go by the Gmail API. */
const GMAIL_API_NOTICE: INodeProperties = notice(
	'gmailApiNotice',
	`In a project of the Google Cloud console switch the Gmail API on. Create an OAuth client of the type Web application there, with the OAuth Redirect URL above. While its app is in "Testing", Google ends the connection after 7 days: publish it ("In production"), or choose the audience "Internal" in Google Workspace. <a href="${DOCS}/gmail.md#by-the-gmail-api-instead" target="_blank">Step by step</a>`,
	{
		show: {
			provider: providerIds((provider) => hasTransport(provider, 'gmailApi')),
			deliverVia: ['gmailApi'],
			grantType: ['authorizationCode', 'pkce'],
		},
	},
);

/** n8n cannot hide an option by the provider, so that each can be chosen for each. */
const OTHER_TRANSPORT_NOTICES: INodeProperties[] = [
	notice(
		'graphElsewhereNotice',
		'Microsoft Graph is for Microsoft 365 only. Messages of this provider go by SMTP.',
		{
			show: {
				deliverVia: ['graph'],
				provider: withTransports.filter((id) => !hasClouds.includes(id)),
			},
		},
	),
	notice(
		'gmailElsewhereNotice',
		'The Gmail API is for Gmail only. Messages of this provider go by SMTP.',
		{ show: { deliverVia: ['gmailApi'], provider: hasClouds } },
	),
	// n8n looks at a field's value also where the provider hides the field.
	notice(
		'leftTransportNotice',
		'Fields of SMTP are hidden, because Deliver Via was set for another provider before: choose that Provider again, set Deliver Via to SMTP, and choose your Provider again.',
		{
			show: {
				deliverVia: ['graph', 'gmailApi'],
				provider: [...providerIds(({ transports }) => transports.length === 1), CUSTOM_PROVIDER],
			},
		},
	),
];

/** By which way messages go out, and in which cloud. */
export const DELIVERY_PROPERTIES: INodeProperties[] = [
	{
		displayName: FIELD_LABELS.deliverVia,
		name: 'deliverVia',
		type: 'options',
		options: [
			{
				name: 'SMTP',
				value: 'smtp',
				description: 'With Microsoft 365, Authenticated SMTP must be switched on for the mailbox',
			},
			{
				name: 'Microsoft Graph',
				value: 'graph',
				description:
					'Microsoft 365 only. Works over HTTPS, also where Authenticated SMTP is switched off.',
			},
			{
				name: 'Gmail API',
				value: 'gmailApi',
				description:
					'Gmail only. Works over HTTPS, also where the ports of SMTP are closed, and asks only for the permission to send.',
			},
		],
		default: 'smtp',
		description:
			'How messages are handed over. Each way needs permissions of its own: connect again after a change.',
		displayOptions: { show: { provider: withTransports } },
	},
	...OTHER_TRANSPORT_NOTICES,
	...PERMISSION_NOTICES,
	GMAIL_API_NOTICE,
	{
		displayName: FIELD_LABELS.cloud,
		name: 'cloud',
		type: 'options',
		options: MICROSOFT_CLOUD_IDS.map((id) => ({
			name: MICROSOFT_CLOUDS[id].displayName,
			value: id,
		})),
		default: 'global',
		description: "Which of Microsoft's clouds your organization is in. Nearly all are in Global.",
		displayOptions: { show: { provider: hasClouds } },
	},
];
