import { safeText } from '../../untrusted/redact';
import { isObject, readProperty } from '../../untrusted/read-property';
import { decodeEntities } from '../../untrusted/html-text';
import type { ErrorFacts } from './error-report';
import { firstText, readText } from './read-text';
import { showable } from './show-item';

const NO_MESSAGE = 'It failed without an error message';

/** Where errors of all kinds keep what happened, the best first. */
const MESSAGE_KEYS = [
	'message',
	'errorMessage',
	'error_description',
	'error',
	'msg',
	'detail',
	'reason',
	'title',
	'text',
	'errors',
];

/** What every error of n8n has: it does not say what happened. */
const BOOKKEEPING =
	/^(?:context|description|extra|functionality|level|messages?|name|node|shouldReport|stack|tags|timestamp)$/;

const MAX_MESSAGE_LENGTH = 10_000;

const MAX_DESCRIPTION_LENGTH = 50_000;

/** Where errors keep the error that they come from, or the answer that tells of it. */
const INNER_KEYS = [
	'message',
	'error',
	'errors',
	'errorResponse',
	'cause',
	'response',
	'body',
	'data',
];

/** How many errors within each other are looked at. */
const MAX_DEPTH = 5;

/** A property as a text; a list of texts as one. */
function textAt(error: unknown, key: string): string {
	const value = readProperty(error, key);
	if (!Array.isArray(value)) return readText(error, key).trim();
	return value.filter((entry) => typeof entry === 'string').join(', ');
}

/** The message of an error, or else of one within it; empty where none has one. */
function findMessage(error: unknown, depth: number): string {
	const own = MESSAGE_KEYS.map((key) => textAt(error, key)).find((text) => text !== '') ?? '';
	if (own !== '' || depth === MAX_DEPTH) return own;
	for (const key of INNER_KEYS) {
		const inner = readProperty(error, key);
		const first: unknown = Array.isArray(inner) ? inner[0] : inner;
		const text = isObject(first) ? findMessage(first, depth + 1) : '';
		if (text !== '') return text;
	}
	return '';
}

function messageOf(error: object): string {
	const message = findMessage(error, 0) || firstText(error, ['description']);
	if (message !== '') return message;
	const shown = showable(error);
	if (!isObject(shown)) return safeText(shown, 300);
	const entries: [string, unknown][] = Object.entries(shown);
	const isError = readText(error, 'stack') !== '';
	const rest = isError ? entries.filter(([key]) => !BOOKKEEPING.test(key)) : entries;
	const json = safeText(Object.fromEntries(rest), 300);
	return json === '{}' ? '' : json;
}

/** Unix ms of an error's time stamp: ms, or a date as text. */
function timeOf(error: unknown): number | undefined {
	const stamp = readProperty(error, 'timestamp');
	const ms = typeof stamp === 'string' ? Date.parse(stamp) : stamp;
	return typeof ms === 'number' && Number.isFinite(ms) && Math.abs(ms) < 8e15 ? ms : undefined;
}

const OWN_TYPE = /(?:^|\.)smtpOAuthSendEmail(?:Tool)?$/;

function isFromAlert(node: unknown): boolean {
	const operation = readProperty(readProperty(node, 'parameters'), 'operation');
	const isAlert = operation === 'alert' || operation === 'alertDigest';
	return isAlert && OWN_TYPE.test(readText(node, 'type'));
}

/** Reads an error of any form: an object, a text, or nothing. Never throws. */
export function readErrorFacts(error: unknown): ErrorFacts {
	const said = isObject(error) ? messageOf(error) : typeof error === 'string' ? error.trim() : '';
	const message = decodeEntities(said.slice(0, MAX_MESSAGE_LENGTH));
	const node = readProperty(error, 'node');
	const failure = readProperty(readProperty(readProperty(error, 'context'), 'data'), 'failure');
	const description = readText(error, 'description').slice(0, MAX_DESCRIPTION_LENGTH);
	return {
		errorClass: readText(error, 'name'),
		message: message === '' ? NO_MESSAGE : message,
		description: description === message ? '' : description,
		stack: readText(error, 'stack'),
		code:
			firstText(failure, ['code']) ||
			firstText(error, ['httpCode', 'statusCode', 'status', 'code']),
		node: readText(node, 'name'),
		occurredAtMs: timeOf(error),
		isAboutAlert: isFromAlert(node),
	};
}
