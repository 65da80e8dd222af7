import type { INodeProperties } from 'n8n-workflow';

function buttonStyle(
	displayName: string,
	name: string,
	approvalTypes: readonly string[],
	style: 'primary' | 'secondary',
): INodeProperties {
	return {
		displayName,
		name,
		type: 'options',
		options: [
			{ name: 'Primary', value: 'primary' },
			{ name: 'Secondary', value: 'secondary' },
		],
		default: style,
		description: 'How the button looks in the email',
		displayOptions: { show: { approvalType: [...approvalTypes] } },
	};
}

/** What can be answered to an approval. Names as in n8n's own nodes. */
export const approvalOptions: INodeProperties = {
	displayName: 'Approval Options',
	name: 'approvalOptions',
	type: 'fixedCollection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Values',
			name: 'values',
			values: [
				{
					displayName: 'Type of Approval',
					name: 'approvalType',
					type: 'options',
					options: [
						{ name: 'Approve Only', value: 'single' },
						{ name: 'Approve and Disapprove', value: 'double' },
					],
					default: 'single',
					description: 'Which answers there are',
				},
				{
					displayName: 'Approve Button Label',
					name: 'approveLabel',
					type: 'string',
					default: 'Approve',
					displayOptions: { show: { approvalType: ['single', 'double'] } },
				},
				buttonStyle('Approve Button Style', 'buttonApprovalStyle', ['single', 'double'], 'primary'),
				{
					displayName: 'Disapprove Button Label',
					name: 'disapproveLabel',
					type: 'string',
					default: 'Decline',
					displayOptions: { show: { approvalType: ['double'] } },
				},
				buttonStyle('Disapprove Button Style', 'buttonDisapprovalStyle', ['double'], 'secondary'),
			],
		},
	],
	displayOptions: { show: { responseType: ['approval'] } },
};
