import type { HttpExchange, HttpFault, HttpReply } from '../../auth/http-client';
import type { Failure } from '../../failure/model/failure';
import type { GraphRight } from '../../failure/rules/graph/match-graph-claims';
import { parseJson } from '../../untrusted/parse-json';
import { readProperty } from '../../untrusted/read-property';

/** One HTTP request of an attempt. */
export interface GraphExchange {
	readonly method: HttpExchange['method'];
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
	/** Default: what is left of the attempt. */
	readonly timeoutMs?: number;
	/** Whether it goes on after a stop: Graph may accept the message at any moment. */
	readonly isFinal?: boolean;
}

/** One request to Graph about the account's mailbox. */
export interface GraphCall extends GraphExchange {
	/** Below the user, e.g. `/sendMail`; each part encoded. */
	readonly path: string;
	/** The path as a transcript shows it, without identifiers. */
	readonly shownPath?: string;
	/** What the request needs. */
	readonly permission: GraphRight['permission'];
}

/** What came of a request: an answer of whatever status, or none. */
export type GraphResult =
	| { readonly kind: 'answered'; readonly reply: HttpReply }
	| { readonly kind: 'unanswered'; readonly fault: HttpFault }
	/** There is no access token to ask with. */
	| { readonly kind: 'noToken'; readonly failure: Failure };

/** A property of an answer's JSON that is a text; empty where it is missing. */
export function readAnswered(result: GraphResult, key: string): string {
	const value =
		result.kind === 'answered' ? readProperty(parseJson(result.reply.body), key) : undefined;
	return typeof value === 'string' ? value : '';
}

/** An answer in one line of a transcript. */
export function summarizeReply({ status, headers, body }: HttpReply): string {
	const code = /^\s*\{\s*"error"\s*:\s*\{\s*"code"\s*:\s*"([\w.]{1,80})"/.exec(body)?.[1];
	const id = headers['request-id'];
	const wait = headers['retry-after'];
	return [
		String(status),
		code,
		id === undefined ? undefined : `(request-id ${id})`,
		wait === undefined ? undefined : `(Retry-After ${wait})`,
	]
		.filter((part) => part !== undefined)
		.join(' ');
}
