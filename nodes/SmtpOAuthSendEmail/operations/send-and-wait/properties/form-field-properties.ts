import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

const shownFor = (...types: string[]): IDisplayOptions => ({
	show: { fieldType: types },
});

const hiddenFor = (...types: string[]): IDisplayOptions => ({
	hide: { fieldType: types },
});

/** What a list offers; n8n has the same name for dropdown, checkboxes and radio buttons. */
function choices(
	displayName: string,
	placeholder: string,
	label: string,
	type: string,
): INodeProperties {
	return {
		displayName,
		name: 'fieldOptions',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder,
		default: { values: [{ option: '' }] },
		required: true,
		options: [
			{
				displayName: 'Values',
				name: 'values',
				values: [{ displayName: label, name: 'option', type: 'string', default: '' }],
			},
		],
		displayOptions: shownFor(type),
	};
}

function defaultValue(
	description: string,
	types: readonly string[],
	isDate = false,
): INodeProperties {
	return {
		displayName: 'Default Value',
		name: 'defaultValue',
		type: isDate ? 'dateTime' : 'string',
		...(isDate ? { typeOptions: { dateOnly: true } } : {}),
		default: '',
		description,
		displayOptions: shownFor(...types),
	};
}

function selectionCount(
	displayName: string,
	name: string,
	limit: string,
	minValue: number,
	fallback: number,
): INodeProperties {
	return {
		displayName,
		name,
		type: 'number',
		typeOptions: { minValue, numberPrecision: 0 },
		default: fallback,
		displayOptions: { show: { fieldType: ['checkbox'], limitSelection: [limit] } },
	};
}

/** What a field of any type has. */
const GENERAL: INodeProperties[] = [
	{
		displayName: 'Field Name',
		name: 'fieldLabel',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'What is your name?',
		description: 'Label above the field, and name of its value in the output',
		displayOptions: hiddenFor('hiddenField', 'html'),
	},
	{
		displayName: 'Field Name',
		name: 'fieldName',
		type: 'string',
		default: '',
		description: 'Name of the value in the output',
		displayOptions: shownFor('hiddenField'),
	},
	{
		displayName: 'Element Type',
		name: 'fieldType',
		type: 'options',
		options: [
			{ name: 'Checkboxes', value: 'checkbox' },
			{ name: 'Custom HTML', value: 'html' },
			{ name: 'Date', value: 'date' },
			{ name: 'Dropdown', value: 'dropdown' },
			{ name: 'Email', value: 'email' },
			{ name: 'File', value: 'file' },
			{ name: 'Hidden Field', value: 'hiddenField' },
			{ name: 'Number', value: 'number' },
			{ name: 'Password', value: 'password' },
			{ name: 'Radio Buttons', value: 'radio' },
			{ name: 'Text Input', value: 'text' },
			{ name: 'Textarea', value: 'textarea' },
		],
		default: 'text',
		required: true,
		description: 'Type of the field',
	},
	{
		displayName: 'Element Name',
		name: 'elementName',
		type: 'string',
		default: '',
		placeholder: 'content-section',
		description: 'Name of the HTML in the output. Leave empty to leave it out of the output.',
		displayOptions: shownFor('html'),
	},
	{
		displayName: 'Placeholder',
		name: 'placeholder',
		type: 'string',
		default: '',
		description: 'Sample text in the empty field',
		displayOptions: hiddenFor(
			'checkbox',
			'date',
			'dropdown',
			'file',
			'hiddenField',
			'html',
			'radio',
		),
	},
];

