import type { INodeProperties } from 'n8n-workflow';
import { ALERT_OPTIONS, optionsProperty } from '../shared/parameters/mail-options';
import { MAIL_PROPERTIES } from '../shared/parameters/mail-properties';

const ownOptions: INodeProperties[] = [
	{
		displayName: 'Resolved After (Minutes)',
		name: 'resolvedAfterMinutes',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description:
			'After how many minutes without a new occurrence a problem is listed once as quiet again, and then forgotten. 0 means never.',
	},
	{
		displayName: 'Subject',
		name: 'subject',
		type: 'string',
		default: '',
		placeholder: 'Alerts of the day',
		description: 'Subject to use instead of the number of problems',
	},
];

/** The parameters of the operation `alertDigest`. */
export const alertDigestProperties: INodeProperties[] = [
	{
		displayName:
			'Lists what the Send Alert nodes of this workflow have held back since the last mail. If there is nothing to list, no email goes out.',
		name: 'alertDigestNotice',
		type: 'notice',
		default: '',
	},
	MAIL_PROPERTIES.fromEmail,
	MAIL_PROPERTIES.toEmail,
	optionsProperty(ALERT_OPTIONS, ownOptions),
];
