import type { IExecuteFunctions } from 'n8n-workflow';
import { toWellFormed } from '../../../untrusted/well-formed';
import {
	asChoice,
	asFields,
	asText,
	fieldReader,
	readValue,
	type NamedValue,
} from '../../shared/parameters/parameter-reader';
import { sanitizeCss } from '../markup/custom-css';
import type { ButtonStyle, MailButton } from '../mail/question-mail';
import type { FormField } from '../question/form-field';
import type { Question, ResponseForm } from '../question/question';
import { showTime } from './local-time';
import { readDeadline } from './read-deadline';
import { readFormFields } from './read-form-fields';

/** What is to be asked, and what the mail has for it. */
interface QuestionPlan {
	readonly question: Question;
	readonly message: string;
	readonly buttons: readonly MailButton[];
}

/** The heading of a question without a subject. */
const NO_TITLE = 'Your answer is needed';

type Options = Readonly<Record<string, unknown>>;

const FREE_TEXT: FormField = {
	type: 'textarea',
	label: 'Response',
	isRequired: true,
	placeholder: '',
	defaultValue: '',
	choices: [],
	limits: { min: 0, max: 0 },
	isMultiple: false,
	acceptedTypes: '',
	content: '',
};

/** A text of the author; `fallback` where it is empty. */
function label(named: NamedValue, fallback: string): string {
	const text = toWellFormed(asText(named)).trim();
	return text === '' ? fallback : text;
}

/** Line breaks as people write them in n8n's own nodes: also as `\n` and `<br>`. */
function withLineBreaks(text: string): string {
	return toWellFormed(text)
		.replace(/\\n|<br\s*\/?>/gi, '\n')
		.trim();
}

function readStyle(named: NamedValue, fallback: ButtonStyle): ButtonStyle {
	return asChoice(named, ['primary', 'secondary'], fallback);
}

type Plan = Pick<QuestionPlan, 'buttons'> & { readonly response: ResponseForm };

function readApproval(functions: IExecuteFunctions): Plan {
	const name = 'Approval Options';
	const collection = asFields(readValue(functions, 'approvalOptions', name, 0, {}));
	const values = asFields({ label: name, value: collection['values'] });
	const value = fieldReader(name, values);
	const approveLabel = label(value('approveLabel', 'Approve Button Label'), 'Approve');
	const approve: MailButton = {
		label: approveLabel,
		style: readStyle(value('buttonApprovalStyle', 'Approve Button Style'), 'primary'),
		chosen: 'approve',
	};
	const approvalType = value('approvalType', 'Type of Approval');
	if (asChoice(approvalType, ['single', 'double'], 'single') === 'single') {
		return { response: { type: 'approval', approveLabel }, buttons: [approve] };
	}
	const declineLabel = label(value('disapproveLabel', 'Disapprove Button Label'), 'Decline');
	const style = readStyle(value('buttonDisapprovalStyle', 'Disapprove Button Style'), 'secondary');
	return {
		response: { type: 'approval', approveLabel, declineLabel },
		buttons: [approve, { label: declineLabel, style, chosen: 'decline' }],
	};
}

function readForm(
	type: 'freeText' | 'customForm',
	functions: IExecuteFunctions,
	options: Options,
): Plan {
	const option = fieldReader('Options', options);
	return {
		response: {
			type,
			fields: type === 'freeText' ? [FREE_TEXT] : readFormFields(functions),
			buttonLabel: label(option('responseFormButtonLabel', 'Response Form Button Label'), 'Submit'),
			css: sanitizeCss(
				toWellFormed(asText(option('responseFormCustomCss', 'Response Form Custom Styling'))),
			),
		},
		buttons: [
			{
				label: label(option('messageButtonLabel', 'Message Button Label'), 'Respond'),
				style: 'primary',
			},
		],
	};
}

/**
 * Reads what is to be asked, each expression once: mail and page show the same.
 *
 * @param subject of the mail
 * @param nowMs Unix ms
 * @throws ParameterError naming the parameter
 */
export function readQuestion(
	functions: IExecuteFunctions,
	subject: string,
	options: Options,
	nowMs: number,
): QuestionPlan {
	const type = asChoice(
		readValue(functions, 'responseType', 'Response Type', 0, 'approval'),
		['approval', 'freeText', 'customForm'],
		'approval',
	);
	const message = withLineBreaks(asText(readValue(functions, 'message', 'Message', 0, ''), 2));
	const isApproval = type === 'approval';
	const { response, buttons } = isApproval
		? readApproval(functions)
		: readForm(type, functions, options);
	const ofForm = fieldReader('Options', isApproval ? {} : options);
	const timeZone = functions.getTimezone();
	const atMs = readDeadline(options, timeZone, nowMs);
	return {
		message,
		buttons,
		question: {
			title: label(
				ofForm('responseFormTitle', 'Response Form Title'),
				subject.trim() === '' ? NO_TITLE : subject,
			),
			message: withLineBreaks(
				label(ofForm('responseFormDescription', 'Response Form Description'), message),
			),
			workflowName: functions.getWorkflow().name ?? '',
			...(atMs === undefined ? {} : { deadline: { atMs, text: showTime(atMs, timeZone) } }),
			response,
		},
	};
}
