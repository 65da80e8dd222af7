import type { HttpExchange, HttpFault, HttpReply } from '../../auth/http-client';
import type { Failure } from '../../failure/model/failure';
import { parseJson } from '../../untrusted/parse-json';
import { readProperty } from '../../untrusted/read-property';

/** One HTTP request of an attempt. */
export interface ApiExchange {
	readonly method: HttpExchange['method'];
	readonly headers?: Readonly<Record<string, string>> | undefined;
	readonly body?: string | Buffer | undefined;
	/** Default: what is left of the attempt. */
	readonly timeoutMs?: number;
	/** Whether it goes on after a stop: the server may accept the message at any moment. */
	readonly isFinal?: boolean;
}

/** An answer of any status. */
export interface Answered {
	readonly kind: 'answered';
	readonly reply: HttpReply;
}

/** What came of a request: an answer, or none. */
export type ApiResult =
	| Answered
	| { readonly kind: 'unanswered'; readonly fault: HttpFault }
	/** There is no access token to ask with. */
	| { readonly kind: 'noToken'; readonly failure: Failure };

/** A property of an answer's JSON that is a text; empty where it is missing. */
export function readAnswered(result: ApiResult, key: string): string {
	const value =
		result.kind === 'answered' ? readProperty(parseJson(result.reply.body), key) : undefined;
	return typeof value === 'string' ? value : '';
}
