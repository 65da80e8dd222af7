import { jsonParse, type IExecuteFunctions } from 'n8n-workflow';
import { safeText } from '../../../untrusted/redact';
import { toWellFormed } from '../../../untrusted/well-formed';
import {
	asBoolean,
	asChoice,
	asFields,
	asInteger,
	asRows,
	asText,
	fieldReader,
	nameOf,
	readValue,
	refuse,
	type NamedValue,
} from '../../shared/parameters/parameter-reader';
import { sanitizeHtml } from '../markup/custom-html';
import { FIELD_TYPES, type FieldType, type FormField } from '../question/form-field';
import { fillExpressions } from './expressions';

/** Reads a field of a row, named as the editor shows it. */
type FieldReader = (name: string, label: string) => NamedValue;

type Source = Pick<IExecuteFunctions, 'getNodeParameter' | 'evaluateExpression'>;

const LABEL = 'Form Elements';
const JSON_LABEL = 'Form Fields';

/** A text as a page can show it in one line, and as browsers send it back. */
function oneLine(named: NamedValue): string {
	return toWellFormed(asText(named)).replace(/\s+/g, ' ').trim();
}

/** Options as n8n's forms hold them: `{ values: [{ option }] }`, or the list alone. */
function readChoices({ label, value }: NamedValue): readonly string[] {
	const rows = Array.isArray(value) ? value : asFields({ label, value })['values'];
	return asRows({ label, value: rows })
		.map(({ option }) => oneLine({ label, value: option }))
		.filter((choice) => choice !== '');
}

function readLimits(read: FieldReader): FormField['limits'] {
	const count = (name: string, label: string, fallback: number): number =>
		asInteger(read(name, label), { min: 0, max: 1_000, fallback });
	const kinds = ['unlimited', 'exact', 'range'] as const;
	const kind = asChoice(read('limitSelection', 'Limit Selection'), kinds, 'unlimited');
	if (kind === 'unlimited') return { min: 0, max: 0 };
	if (kind === 'range') {
		return {
			min: count('minSelections', 'Minimum Selections', 0),
			max: count('maxSelections', 'Maximum Selections', 1),
		};
	}
	const exact = count('numberOfSelections', 'Number of Selections', 1);
	return { min: exact, max: exact };
}

/** What the value of the field has in the output as its name. */
function readLabel(label: string, type: FieldType, read: FieldReader): string {
	if (type === 'html') return oneLine(read('elementName', 'Element Name'));
	const names = ['fieldLabel', 'fieldName'].map((name) => oneLine(read(name, 'Field Name')));
	const given = names.find((name) => name !== '');
	return (
		given ??
		refuse(
			label,
			`A field of "${label}" has no name.`,
			'Fill in Field Name: the output has the value under it.',
		)
	);
}

/** A dropdown with several choices is shown as checkboxes, as in n8n's own forms. */
function readType(read: FieldReader): FieldType {
	const type = asChoice(read('fieldType', 'Element Type'), FIELD_TYPES, 'text');
	const isMultiple = asBoolean(read('multiselect', 'Multiple Choice'), false);
	return type === 'dropdown' && isMultiple ? 'checkbox' : type;
}

function readContent(functions: Source, type: FieldType, read: FieldReader): string {
	if (type === 'hiddenField') return asText(read('fieldValue', 'Field Value'));
	if (type !== 'html') return '';
	const html = read('html', 'HTML');
	return sanitizeHtml(toWellFormed(fillExpressions(functions, html.label, asText(html))));
}

function readField(
	functions: Source,
	label: string,
	row: Readonly<Record<string, unknown>>,
): FormField {
	const read = fieldReader(label, row);
	const type = readType(read);
	const name = readLabel(label, type, read);
	const isListed = type === 'dropdown' || type === 'radio' || type === 'checkbox';
	const offered = isListed ? readChoices(read('fieldOptions', name)) : [];
	if (isListed && offered.length === 0) {
		refuse(
			label,
			`The field "${safeText(name, 60)}" of "${label}" offers nothing to choose from.`,
			'Add options to it.',
		);
	}
	const defaultValue = toWellFormed(asText(read('defaultValue', 'Default Value')));
	return {
		type,
		label: name,
		isRequired: asBoolean(read('requiredField', 'Required Field'), false),
		placeholder: toWellFormed(asText(read('placeholder', 'Placeholder'))),
		// The date picker gives a time as well.
		defaultValue: type === 'date' ? defaultValue.slice(0, 10) : defaultValue,
		choices: offered,
		limits: type === 'checkbox' ? readLimits(read) : { min: 0, max: 0 },
		isMultiple: type === 'file' && asBoolean(read('multipleFiles', 'Multiple Files'), false),
		acceptedTypes: oneLine(read('acceptFileTypes', 'Accepted File Types')),
		content: readContent(functions, type, read),
	};
}

/** JSON as the editor has it: a text, with or without expressions in it, or what one gives. */
function readJsonRows(functions: Source): unknown {
	const options = { rawExpressions: true };
	const raw: unknown = functions.getNodeParameter('jsonOutput', 0, '', options);
	const isExpression = typeof raw === 'string' && raw.startsWith('=');
	const filled = isExpression ? fillExpressions(functions, JSON_LABEL, raw.slice(1)) : raw;
	let rows: unknown = filled;
	try {
		if (typeof filled === 'string') rows = jsonParse<unknown>(filled, { acceptJSObject: true });
	} catch (error: unknown) {
		const reason = safeText(error instanceof Error ? error.message : error, 200);
		return refuse(
			JSON_LABEL,
			`"${JSON_LABEL}" is no valid JSON: ${reason}`,
			'Correct the JSON: a list of objects, one for each field.',
		);
	}
	if (Array.isArray(rows)) return rows;
	return refuse(
		JSON_LABEL,
		`"${JSON_LABEL}" must be a list of fields, but is ${nameOf(rows)}.`,
		'Write a list of objects, one for each field.',
	);
}

/**
 * Reads the fields of a custom form as they are now: what the mail asks is what the page shows later.
 *
 * @throws ParameterError naming the field
 */
export function readFormFields(functions: Source): readonly FormField[] {
	const defined = readValue(functions, 'defineForm', 'Define Form', 0, 'fields');
	const isJson = asChoice(defined, ['fields', 'json'], 'fields') === 'json';
	const label = isJson ? JSON_LABEL : LABEL;
	const value = isJson
		? readJsonRows(functions)
		: asFields(readValue(functions, 'formFields', label, 0, {}))['values'];
	const fields = asRows({ label, value }).map((row) => readField(functions, label, row));
	if (fields.length > 0) return fields;
	return refuse(label, `"${label}" has no fields.`, 'Add at least one field to the form.');
}
