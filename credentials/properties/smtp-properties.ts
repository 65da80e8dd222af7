import type { INodeProperties } from 'n8n-workflow';
import { FIELD_LABELS } from '../checks/field-labels';
import { PORT_NOTICE } from './entry-notices';
import { TRANSPORTS } from '../providers/transports';
import { CUSTOM_PROVIDER, hasSslModeChoice, providerIds } from '../providers/providers';

const forCustom = { show: { provider: [CUSTOM_PROVIDER] } };
const whereSslModeMatters = {
	show: { provider: [...providerIds(hasSslModeChoice), CUSTOM_PROVIDER] },
	hide: { deliverVia: ['gmailApi'] },
};

/** The transports that open no SMTP connection. */
const OTHER_TRANSPORTS = Object.keys(TRANSPORTS).filter((id) => id !== 'smtp');

/** How to reach the mail server, and how hard to use it. */
export const SMTP_PROPERTIES: INodeProperties[] = [
	{
		displayName: FIELD_LABELS.host,
		name: 'host',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'smtp.example.com',
		description: 'The name of the mail server, without a scheme and a port',
		displayOptions: forCustom,
	},
	{
		displayName: FIELD_LABELS.sslMode,
		name: 'sslMode',
		type: 'options',
		options: [
			{
				name: 'Explicit (STARTTLS)',
				value: 'explicit',
				description: 'Usual at port 587. Encryption is required, not just tried.',
			},
			{
				name: 'Implicit (SSL/TLS)',
				value: 'implicit',
				description: 'Usual at port 465. Encrypted from the first byte.',
			},
		],
		default: 'explicit',
		description: 'How the SMTP connection is encrypted. Nothing is ever sent unencrypted.',
		displayOptions: whereSslModeMatters,
	},
	{
		displayName: FIELD_LABELS.port,
		name: 'port',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 65535 },
		// Empty, so that the placeholder shows.
		default: '',
		placeholder: '587',
		description:
			'The port of the SMTP server. Leave it empty for the usual one: 587 for explicit, 465 for implicit SSL mode.',
		displayOptions: whereSslModeMatters,
	},
	PORT_NOTICE,
	{
		displayName: FIELD_LABELS.saslMechanism,
		name: 'saslMechanism',
		type: 'options',
		options: [
			{
				name: 'Automatic',
				value: 'auto',
				description: 'XOAUTH2 if the server offers it, else OAUTHBEARER',
			},
			{ name: 'OAUTHBEARER', value: 'OAUTHBEARER', description: 'The standard (RFC 7628)' },
			{ name: 'XOAUTH2', value: 'XOAUTH2', description: "Google's original, the most common" },
		],
		default: 'auto',
		description: 'How the access token is presented to the mail server',
		displayOptions: forCustom,
	},
	{
		displayName: FIELD_LABELS.caCertificate,
		name: 'caCertificate',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: '-----BEGIN CERTIFICATE-----',
		description:
			"A certificate authority of your own (PEM) to trust for the mail server, besides the usual ones. It does not apply to the OAuth endpoints: set NODE_EXTRA_CA_CERTS in n8n's environment for those.",
		displayOptions: forCustom,
	},
	{
		displayName: FIELD_LABELS.allowUnauthorizedCerts,
		name: 'allowUnauthorizedCerts',
		type: 'boolean',
		default: false,
		description:
			'Whether to connect even if the certificate of the mail server cannot be verified. Insecure: an attacker between n8n and the server can then take the access token. Use CA Certificate instead.',
		displayOptions: forCustom,
	},
	{
		displayName: FIELD_LABELS.ehloName,
		name: 'ehloName',
		type: 'string',
		default: '',
		placeholder: 'n8n.example.com',
		description:
			"What n8n calls itself when it greets the SMTP server (EHLO): a domain name, or an address in brackets. Leave empty for the name of the machine if it is a domain, or else its address. Some servers, such as Google's SMTP relay, want a name of your domain.",
		displayOptions: { hide: { deliverVia: OTHER_TRANSPORTS } },
	},
	{
		displayName: FIELD_LABELS.maxConnections,
		name: 'maxConnections',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: '',
		placeholder: '3',
		description:
			"How many connections this mailbox may have at a time, over all executions. Leave it empty for the provider's published limit, or 3 where it has published none.",
	},
	{
		displayName: FIELD_LABELS.messagesPerMinute,
		name: 'messagesPerMinute',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: '',
		placeholder: '30',
		description:
			"How many messages this mailbox may send in a minute, over all executions. Leave it empty for the provider's published limit, or for no limit where it has published none.",
	},
];
