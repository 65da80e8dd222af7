import { controlName, type FieldType, type FormField } from '../question/form-field';
import { filesOf, textOf, type Submission, type SubmittedFile } from './submission';

/** What is wrong with a form, by the index of the field. */
export type FormProblems = ReadonlyMap<number, string>;

const REQUIRED = 'This field is required.';

/** A floating-point number as browsers send it (HTML Living Standard, §2.3.4.3), or with a leading +. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Close to what browsers and n8n's own forms ask of an address; the server of the address knows more. */
const EMAIL = /^[^\s@<>"]+@[^\s@.<>"]+(?:\.[^\s@.<>"]+)+$/;

function isDate(text: string): boolean {
	const [, year = '', month = '', day = ''] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
	if (year === '') return false;
	const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
	return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function checkChoices(
	{ choices, limits, isRequired }: FormField,
	taken: readonly string[],
): string {
	if (taken.some((choice) => !choices.includes(choice))) return 'Choose from the list.';
	if (isRequired && taken.length === 0) return REQUIRED;
	const { min, max } = limits;
	const options = (count: number): string => `${String(count)} option${count === 1 ? '' : 's'}`;
	if (min === max && min > 0 && taken.length !== min) return `Choose exactly ${options(min)}.`;
	if (taken.length < min) return `Choose at least ${options(min)}.`;
	if (max > 0 && taken.length > max) return `Choose at most ${options(max)}.`;
	return '';
}

function isAccepted(file: SubmittedFile, acceptedTypes: string): boolean {
	const types = acceptedTypes
		.split(',')
		.map((type) => type.trim().toLowerCase())
		.filter((type) => type !== '');
	const name = file.name.toLowerCase();
	const mimeType = file.mimeType.toLowerCase();
	return (
		types.length === 0 ||
		types.some((type) => {
			if (type.endsWith('/*')) return mimeType.startsWith(type.slice(0, -1));
			if (type.includes('/')) return mimeType === type;
			return name.endsWith(type.startsWith('.') ? type : `.${type}`);
		})
	);
}

function checkFiles(field: FormField, files: readonly SubmittedFile[]): string {
	if (field.isRequired && files.length === 0) return REQUIRED;
	if (!field.isMultiple && files.length > 1) return 'Choose one file only.';
	const refused = files.find((file) => !isAccepted(file, field.acceptedTypes));
	return refused === undefined
		? ''
		: `${refused.name} is not accepted. Accepted file types: ${field.acceptedTypes}`;
}

/** What is wrong with a field; empty = nothing. */
type Check = (field: FormField, name: string, submission: Submission) => string;

const nothing: Check = () => '';

/** Checks a text, which may be missing where the field is not required. */
function ofText(check: (text: string, field: FormField) => string): Check {
	return (field, name, submission) => {
		const text = textOf(submission, name).trim();
		if (text === '') return field.isRequired ? REQUIRED : '';
		return check(text, field);
	};
}

const CHECKS: Readonly<Record<FieldType, Check>> = {
	checkbox: (field, name, { texts }) => checkChoices(field, texts.get(name) ?? []),
	date: ofText((text) => (isDate(text) ? '' : 'Enter a date.')),
	dropdown: ofText((text, { choices }) => (choices.includes(text) ? '' : 'Choose from the list.')),
	email: ofText((text) => (EMAIL.test(text) ? '' : 'Enter an email address.')),
	file: (field, name, submission) => checkFiles(field, filesOf(submission, name)),
	hiddenField: nothing,
	html: nothing,
	number: ofText((text) =>
		NUMBER.test(text) && Number.isFinite(Number(text)) ? '' : 'Enter a number.',
	),
	password: ofText(() => ''),
	radio: (field, name, { texts }) =>
		checkChoices({ ...field, limits: { min: 0, max: 1 } }, texts.get(name) ?? []),
	text: ofText(() => ''),
	textarea: ofText(() => ''),
};

/** Checks everything that a person has sent, also what the browser may have checked. */
export function checkForm(fields: readonly FormField[], submission: Submission): FormProblems {
	const problems = new Map<number, string>();
	for (const [index, field] of fields.entries()) {
		const problem = CHECKS[field.type](field, controlName(index), submission);
		if (problem !== '') problems.set(index, problem);
	}
	return problems;
}
