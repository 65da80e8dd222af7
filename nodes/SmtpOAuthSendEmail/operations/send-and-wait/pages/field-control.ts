import { escapeHtml } from '../../../untrusted/html-text';
import { textOf, type Submission } from '../forms/submission';
import type { FormField } from '../question/form-field';

/** What a field shows beside itself. */
interface ControlState {
	/** Why its value was refused; empty = it was not. */
	readonly problem: string;
	/** What was sent; missing where the form is shown for the first time. */
	readonly given?: Submission | undefined;
	readonly isFocused: boolean;
}

function attribute(name: string, value: string): string {
	return value === '' ? '' : ` ${name}="${escapeHtml(value)}"`;
}

function labelText({ label, isRequired }: FormField): string {
	const mark = isRequired ? ' <span class="required">(required)</span>' : '';
	return `<span dir="auto">${escapeHtml(label)}</span>${mark}`;
}

/** The text that a field holds: what was given, else its default; of passwords and files nothing. */
function heldText(field: FormField, name: string, { given }: ControlState): string {
	if (field.type === 'password' || field.type === 'file') return '';
	return given === undefined ? field.defaultValue : textOf(given, name);
}

function heldChoices(field: FormField, name: string, { given }: ControlState): readonly string[] {
	if (given !== undefined) return given.texts.get(name) ?? [];
	if (field.type === 'radio') return [field.defaultValue.trim()];
	return field.defaultValue.split(',').map((choice) => choice.trim());
}

/** Leads from a refused control to why it was refused. */
function errorReference(name: string, problem: string): string {
	return problem === '' ? '' : ` aria-invalid="true" aria-describedby="${name}-error"`;
}

function inputAttributes(field: FormField): string {
	// Without a step of any size browsers refuse decimals.
	if (field.type === 'number') return ' type="number" step="any" inputmode="decimal"';
	if (field.type === 'password') return ' type="password" autocomplete="off"';
	if (field.type !== 'file') return ` type="${field.type}"`;
	return ` type="file"${field.isMultiple ? ' multiple' : ''}${attribute('accept', field.acceptedTypes)}`;
}

/** The control of a field that has one, named and with its label's `for`. */
function singleControl(field: FormField, name: string, state: ControlState): string {
	const held = heldText(field, name, state);
	const required = field.isRequired ? ' required' : '';
	const focus = state.isFocused ? ' autofocus' : '';
	const shared = `id="${name}" name="${name}"${required}${errorReference(name, state.problem)}${focus}`;
	const placeholder = attribute('placeholder', field.placeholder);
	if (field.type === 'textarea') {
		// Browsers drop the first line break of the content.
		return `<textarea class="form-input" ${shared}${placeholder} rows="5" dir="auto">\n${escapeHtml(held)}</textarea>`;
	}
	if (field.type === 'dropdown') {
		const option = (choice: string): string =>
			`<option value="${escapeHtml(choice)}"${choice === held.trim() ? ' selected' : ''}>${escapeHtml(choice)}</option>`;
		return `<select ${shared}>
<option value="">Select an option</option>
${field.choices.map(option).join('\n')}
</select>`;
	}
	return `<input class="form-input" ${shared}${inputAttributes(field)}${placeholder}${attribute('value', held)} dir="auto">`;
}

function choiceList(field: FormField, name: string, state: ControlState): string {
	const held = heldChoices(field, name, state);
	const isRadio = field.type === 'radio';
	const required = isRadio && field.isRequired ? ' required' : '';
	const invalid = errorReference(name, state.problem);
	return field.choices
		.map(
			(choice, index) =>
				`<label class="choice"><input type="${isRadio ? 'radio' : 'checkbox'}" name="${name}" value="${escapeHtml(choice)}"${required}${
					held.includes(choice) ? ' checked' : ''
				}${invalid}${state.isFocused && index === 0 ? ' autofocus' : ''}><span dir="auto">${escapeHtml(choice)}</span></label>`,
		)
		.join('\n');
}

/** What people should know before they fill the field in; empty = nothing. */
function hintOf({ type, limits, acceptedTypes }: FormField): string {
	if (type === 'file' && acceptedTypes !== '') return `Accepted file types: ${acceptedTypes}`;
	if (type !== 'checkbox') return '';
	const { min, max } = limits;
	if (min > 0 && min === max) return `Choose exactly ${String(min)}.`;
	if (min > 0 && max > 0) return `Choose ${String(min)} to ${String(max)}.`;
	if (min > 0) return `Choose at least ${String(min)}.`;
	return max > 0 ? `Choose at most ${String(max)}.` : '';
}

/**
 * A field of a form as HTML. Hidden fields are not in the page: their values are the workflow's, and
 * stay with it.
 *
 * @param name of the control, safe as it is
 */
export function fieldControl(field: FormField, name: string, state: ControlState): string {
	if (field.type === 'hiddenField') return '';
	if (field.type === 'html') return `<div class="form-group html">${field.content}</div>`;
	const hint = hintOf(field);
	const notes = [
		hint === '' ? '' : `<p class="hint">${escapeHtml(hint)}</p>`,
		state.problem === ''
			? ''
			: `<p class="error" id="${name}-error">${escapeHtml(state.problem)}</p>`,
	].join('');
	if (field.type === 'checkbox' || field.type === 'radio') {
		return `<fieldset>
<legend>${labelText(field)}</legend>
${choiceList(field, name, state)}${notes}
</fieldset>`;
	}
	return `<div class="form-group">
<label class="form-label" for="${name}">${labelText(field)}</label>
${singleControl(field, name, state)}${notes}
</div>`;
}
