import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { FIELD_TYPES } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/question/form-field.js';
import { SmtpOAuthSendEmail } from '../../../../nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.js';

const { properties, webhooks } = new SmtpOAuthSendEmail().description;
const own = properties.filter(({ displayOptions }) =>
	displayOptions?.show?.['operation']?.includes('sendAndWait'),
);

const named = (name: string, list: readonly INodeProperties[] = own): INodeProperties => {
	const found = list.find((property) => property.name === name);
	if (found === undefined) throw new Error(`There is no ${name}`);
	return found;
};

/** The properties within a collection. */
const within = ({ options = [] }: INodeProperties): INodeProperties[] =>
	options.flatMap((option) =>
		'values' in option ? option.values : 'type' in option ? [option] : [],
	);

const names = (list: readonly INodeProperties[]) =>
	[...new Set(list.map(({ name }) => name))].sort();

describe('the parameters of Send and Wait for Response', () => {
	it('have the names of n8n’s own Send Email, which exports and n8n’s tools count on', () => {
		expect(names(own)).toEqual([
			'approvalOptions',
			'defineForm',
			'formFields',
			'fromEmail',
			'jsonOutput',
			'message',
			'options',
			'responseType',
			'subject',
			'toEmail',
		]);
		expect(names(within(named('approvalOptions')))).toEqual([
			'approvalType',
			'approveLabel',
			'buttonApprovalStyle',
			'buttonDisapprovalStyle',
			'disapproveLabel',
		]);
		const options = own.filter(({ name }) => name === 'options').flatMap(within);
		expect(names(options)).toEqual(
			expect.arrayContaining([
				'appendAttribution',
				'limitWaitTime',
				'messageButtonLabel',
				'responseFormButtonLabel',
				'responseFormCustomCss',
				'responseFormDescription',
				'responseFormTitle',
			]),
		);
		expect(names(within(named('limitWaitTime', options)))).toEqual([
			'limitType',
			'maxDateAndTime',
			'resumeAmount',
			'resumeUnit',
		]);
		expect(names(within(named('formFields')))).toEqual([
			'acceptFileTypes',
			'defaultValue',
			'elementName',
			'fieldLabel',
			'fieldName',
			'fieldOptions',
			'fieldType',
			'fieldValue',
			'html',
			'limitSelection',
			'maxSelections',
			'minSelections',
			'multipleFiles',
			'multiselect',
			'numberOfSelections',
			'placeholder',
			'requiredField',
		]);
	});

	it('offer every type of field that can be read', () => {
		const { options = [] } = named('fieldType', within(named('formFields')));
		const offered = options.map((option) => 'value' in option && option.value);
		expect(offered.sort()).toEqual([...FIELD_TYPES].sort());
	});

	it('approve with the answers of n8n’s own nodes where nothing is set', () => {
		expect(named('responseType').default).toBe('approval');
		const values = within(named('approvalOptions'));
		expect(named('approvalType', values).default).toBe('single');
		expect(named('approveLabel', values).default).toBe('Approve');
		expect(named('disapproveLabel', values).default).toBe('Decline');
	});

	it('come with the webhooks that n8n resumes an execution by', () => {
		expect(webhooks).toMatchObject(
			['GET', 'POST'].map((httpMethod) => ({
				name: 'default',
				httpMethod,
				path: '={{ $nodeId }}',
				restartWebhook: true,
				isFullPath: true,
			})),
		);
	});
});
