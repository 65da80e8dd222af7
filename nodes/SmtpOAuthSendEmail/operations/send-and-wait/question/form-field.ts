/** Kinds of fields, as n8n's own forms have them. */
export const FIELD_TYPES = [
	'checkbox',
	'date',
	'dropdown',
	'email',
	'file',
	'hiddenField',
	'html',
	'number',
	'password',
	'radio',
	'text',
	'textarea',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/** One field of a form, as it was when the mail went out. */
export interface FormField {
	readonly type: FieldType;
	/** The name of the value in the output, and what people see above the field. */
	readonly label: string;
	readonly isRequired: boolean;
	readonly placeholder: string;
	/** What the field holds at first; of checkboxes several, separated by commas. */
	readonly defaultValue: string;
	/** What a dropdown, radio buttons or checkboxes offer. */
	readonly choices: readonly string[];
	/** How many of the choices may be taken; a `max` of 0 = any number. */
	readonly limits: { readonly min: number; readonly max: number };
	/** Of a file field: whether several may be given. */
	readonly isMultiple: boolean;
	/** Of a file field: extensions and media types, separated by commas; empty = all. */
	readonly acceptedTypes: string;
	/** Of a hidden field its value, of HTML the (sanitized) HTML. */
	readonly content: string;
}

/** The name of a field's control in the page, and of its value in the body of the answer. */
export function controlName(index: number): string {
	return `field-${String(index)}`;
}
