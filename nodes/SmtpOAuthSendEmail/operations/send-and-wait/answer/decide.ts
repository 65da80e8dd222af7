import { checkForm } from '../forms/check-form';
import { formValues, type FieldValue, type FormValues } from '../forms/form-values';
import { textOf, type Submission } from '../forms/submission';
import { noticePage } from '../pages/notice-page';
import type { Page } from '../pages/page-frame';
import { APPROVAL_CONTROL, questionPage } from '../pages/question-page';
import type { Decision, OpenQuestion, Question, Respondent } from '../question/question';

/** A request to the address of a link. */
export interface LinkRequest {
	readonly method: string;
	/** Of the link: who it was sent to. */
	readonly token: string;
	/** Of the link: which button of the mail was pressed. */
	readonly chosen: string;
	/** What a POST has sent. */
	readonly submission: Submission;
}

/** An answer that counts. */
export interface Answer {
	readonly respondedBy: string;
	/** What the output says of it, without who gave it and when. */
	readonly values: readonly (readonly [name: string, value: FieldValue | boolean])[];
	readonly files: FormValues['files'];
}

type Reaction =
	| { readonly type: 'page'; readonly page: Page }
	| { readonly type: 'answer'; readonly answer: Answer };

/** Names of the link's query parameters, which n8n signs along with the address. */
export const LINK_PARAMETERS = { token: 'token', chosen: 'answer' } as const;

function decisionOf(value: string): Decision | undefined {
	return value === 'approve' || value === 'decline' ? value : undefined;
}

function show(page: Page): Reaction {
	return { type: 'page', page };
}

/** A POST: counts where it is complete, and is shown again with what is missing where not. */
function readAnswer(question: Question, respondent: Respondent, request: LinkRequest): Reaction {
	const { response } = question;
	const { submission } = request;
	const respondedBy = respondent.address;
	if (response.type === 'approval') {
		const decision = decisionOf(textOf(submission, APPROVAL_CONTROL));
		const isOffered =
			decision !== undefined && (decision === 'approve' || response.declineLabel !== undefined);
		if (!isOffered) {
			return show(
				questionPage(question, respondent, { refused: { submission, problems: new Map() } }),
			);
		}
		const values = [['approved', decision === 'approve']] as const;
		return { type: 'answer', answer: { respondedBy, values, files: [] } };
	}
	const problems = checkForm(response.fields, submission);
	if (problems.size > 0) {
		return show(questionPage(question, respondent, { refused: { submission, problems } }));
	}
	const { values, files } = formValues(response.fields, submission);
	if (response.type === 'customForm')
		return { type: 'answer', answer: { respondedBy, values, files } };
	const text = values[0]?.[1] ?? '';
	return { type: 'answer', answer: { respondedBy, values: [['text', text]], files: [] } };
}

/**
 * Decides what a request to a link comes to. Only a POST can be an answer: every other request, and
 * however often, is shown the question.
 *
 * @param open what the execution waits for; `undefined` where that is not known
 * @param nowMs Unix ms
 */
export function decide(
	open: OpenQuestion | undefined,
	request: LinkRequest,
	nowMs: number,
): Reaction {
	if (open === undefined) return show(noticePage('unavailable'));
	const { question, respondents } = open;
	const respondent = respondents.find(({ token }) => token === request.token);
	if (respondent === undefined) return show(noticePage('closed'));
	if (question.deadline !== undefined && nowMs >= question.deadline.atMs) {
		return show(noticePage('expired'));
	}
	if (request.method === 'POST') return readAnswer(question, respondent, request);
	const chosen = decisionOf(request.chosen);
	return show(questionPage(question, respondent, chosen === undefined ? {} : { chosen }));
}
