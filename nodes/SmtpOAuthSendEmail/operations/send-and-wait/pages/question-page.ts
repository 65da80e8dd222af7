import { escapeHtml, escapeLines } from '../../../untrusted/html-text';
import type { FormProblems } from '../forms/check-form';
import type { Submission } from '../forms/submission';
import { controlName } from '../question/form-field';
import type { Decision, Question, Respondent, ResponseForm } from '../question/question';
import { fieldControl } from './field-control';
import { framePage, type Page } from './page-frame';

/** What an approval's page sends. */
export const APPROVAL_CONTROL = 'answer';

/** How the question is to be shown. */
interface PageState {
	/** The button of the mail that led here. */
	readonly chosen?: Decision;
	/** A form that was sent and refused: what it held, and why. */
	readonly refused?: { readonly submission: Submission; readonly problems: FormProblems };
}

type Approval = Extract<ResponseForm, { type: 'approval' }>;
type Form = Exclude<ResponseForm, Approval>;

const ALERT = `<p class="alert" role="alert">Your answer has not been recorded yet. Please check the marked fields and send it again.</p>\n`;

function approvalControls(approval: Approval, { chosen, refused }: PageState): string {
	const { approveLabel, declineLabel } = approval;
	if (declineLabel === undefined) {
		return `<input type="hidden" name="${APPROVAL_CONTROL}" value="approve">
<button type="submit">${escapeHtml(approveLabel)}</button>`;
	}
	const choice = (decision: Decision, label: string): string =>
		`<label class="choice"><input type="radio" name="${APPROVAL_CONTROL}" value="${decision}" required${
			chosen === decision ? ' checked' : ''
		}><span dir="auto">${escapeHtml(label)}</span></label>`;
	return `<fieldset>
<legend>Your answer</legend>
${choice('approve', approveLabel)}
${choice('decline', declineLabel)}
${refused === undefined ? '' : '<p class="error">Choose an answer.</p>'}
</fieldset>
<button type="submit">Confirm Answer</button>`;
}

function formControls({ fields, buttonLabel }: Form, { refused }: PageState): string {
	const firstProblem = Math.min(...(refused?.problems.keys() ?? []));
	const controls = fields.map((field, index) =>
		fieldControl(field, controlName(index), {
			problem: refused?.problems.get(index) ?? '',
			given: refused?.submission,
			isFocused: index === firstProblem,
		}),
	);
	return `${controls.join('\n')}
<button type="submit"><span dir="auto">${escapeHtml(buttonLabel)}</span></button>`;
}

function facts({ workflowName, deadline }: Question, { address }: Respondent): string {
	const rows = [
		...(workflowName === '' ? [] : [['Asked by workflow', workflowName]]),
		...(deadline === undefined ? [] : [['Answer until', deadline.text]]),
		['You answer as', address],
	];
	return `<dl>
${rows.map(([name = '', value = '']) => `<dt>${name}</dt><dd dir="auto">${escapeHtml(value)}</dd>`).join('\n')}
</dl>`;
}

/** The page that shows the question and takes the answer. Showing it decides nothing. */
export function questionPage(question: Question, respondent: Respondent, state: PageState): Page {
	const { title, message, response } = question;
	const isApproval = response.type === 'approval';
	const hasFiles = !isApproval && response.fields.some(({ type }) => type === 'file');
	const controls = isApproval ? approvalControls(response, state) : formControls(response, state);
	const isRefused = state.refused !== undefined;
	return framePage(
		isRefused ? 422 : 200,
		isRefused ? `Not recorded yet: ${title}` : title,
		`<div class="card">
<h1 dir="auto">${escapeHtml(title)}</h1>
<p class="message" dir="auto">${escapeLines(message)}</p>
${isRefused ? ALERT : ''}<form method="post"${hasFiles ? ' enctype="multipart/form-data"' : ''} autocomplete="off">
${controls}
</form>
</div>
${facts(question, respondent)}`,
		isApproval ? '' : response.css,
	);
}
