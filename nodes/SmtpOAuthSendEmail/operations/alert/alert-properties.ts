import type { INodeProperties } from 'n8n-workflow';
import { MAIL_OPTIONS } from '../shared/parameters/mail-option-properties';
import { ALERT_OPTIONS, optionsProperty } from '../shared/parameters/mail-options';
import { MAIL_PROPERTIES } from '../shared/parameters/mail-properties';

const ownOptions: INodeProperties[] = [
	{ ...MAIL_OPTIONS.appendAttribution, default: false },
	{
		displayName: 'Group By',
		name: 'groupBy',
		type: 'string',
		default: '',
		placeholder: '={{ $json.workflow.name }}',
		description:
			'Text that tells one problem from another. Leave empty to tell them apart by workflow, node, error class and message, without the numbers, dates, quoted values and addresses in it.',
	},
	{
		displayName: 'Include Input',
		name: 'includeInput',
		type: 'boolean',
		default: false,
		description:
			'Whether to show the input item in the email. Passwords and tokens are removed as far as they can be recognized, long values are cut.',
	},
	{
		displayName: 'Include Stack',
		name: 'includeStack',
		type: 'boolean',
		default: true,
		description: 'Whether to show the beginning of the stack trace in the email',
	},
	{
		displayName: 'Introduction',
		name: 'introduction',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: 'Runbook: https://wiki.example.com/nightly-import',
		description: 'Text above the error, e.g. what to do',
	},
	{
		displayName: 'Max Mails per Hour',
		name: 'maxPerHour',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 20,
		description:
			'How many alerts this node sends in any 60 minutes, of all problems together. The next alert or digest counts the others. 0 means no limit.',
	},
	{
		displayName: 'Severity',
		name: 'severity',
		type: 'options',
		options: [
			{ name: 'Critical', value: 'critical', description: 'High priority' },
			{ name: 'Error', value: 'error', description: 'High priority' },
			{ name: 'Warning', value: 'warning', description: 'Normal priority' },
			{ name: 'Info', value: 'info', description: 'Low priority' },
		],
		default: 'error',
		description: 'Sets the colour, the beginning of the subject, and the priority of the email',
	},
	{
		displayName: 'Subject',
		name: 'subject',
		type: 'string',
		default: '',
		placeholder: '=Import failed: {{ $json.workflow.name }}',
		description:
			'Subject to use instead of severity, workflow and message. Keep it the same for the same problem, so that mail clients show its alerts as one conversation.',
	},
];

/** The parameters of the operation `alert`. */
export const alertProperties: INodeProperties[] = [
	MAIL_PROPERTIES.fromEmail,
	MAIL_PROPERTIES.toEmail,
	{
		displayName: 'Repeat After (Minutes)',
		name: 'repeatAfterMinutes',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 60,
		description:
			'How long the same problem is counted instead of mailed again. The next alert, or a digest, says how often it happened. 0 means every time.',
	},
	optionsProperty(ALERT_OPTIONS, ownOptions),
];
