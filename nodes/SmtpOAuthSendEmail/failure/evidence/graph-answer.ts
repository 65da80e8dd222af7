import { readProperty } from '../../untrusted/read-property';
import { parseJson } from '../../untrusted/parse-json';

/** What Microsoft Graph says when it refuses, and how it says it. */
export interface GraphAnswer {
	/** HTTP status. */
	readonly status: number;
	/** Codes of the error and of those within it, outermost first, as written. */
	readonly codes: readonly string[];
	/** The error's message, not redacted; empty where there is none. */
	readonly text: string;
	/** By which Microsoft's support finds the request. */
	readonly requestId?: string;
	/** `Retry-After` (RFC 9110 §10.2.3), in ms. */
	readonly retryAfterMs?: number;
	/** Whether the body was an error of Graph's form: if not, something in between may have answered. */
	readonly isOfGraph: boolean;
}

/** How deep errors within errors are followed. */
const MAX_DEPTH = 5;

/** A longer body is not read; Graph's errors have a few hundred characters. */
const MAX_BODY_LENGTH = 100_000;

const REQUEST_ID = /^[\w-]{8,64}$/;

function readText(value: unknown, key: string): string {
	const property = readProperty(value, key);
	return typeof property === 'string' ? property.trim() : '';
}

function readCodes(error: unknown): string[] {
	const codes: string[] = [];
	let inner = error;
	for (let depth = 0; depth < MAX_DEPTH && inner !== undefined; depth += 1) {
		const code = readText(inner, 'code');
		if (code !== '') codes.push(code);
		// Both spellings occur: https://learn.microsoft.com/en-us/graph/errors
		inner = readProperty(inner, 'innerError') ?? readProperty(inner, 'innererror');
	}
	return codes;
}

/** Seconds, or a date (RFC 9110 §10.2.3), in ms from now. */
function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
	if (value === undefined) return undefined;
	const text = value.trim();
	const isDate = /^[A-Z][a-z]{2,8},? /.test(text);
	const ms = /^\d+$/.test(text)
		? Number(text) * 1_000
		: isDate
			? Date.parse(text) - nowMs
			: Number.NaN;
	return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/**
 * Reads Graph's answer to a request it did not carry out: its JSON error
 * (https://learn.microsoft.com/en-us/graph/errors, November 2026), or what stands in its place.
 * Never throws.
 *
 * @param nowMs Unix ms
 */
export function readGraphAnswer(
	reply: {
		readonly status: number;
		readonly headers: Readonly<Record<string, string>>;
		readonly body: string;
	},
	nowMs: number,
): GraphAnswer {
	const error =
		reply.body.length > MAX_BODY_LENGTH ? undefined : readProperty(parseJson(reply.body), 'error');
	const codes = readCodes(error);
	const requestId =
		reply.headers['request-id'] ?? readText(readProperty(error, 'innerError'), 'request-id');
	const retryAfterMs = readRetryAfter(reply.headers['retry-after'], nowMs);
	return {
		status: reply.status,
		codes,
		text: readText(error, 'message'),
		...(REQUEST_ID.test(requestId) ? { requestId } : {}),
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		isOfGraph: codes.length > 0,
	};
}
