import type {
	FieldType,
	FormField,
} from '../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/question/form-field.js';
import type {
	OpenQuestion,
	Question,
	Respondent,
} from '../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/question/question.js';
import type {
	Submission,
	SubmittedFile,
} from '../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/forms/submission.js';

/** A field of a form with nothing special about it. */
export function field(type: FieldType, extra: Partial<FormField> = {}): FormField {
	return {
		type,
		label: 'Field',
		isRequired: false,
		placeholder: '',
		defaultValue: '',
		choices: ['checkbox', 'dropdown', 'radio'].includes(type) ? ['Red', 'Green', 'Blue'] : [],
		limits: { min: 0, max: 0 },
		isMultiple: false,
		acceptedTypes: '',
		content: '',
		...extra,
	};
}

export const APPROVAL: Question = {
	title: 'Approve the order',
	message: 'Order 4711 over 1,200 €.\nPlease decide.',
	workflowName: 'Orders',
	response: { type: 'approval', approveLabel: 'Approve', declineLabel: 'Decline' },
};

/** A question that is answered by a form. */
export function formQuestion(fields: readonly FormField[], css = ''): Question {
	return {
		...APPROVAL,
		response: { type: 'customForm', fields, buttonLabel: 'Submit', css },
	};
}

export const ADA: Respondent = { address: 'ada@sandbox.test', token: 'token-of-ada' };
export const BOB: Respondent = { address: 'bob@sandbox.test', token: 'token-of-bob' };

/** The question, put to Ada and Bob. */
export function opened(question: Question): OpenQuestion {
	return { id: 'question-1', pass: '1:0', question, respondents: [ADA, BOB] };
}

/** What a page has sent: texts by control, and files. */
export function submission(
	texts: Readonly<Record<string, string | readonly string[]>>,
	files: Readonly<Record<string, readonly SubmittedFile[]>> = {},
): Submission {
	return {
		texts: new Map(
			Object.entries(texts).map(([name, value]) => [
				name,
				typeof value === 'string' ? [value] : value,
			]),
		),
		files: new Map(Object.entries(files)),
	};
}

/** A file as n8n has put it aside. */
export function file(name: string, mimeType = 'text/plain', sizeBytes = 3): SubmittedFile {
	return { path: `/tmp/${name}`, name, mimeType, sizeBytes };
}
