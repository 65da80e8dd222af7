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
	nameOf,
	readValue,
	refuse,
} from '../../shared/parameters/parameter-reader';
import { sanitizeHtml } from '../markup/custom-html';
import {
	FIELD_TYPES,
	type FieldType,
	type FormField,
	type SelectionLimits,
} from '../question/form-field';
import { fillExpressions } from './expressions';

type Row = Readonly<Record<string, unknown>>;

type Source = Pick<IExecuteFunctions, 'getNodeParameter' | 'evaluateExpression'>;

const LABEL = 'Form Elements';
const JSON_LABEL = 'Form Fields';

/** A text as a page can show it in one line, and as browsers send it back. */
function oneLine(label: string, value: unknown): string {
	return toWellFormed(asText({ label, value })).replace(/\s+/g, ' ').trim();
}

/** Options as n8n's forms hold them: `{ values: [{ option }] }`, or the list alone. */
function readChoices(label: string, value: unknown): readonly string[] {
	const rows = Array.isArray(value) ? value : asFields({ label, value })['values'];
	return asRows({ label, value: rows })
		.map(({ option }) => oneLine(label, option))
		.filter((choice) => choice !== '');
}

const COUNT = { min: 0, max: 1_000 } as const;

function readLimits(label: string, row: Row): SelectionLimits {
	const kind = asChoice(
		{ label: `${label} → Limit Selection`, value: row['limitSelection'] },
		['unlimited', 'exact', 'range'],
		'unlimited',
	);
	const count = (name: string, fallback: number): number =>
		asInteger({ label: `${label} → ${name}`, value: row[name] }, { ...COUNT, fallback });
	switch (kind) {
		case 'unlimited':
			return { min: 0, max: 0 };
		case 'exact': {
			const exact = count('numberOfSelections', 1);
			return { min: exact, max: exact };
		}
		case 'range':
			return { min: count('minSelections', 0), max: count('maxSelections', 1) };
		default: {
			const unreachable: never = kind;
			return unreachable;
		}
	}
}

/** What the value of the field has in the output as its name. */
function readLabel(label: string, type: FieldType, row: Row): string {
	if (type === 'html') return oneLine(label, row['elementName']);
	const names = [row['fieldLabel'], row['fieldName']].map((name) => oneLine(label, name));
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
function readType(label: string, row: Row): FieldType {
	const type = asChoice(
		{ label: `${label} → Element Type`, value: row['fieldType'] },
		FIELD_TYPES,
		'text',
	);
	const isMultiple = asBoolean(
		{ label: `${label} → Multiple Choice`, value: row['multiselect'] },
		false,
	);
	return type === 'dropdown' && isMultiple ? 'checkbox' : type;
}

function readContent(functions: Source, label: string, type: FieldType, row: Row): string {
	if (type === 'hiddenField') return asText({ label, value: row['fieldValue'] });
	if (type !== 'html') return '';
	const html = asText({ label: `${label} → HTML`, value: row['html'] });
	return sanitizeHtml(toWellFormed(fillExpressions(functions, `${label} → HTML`, html)));
}

function readField(functions: Source, label: string, row: Row): FormField {
	const type = readType(label, row);
	const name = readLabel(label, type, row);
	const text = (key: string): string => toWellFormed(asText({ label, value: row[key] }));
	const isListed = type === 'dropdown' || type === 'radio' || type === 'checkbox';
	const offered = isListed ? readChoices(`${label} → ${name}`, row['fieldOptions']) : [];
	if (isListed && offered.length === 0) {
		refuse(
			label,
			`The field "${safeText(name, 60)}" of "${label}" offers nothing to choose from.`,
			'Add options to it.',
		);
	}
	const flag = (key: string, fallback: boolean): boolean =>
		asBoolean({ label: `${label} → ${key}`, value: row[key] }, fallback);
	return {
		type,
		label: name,
		isRequired: flag('requiredField', false),
		placeholder: text('placeholder'),
		// The date picker gives a time as well.
		defaultValue: type === 'date' ? text('defaultValue').slice(0, 10) : text('defaultValue'),
		choices: offered,
		limits: type === 'checkbox' ? readLimits(label, row) : { min: 0, max: 0 },
		isMultiple: type === 'file' && flag('multipleFiles', false),
		acceptedTypes: oneLine(label, row['acceptFileTypes']),
		content: readContent(functions, label, type, row),
	};
}

/** JSON as the editor has it: a text, with or without expressions in it, or what one gives. */
function readJsonRows(functions: Source): readonly Row[] {
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
	if (Array.isArray(rows)) return asRows({ label: JSON_LABEL, value: rows });
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
	const defined = asChoice(
		readValue(functions, 'defineForm', 'Define Form', 0, 'fields'),
		['fields', 'json'],
		'fields',
	);
	const isJson = defined === 'json';
	const label = isJson ? JSON_LABEL : LABEL;
	const rows = isJson
		? readJsonRows(functions)
		: asRows({
				label,
				value: asFields(readValue(functions, 'formFields', label, 0, {}))['values'],
			});
	const fields = rows.map((row) => readField(functions, label, row));
	if (fields.length > 0) return fields;
	return refuse(label, `"${label}" has no fields.`, 'Add at least one field to the form.');
}
