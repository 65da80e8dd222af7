import type { INodeProperties } from 'n8n-workflow';

/** The parameters of the operation `verify`. */
export const verifyProperties: INodeProperties[] = [
	{
		displayName: 'From Email',
		name: 'fromEmail',
		type: 'string',
		default: '',
		placeholder: 'Alerts <alerts@example.com>',
		description:
			"Email address to check the right to send as. Leave empty to use the credential's user.",
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Timeout (Seconds)',
				name: 'timeoutSeconds',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 3600 },
				default: 60,
				description: 'How long the whole check of one mailbox may take',
			},
		],
	},
];
