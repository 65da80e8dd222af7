import { WAIT_INDEFINITELY, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { describeFailure } from '../../failure/describe-failure';
import { buildStatusItem } from '../../status/build-status-item';
import { failureOf, unprepared } from '../../status/outcome';
import { addWarningHints } from '../host/execution-hints';
import { isReviewTool } from '../host/failure-mode';
import { outputItem } from '../host/output-item';
import { deliverMails, type MailRequest, type MailResult } from '../shared/sending/deliver-mails';
import { finishItems } from '../shared/sending/finish-items';
import { LINK_PARAMETERS } from './answer/decide';
import { openQuestion } from './open-question';
import type { OpenQuestion } from './question/question';
import { readMails } from './reading/read-mails';
import { timedOutItem } from './timed-out-item';

/** The question, and a mail to each who is asked. */
interface Asked {
	/** Missing where the parameters are wrong: then the one request fails with the reason. */
	readonly open?: OpenQuestion;
	readonly requests: readonly MailRequest[];
}

/** n8n 1 checks the signatures of links only where the node asks for it; n8n 2 always does. */
function checksOnDemand(
	functions: object,
): functions is { setSignatureValidationRequired(): void } {
	return 'setSignatureValidationRequired' in functions;
}

function ask(functions: IExecuteFunctions): Asked {
	const { question, mailboxes, draft, warnings } = readMails(functions, Date.now());
	addWarningHints(functions, [warnings]);
	const addresses = mailboxes.map(({ address }) => address);
	const open = openQuestion(functions, question, addresses);
	if (checksOnDemand(functions)) functions.setSignatureValidationRequired();
	return {
		open,
		requests: mailboxes.map((mailbox, index) => ({
			itemIndex: 0,
			// A link is good for its own execution: the retry of a failed one sends it again.
			part: `${open.pass} ${mailbox.address}`,
			draft: () =>
				draft(mailbox, (chosen) =>
					functions.getSignedResumeUrl({
						[LINK_PARAMETERS.token]: open.respondents[index]?.token ?? '',
						...(chosen === undefined ? {} : { [LINK_PARAMETERS.chosen]: chosen }),
					}),
				),
		})),
	};
}

/** As `ask`; wrong parameters become the failure of a mail, as in the operation `send`. */
function tryToAsk(functions: IExecuteFunctions): Asked {
	try {
		return ask(functions);
	} catch (error: unknown) {
		const reason = error instanceof Error ? error : new Error(String(error));
		const draft = (): Promise<never> => Promise.reject(reason);
		return { requests: [{ itemIndex: 0, draft }] };
	}
}

/** Whether a server has accepted the question: only then is there an answer to wait for. */
function isHandedOver({ outcome }: MailResult): boolean {
	return outcome !== undefined && ['sent', 'partial', 'skipped'].includes(outcome.status);
}

/** Of mails that all failed, the most telling result: a sure failure before an unknown outcome. */
function mainFailure(results: readonly MailResult[]): MailResult | undefined {
	return results.find(({ outcome }) => outcome?.status === 'failed') ?? results[0];
}

async function refuseSeveralItems(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = functions.getInputData();
	const failure = describeFailure(
		{
			code: 'INVALID_PARAMETER',
			detail: `Send and Wait for Response takes one input item at a time, but got ${String(items.length)}.`,
			remedy:
				'To ask once for each item, put a Loop Over Items node with batch size 1 before it. To ask once for all, combine the items into one (Aggregate).',
		},
		{ stage: 'parameters', provider: 'custom' },
	);
	const refused = items.map(() => ({ outcome: unprepared(failure) }));
	return await finishItems(functions, refused);
}

/** Puts the execution to wait: n8n stores it, and goes on at a link's POST or at the deadline. */
async function startWaiting(functions: IExecuteFunctions, open: OpenQuestion): Promise<void> {
	const [item] = functions.getInputData();
	// What n8n has stored as the node's input is what it puts out at the deadline. Not the item itself
	// is changed, which is the output of the node before as well.
	if (item !== undefined) {
		functions.getExecuteData().data['main'] = [[timedOutItem(item, isReviewTool(functions))]];
	}
	const { deadline } = open.question;
	await functions.putExecutionToWait(
		deadline === undefined ? WAIT_INDEFINITELY : new Date(deadline.atMs),
	);
}

/**
 * The operation `sendAndWait`: mails a question to one or more people, and lets the execution wait
 * for the first answer (`answer-webhook.ts`). Where no mail could be handed over it does not wait;
 * errors and items then are those of the operation `send`.
 */
export async function sendAndWait(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	if (functions.getInputData().length > 1) return await refuseSeveralItems(functions);
	const { open, requests } = tryToAsk(functions);
	const { results, reason } = await deliverMails(functions, requests, { stopOnFailure: false });
	const isStopped = functions.getExecutionCancelSignal()?.aborted === true;
	if (open === undefined || isStopped || !results.some(isHandedOver)) {
		return await finishItems(functions, [mainFailure(results)], reason);
	}
	await startWaiting(functions, open);
	// Shown while the execution waits; then the answer takes its place.
	return [
		results.flatMap(({ outcome, transportInfo }) =>
			outcome === undefined
				? []
				: outputItem(0, buildStatusItem(outcome, transportInfo), failureOf(outcome), 'continue'),
		),
	];
}