/** What a field has by its type. */
const BY_TYPE: INodeProperties[] = [
	defaultValue('What the field holds at first', ['text', 'number', 'email', 'textarea']),
	defaultValue('The date that the field holds at first, as YYYY-MM-DD', ['date'], true),
	defaultValue('The option that is chosen at first', ['dropdown', 'radio']),
	defaultValue('The options that are chosen at first, separated by commas', ['checkbox']),
	{
		displayName: 'Field Value',
		name: 'fieldValue',
		type: 'string',
		default: '',
		description: 'Value in the output. The page does not show it.',
		displayOptions: shownFor('hiddenField'),
	},
	choices('Field Options', 'Add Field Option', 'Option', 'dropdown'),
	choices('Checkboxes', 'Add Checkbox', 'Checkbox Label', 'checkbox'),
	choices('Radio Buttons', 'Add Radio Button', 'Radio Button Label', 'radio'),
	{
		displayName: 'Multiple Choice',
		name: 'multiselect',
		type: 'boolean',
		default: false,
		description: 'Whether several options can be chosen; they are shown as checkboxes then',
		displayOptions: shownFor('dropdown'),
	},
	{
		displayName: 'Limit Selection',
		name: 'limitSelection',
		type: 'options',
		options: [
			{ name: 'Exact Number', value: 'exact' },
			{ name: 'Range', value: 'range' },
			{ name: 'Unlimited', value: 'unlimited' },
		],
		default: 'unlimited',
		description: 'How many options can be chosen',
		displayOptions: shownFor('checkbox'),
	},
	selectionCount('Number of Selections', 'numberOfSelections', 'exact', 1, 1),
	selectionCount('Minimum Selections', 'minSelections', 'range', 0, 0),
	selectionCount('Maximum Selections', 'maxSelections', 'range', 1, 1),
	{
		displayName: 'HTML',
		name: 'html',
		type: 'string',
		typeOptions: { editor: 'htmlEditor' },
		noDataExpression: true,
		default: '',
		description:
			'Text with structure and links. Scripts, styles, pictures, frames and form elements are left out.',
		displayOptions: shownFor('html'),
	},
	{
		displayName: 'Multiple Files',
		name: 'multipleFiles',
		type: 'boolean',
		default: true,
		description: 'Whether several files can be given in this field',
		displayOptions: shownFor('file'),
	},
	{
		displayName: 'Accepted File Types',
		name: 'acceptFileTypes',
		type: 'string',
		default: '',
		placeholder: '.jpg, .png',
		description: 'Extensions separated by commas. Leave empty to accept all files.',
		displayOptions: shownFor('file'),
	},
	{
		displayName: 'Required Field',
		name: 'requiredField',
		type: 'boolean',
		default: false,
		description: 'Whether the form cannot be sent without this field',
		displayOptions: hiddenFor('html', 'hiddenField'),
	},
];

const JSON_EXAMPLE = JSON.stringify(
	[
		{ fieldLabel: 'Name', placeholder: 'Ada Lovelace', requiredField: true },
		{
			fieldLabel: 'Size',
			fieldType: 'dropdown',
			fieldOptions: { values: [{ option: 'Small' }, { option: 'Large' }] },
		},
		{ fieldLabel: 'Comment', fieldType: 'textarea' },
	],
	null,
	2,
);

/** The fields of a custom form, one by one or as JSON. Names as in n8n's own nodes. */
export const formFieldProperties: INodeProperties[] = [
	{
		displayName: 'Define Form',
		name: 'defineForm',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Using Fields Below', value: 'fields' },
			{ name: 'Using JSON', value: 'json' },
		],
		default: 'fields',
		displayOptions: { show: { responseType: ['customForm'] } },
	},
	{
		displayName: 'Form Fields',
		name: 'jsonOutput',
		type: 'json',
		typeOptions: { rows: 5 },
		default: JSON_EXAMPLE,
		validateType: 'form-fields',
		ignoreValidationDuringExecution: true,
		hint: 'The names are those of <a href="https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.form/" target="_blank">n8n\'s own forms</a>',
		displayOptions: { show: { responseType: ['customForm'], defineForm: ['json'] } },
	},
	{
		displayName: 'Form Elements',
		name: 'formFields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Form Element',
		default: {},
		options: [{ displayName: 'Values', name: 'values', values: [...GENERAL, ...BY_TYPE] }],
		displayOptions: { show: { responseType: ['customForm'], defineForm: ['fields'] } },
	},
];
