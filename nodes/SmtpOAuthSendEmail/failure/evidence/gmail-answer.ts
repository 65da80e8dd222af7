import { parseJson } from '../../untrusted/parse-json';
import { readProperty } from '../../untrusted/read-property';

/** What the Gmail API says when it refuses, and how it says it. */
export interface GmailAnswer {
	/** HTTP status. */
	readonly status: number;
	/** The error's reasons, as written: `errors[].reason`, and those of its details (`ErrorInfo`). */
	readonly reasons: readonly string[];
	/** The error's message, not redacted; empty where there is none. */
	readonly text: string;
	/** How long to wait, in ms: `Retry-After` (RFC 9110 §10.2.3), or "Retry after" in the message. */
	readonly retryAfterMs?: number;
	/** Whether the body was an error of Google's form: if not, something in between may have answered. */
	readonly isOfGoogle: boolean;
}

/** A longer body is not read; Google's errors have a few hundred characters. */
const MAX_BODY_LENGTH = 100_000;

/** At most so many reasons of one answer are looked at. */
const MAX_REASONS = 10;

function readReasons(list: unknown): string[] {
	if (!Array.isArray(list)) return [];
	return list.slice(0, MAX_REASONS).flatMap((entry: unknown) => {
		const reason = readProperty(entry, 'reason');
		return typeof reason === 'string' && reason !== '' ? [reason] : [];
	});
}

function readWait(header: string | undefined, text: string, nowMs: number): number | undefined {
	const seconds = /^\s*(\d{1,7})\s*$/.exec(header ?? '')?.[1];
	if (seconds !== undefined) return Number(seconds) * 1_000;
	const time = /\bRetry after\s+(\d{4}-\d\d-\d\dT[\d:.]{5,15}Z)/i.exec(text)?.[1];
	const ms = Date.parse(time ?? '') - nowMs;
	return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/**
 * Reads the Gmail API's answer to a request that it did not carry out
 * (https://developers.google.com/workspace/gmail/api/guides/handle-errors, November 2026), or what
 * stands in its place. Never throws.
 *
 * @param nowMs Unix ms
 */
export function readGmailAnswer(
	reply: {
		readonly status: number;
		readonly headers: Readonly<Record<string, string>>;
		readonly body: string;
	},
	nowMs: number,
): GmailAnswer {
	const error =
		reply.body.length > MAX_BODY_LENGTH ? undefined : readProperty(parseJson(reply.body), 'error');
	const message = readProperty(error, 'message');
	const text = typeof message === 'string' ? message.trim() : '';
	const retryAfterMs = readWait(reply.headers['retry-after'], text, nowMs);
	return {
		status: reply.status,
		reasons: [
			...readReasons(readProperty(error, 'errors')),
			...readReasons(readProperty(error, 'details')),
		],
		text,
		...(retryAfterMs === undefined ? {} : { retryAfterMs }),
		isOfGoogle: typeof readProperty(error, 'code') === 'number',
	};
}
