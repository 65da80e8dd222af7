import { randomBytes, randomUUID } from 'node:crypto';
import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import { runIndexOf } from '../host/run-index';
import { parseJson } from '../../untrusted/parse-json';
import { readProperty } from '../../untrusted/read-property';
import type { OpenQuestion, Question, Respondent } from './question/question';

/** The version of the stored form; another one cannot be read. */
const VERSION = 1;

/** Where the open question lies in n8n's node context, which is stored with a waiting execution. */
const QUESTION_KEY = 'smtpOAuthQuestion';

/** An open question as one text, for n8n's node context. */
export function storeQuestion(open: OpenQuestion): string {
	return JSON.stringify({ version: VERSION, ...open });
}

function isStored(value: unknown): value is OpenQuestion {
	const response = readProperty(readProperty(value, 'question'), 'response');
	return (
		readProperty(value, 'version') === VERSION &&
		Array.isArray(readProperty(value, 'respondents')) &&
		response !== undefined
	);
}

/** What `storeQuestion` has written; `undefined` where it is something else. */
export function readStoredQuestion(stored: unknown): OpenQuestion | undefined {
	const value = typeof stored === 'string' ? parseJson(stored) : undefined;
	return isStored(value) ? value : undefined;
}

/** So long that it cannot be guessed. */
const TOKEN_BYTES = 24;

/**
 * Opens a question and stores it with the execution. A try that follows (Retry On Fail) finds the
 * links that an earlier one may have sent still good; another pass of a loop does not.
 *
 * @param addresses of those who are asked
 */
export function openQuestion(
	functions: IExecuteFunctions,
	question: Question,
	addresses: readonly string[],
): OpenQuestion {
	const context = functions.getContext('node');
	const pass = `${functions.getExecutionId()}:${String(runIndexOf(functions))}`;
	const stored = readStoredQuestion(context[QUESTION_KEY]);
	const earlier = stored?.pass === pass ? stored : undefined;
	const respondents = addresses.map(
		(address): Respondent =>
			earlier?.respondents.find((respondent) => respondent.address === address) ?? {
				address,
				token: randomBytes(TOKEN_BYTES).toString('base64url'),
			},
	);
	const open = { id: earlier?.id ?? randomUUID(), pass, question, respondents };
	context[QUESTION_KEY] = storeQuestion(open);
	return open;
}

/**
 * The question that a waiting execution has open. n8n gives webhooks no node context, but expressions
 * in them can read it.
 */
export function findOpenQuestion(functions: IWebhookFunctions): OpenQuestion | undefined {
	// A brace in the node's name must not end the expression.
	const name = JSON.stringify(functions.getNode().name)
		.replaceAll('{', '\\u007b')
		.replaceAll('}', '\\u007d');
	const stored: unknown = functions.evaluateExpression(
		`{{ $node[${name}].context[${JSON.stringify(QUESTION_KEY)}] }}`,
		0,
	);
	return readStoredQuestion(stored);
}
