import { parseJson } from '../../untrusted/parse-json';
import { readProperty } from '../../untrusted/read-property';

/** What an API over HTTPS (Microsoft Graph, the Gmail API) says when it refuses. */
export interface ApiAnswer {
	/** HTTP status. */
	readonly status: number;
	/** Codes of the error and of those within it, outermost first, and Google's reasons, as written. */
	readonly codes: readonly string[];
	/** The error's message, not redacted; empty where there is none. */
	readonly text: string;
	/** By which Microsoft's support finds the request. */
	readonly requestId?: string;
	/** How long to wait, in ms: `Retry-After` (RFC 9110 §10.2.3), or "Retry after" in the message. */
	readonly retryAfterMs?: number;
	/** Whether the body was an error of the API's form: if not, something in between may have answered. */
	readonly isOfApi: boolean;
}

/** How deep errors within errors are followed, and how many reasons are read. */
const MAX_DEPTH = 10;

/** A longer body is not read; errors have a few hundred characters. */
const MAX_BODY_LENGTH = 100_000;

const REQUEST_ID = /^[\w-]{8,64}$/;

function readText(value: unknown, key: string): string {
	const property = readProperty(value, key);
	return typeof property === 'string' ? property.trim() : '';
}

function readReasons(list: unknown): string[] {
	return Array.isArray(list)
		? list.slice(0, MAX_DEPTH).map((entry: unknown) => readText(entry, 'reason'))
		: [];
}

function readCodes(error: unknown): string[] {
	const codes: string[] = [];
	let inner = error;
	for (let depth = 0; depth < MAX_DEPTH && inner !== undefined; depth += 1) {
		codes.push(readText(inner, 'code'));
		// Both spellings occur: https://learn.microsoft.com/en-us/graph/errors
		inner = readProperty(inner, 'innerError') ?? readProperty(inner, 'innererror');
	}
	const reasons = ['errors', 'details'].flatMap((key) => readReasons(readProperty(error, key)));
	return [...codes, ...reasons].filter((code) => code !== '');
}

/**
 * What the `error` object of an API's answer says: how it is called, closest word first, and its
 * message. Never throws.
 */
export function readApiError(error: unknown): {
	readonly names: readonly string[];
	readonly text: string;
} {
	const names = [...readCodes(error), readText(error, 'status')].filter((name) => name !== '');
	return { names, text: readText(error, 'message') };
}

/** Seconds, or a date (RFC 9110 §10.2.3), in ms from now. */
function readWait(header = '', text: string, nowMs: number): number | undefined {
	const named = /\bRetry after\s+(\d{4}-\d\d-\d\dT[\d:.]{5,15}Z)/i.exec(text)?.[1];
	const given = header.trim();
	const isDate = /^[A-Z][a-z]{2,8},? /.test(given);
	const ms = /^\d{1,7}$/.test(given)
		? Number(given) * 1_000
		: Date.parse(isDate ? given : (named ?? '')) - nowMs;
	return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/**
 * Reads an API's answer to a request that it did not carry out: its JSON error
 * (https://learn.microsoft.com/en-us/graph/errors,
 * https://developers.google.com/workspace/gmail/api/guides/handle-errors, November 2026), or what
 * stands in its place. Never throws.
 *
 * @param nowMs Unix ms
 */
export function readApiAnswer(
	reply: {
		readonly status: number;
		readonly headers: Readonly<Record<string, string>>;
		readonly body: string;
	},
	nowMs: number,
): ApiAnswer {
	const error =
		reply.body.length > MAX_BODY_LENGTH ? undefined : readProperty(parseJson(reply.body), 'error');
	const codes = readCodes(error);
	const text = readText(error, 'message');
	const requestId =
		reply.headers['request-id'] ?? readText(readProperty(error, 'innerError'), 'request-id');
	const retryAfterMs = readWait(reply.headers['retry-after'], text, nowMs);
	return {
		status: reply.status,
		codes,
		text,
		...(REQUEST_ID.test(requestId) ? { requestId } : {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		isOfApi: codes.length > 0 || typeof readProperty(error, 'code') === 'number',
	};
}
