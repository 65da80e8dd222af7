import { controlName, type FieldType, type FormField } from '../question/form-field';
import { filesOf, textOf, type Submission, type SubmittedFile } from './submission';

/** A file of an answer, as the output names it in its `json`. */
interface FileValue {
	readonly filename: string;
	readonly mimetype: string;
	readonly size: number;
}

export type FieldValue =
	string | number | null | readonly string[] | FileValue | readonly FileValue[];

/** A file of an answer and where the output has it. */
export interface AnswerFile {
	/** Name of the binary property. */
	readonly property: string;
	/** Name of the field's value in the `json`. */
	readonly label: string;
	readonly file: SubmittedFile;
	/** Whether the field's value is a list of files. */
	readonly isInList: boolean;
}

/** The values of a form by their names, and the files that go with them. */
export interface FormValues {
	readonly values: readonly (readonly [name: string, value: FieldValue])[];
	readonly files: readonly AnswerFile[];
}

function fileValue({ name, mimeType, sizeBytes }: SubmittedFile): FileValue {
	return { filename: name, mimetype: mimeType, size: sizeBytes };
}

/** A name that no file has yet: labels in other scripts than Latin all become underscores. */
function freeName(name: string, taken: ReadonlySet<string>): string {
	let free = name;
	for (let count = 1; taken.has(free); count += 1) free = `${name}_${String(count)}`;
	return free;
}

/** A binary property is named by its field, and numbered where several files came in it. */
function answerFiles(field: FormField, files: readonly SubmittedFile[]): AnswerFile[] {
	const property = field.label.replace(/\W/g, '_');
	return files.map((file, index) => ({
		property: files.length > 1 ? `${property}_${String(index)}` : property,
		label: field.label,
		file,
		isInList: field.isMultiple,
	}));
}

/** What the output has of a field; `undefined` = nothing. */
type ReadValue = (field: FormField, name: string, submission: Submission) => FieldValue | undefined;

const content: ReadValue = (field) => field.content;
const asGiven: ReadValue = (_field, name, submission) => textOf(submission, name);
const trimmed: ReadValue = (_field, name, submission) => textOf(submission, name).trim();

const READERS: Readonly<Record<FieldType, ReadValue>> = {
	checkbox: (_field, name, { texts }) => texts.get(name) ?? [],
	date: asGiven,
	dropdown: asGiven,
	email: trimmed,
	file: ({ isMultiple }, name, submission) => {
		const files = filesOf(submission, name).map(fileValue);
		return isMultiple && files.length > 0 ? files : (files[0] ?? null);
	},
	hiddenField: content,
	html: content,
	// An empty number is 0, as in n8n's own forms.
	number: (_field, name, submission) => Number(textOf(submission, name)),
	password: asGiven,
	radio: (_field, name, { texts }) => texts.get(name)?.[0],
	text: trimmed,
	textarea: asGiven,
};

/**
 * The values of a checked form, in the types and under the names that n8n's own forms give them. HTML
 * counts where it has a name.
 */
export function formValues(fields: readonly FormField[], submission: Submission): FormValues {
	const values: (readonly [string, FieldValue])[] = [];
	const files: AnswerFile[] = [];
	for (const [index, field] of fields.entries()) {
		const name = controlName(index);
		if (field.type === 'html' && field.label === '') continue;
		const value = READERS[field.type](field, name, submission);
		if (value !== undefined) values.push([field.label, value]);
		if (field.type !== 'file') continue;
		for (const file of answerFiles(field, filesOf(submission, name))) {
			const property = freeName(file.property, new Set(files.map((known) => known.property)));
			files.push({ ...file, property });
		}
	}
	return { values, files };
}
