import type { IWebhookDescription, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { processRegistry } from '../../registry/process-registry';
import { readProperty } from '../../untrusted/read-property';
import { safeText } from '../../untrusted/redact';
import { answerItem, discardFiles } from './answer-item';
import { claimAnswer } from './answer/claim-answer';
import { decide, LINK_PARAMETERS, type Answer } from './answer/decide';
import { readSubmission, type Submission } from './forms/submission';
import { findOpenQuestion } from './open-question';
import { noticePage } from './pages/notice-page';
import type { Page } from './pages/page-frame';
import type { OpenQuestion } from './question/question';

/** A link can be opened and its page be sent back; n8n asks for one description each. */
export const ANSWER_WEBHOOKS: IWebhookDescription[] = (['GET', 'POST'] as const).map(
	(httpMethod) => ({
		name: 'default',
		httpMethod,
		responseMode: 'onReceived',
		responseData: '',
		path: '={{ $nodeId }}',
		restartWebhook: true,
		isFullPath: true,
	}),
);

/** Shown on the canvas while the execution waits: an expression. */
export const WAITING_TOOLTIP =
	'={{ $parameter["operation"] === "sendAndWait" ? "The execution goes on after the first answer" : "" }}';

function setHeaders(functions: IWebhookFunctions, { headers }: Page): void {
	const response = functions.getResponseObject();
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** Answers the request; the execution waits on. */
function sendPage(functions: IWebhookFunctions, page: Page): IWebhookResponseData {
	setHeaders(functions, page);
	functions.getResponseObject().status(page.status).end(page.html);
	return { noWebhookResponse: true };
}

/**
 * Lets the execution go on with the answer. n8n sends the page, and only when it has: where another
 * answer was faster, it says so by itself.
 */
async function giveAnswer(
	functions: IWebhookFunctions,
	open: OpenQuestion,
	answer: Answer,
): Promise<IWebhookResponseData> {
	const { answeredQuestions } = processRegistry();
	const now = new Date();
	if (!claimAnswer(answeredQuestions, open.id, now.getTime())) {
		return sendPage(functions, noticePage('answered'));
	}
	try {
		const item = await answerItem(functions, answer, now.toISOString());
		const page = noticePage('recorded');
		setHeaders(functions, page);
		return { webhookResponse: page.html, workflowData: [[item]] };
	} catch (error: unknown) {
		answeredQuestions.delete(open.id);
		return failed(functions, error);
	}
}

function failed(functions: IWebhookFunctions, error: unknown): IWebhookResponseData {
	functions.logger.error(
		`${functions.getNode().name}: a question's page could not be shown: ${safeText(error, 300)}`,
	);
	const isAnswered = functions.getResponseObject().headersSent;
	return isAnswered ? { noWebhookResponse: true } : sendPage(functions, noticePage('unavailable'));
}

function readLink(query: object, name: string): string {
	const value = readProperty(query, name);
	return typeof value === 'string' ? value : '';
}

async function respond(
	functions: IWebhookFunctions,
	submission: Submission,
): Promise<IWebhookResponseData> {
	const query = functions.getQueryData();
	const open = findOpenQuestion(functions);
	const request = {
		method: functions.getRequestObject().method,
		token: readLink(query, LINK_PARAMETERS.token),
		chosen: readLink(query, LINK_PARAMETERS.chosen),
		submission,
	};
	const reaction = decide(open, request, Date.now());
	if (reaction.type === 'page') return sendPage(functions, reaction.page);
	if (open === undefined) return sendPage(functions, noticePage('unavailable'));
	return await giveAnswer(functions, open, reaction.answer);
}

/**
 * What the node does with a request to one of its links: shows the question, or takes the answer and
 * lets the execution go on. n8n has checked the link's signature before. Never throws: an error here
 * would end the waiting execution.
 */
export async function answerWebhook(functions: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = functions.getRequestObject();
	const contentType = readProperty(request, 'contentType');
	const submission = readSubmission(contentType, readProperty(request, 'body'));
	try {
		return await respond(functions, submission);
	} catch (error: unknown) {
		return failed(functions, error);
	} finally {
		await discardFiles(submission);
	}
}
