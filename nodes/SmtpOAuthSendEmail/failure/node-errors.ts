import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';
import { isPassing } from './catalogue/failure-stage';
import type { Failure } from './model/failure';
import { splitWords } from './quoted-words';

/** What a thrown error needs besides the failure. */
export interface NodeErrorOptions {
	/** The item that failed. */
	readonly itemIndex: number;
	/** What became of the whole batch: a sentence or two, shown below the remedy. */
	readonly account?: string | undefined;
	/** The server's words, redacted; the failure's message where there are none. */
	readonly serverWords?: string | undefined;
	/** What was found out besides, redacted: error workflows read it beside the failure. */
	readonly findings?: Readonly<Record<string, unknown>> | undefined;
	/** What was said between us and the server, redacted. */
	readonly transcript?: readonly string[] | undefined;
}

/** n8n's form of the cause (n8n-workflow 2.40 and later; 1.120 ignores it): only some take a wait. */
function declareFailure({ cause, retryAfterMs }: Failure) {
	return isPassing(cause) && retryAfterMs !== undefined ? { cause, retryAfterMs } : { cause };
}

/** n8n renders descriptions as HTML. */
function escapeHtml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * n8n's notification reads the message as HTML and swallows `<ada@example.com>`, and so does a
 * workflow that puts it into an HTML mail. Escaping it would show in the panel, which takes it as text.
 */
function bareAddresses(text: string): string {
	return text.replaceAll(/<([^<>\s]+@[^<>\s]+)>/g, '$1');
}

/**
 * Makes the error that n8n shows and stores: the only place that does. Its message says what happened,
 * its description what to do, then what became of the batch, then the server's words. Its own properties hold
 * nothing but our redacted texts, since n8n stores all of them. `context.data.failure` is the
 * failure, for error workflows.
 */
export function toNodeError(
	node: INode,
	failure: Failure,
	{ itemIndex, account, serverWords, findings, transcript }: NodeErrorOptions,
): NodeApiError | NodeOperationError {
	const { code, remedy, stage } = failure;
	const { plain, words } = splitWords(failure.message);
	const message = bareAddresses(plain);
	const isOfParameters =
		stage === 'parameters' || code === 'INVALID_PARAMETER' || code === 'ATTACHMENT_MISSING';
	const options = {
		message,
		description: escapeHtml(
			[remedy, account ?? '', words].filter((part) => part !== '').join('\n\n'),
		),
		itemIndex,
		failure: declareFailure(failure),
	};
	const error = isOfParameters
		? new NodeOperationError(node, message, options)
		: new NodeApiError(node, { code, message: serverWords ?? message }, options);
	// n8n puts a text of its own in place of a message that holds "ENOTFOUND", "EACCES" and the
	// like anywhere, be it within a host name.
	error.message = message;
	// What n8n lists as "Full message" is to be the server's words, and not the title once more.
	error.messages = serverWords === undefined ? [] : [serverWords];
	error.context.data = {
		...findings,
		failure: { ...failure },
		...(transcript === undefined ? {} : { transcript: [...transcript] }),
	};
	return error;
}

/** Whether this error was made for n8n already. */
export function isNodeError(error: unknown): error is NodeApiError | NodeOperationError {
	return error instanceof NodeApiError || error instanceof NodeOperationError;
}
