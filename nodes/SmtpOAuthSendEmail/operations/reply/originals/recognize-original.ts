import { namesMessageId } from '../../../../../credentials/providers/transports';
import { isObject, readProperty } from '../../../untrusted/read-property';
import { findMailSystem } from './find-mail-system';
import type { OriginalForm, OriginalMessage } from './original-message';
import {
	isUnreadable,
	readHeaders,
	readMailboxes,
	readMessageIds,
	readText,
	readTimeMs,
} from './read-fields';

const STATUSES: readonly unknown[] = ['sent', 'partial', 'failed', 'unknown', 'skipped', 'held'];

const has = (json: unknown, name: string): boolean => readProperty(json, name) !== undefined;

/** A field of a form whose header fields keep the capital letters of their author. */
function findField(json: object, name: string): unknown {
	const entries: [string, unknown][] = Object.entries(json);
	return entries.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** By which each form is known, the first that fits; see `OriginalForm`. */
const MARKS: readonly (readonly [OriginalForm, (json: object) => boolean])[] = [
	[
		'statusItem',
		(json) =>
			STATUSES.includes(readProperty(json, 'status')) &&
			Array.isArray(readProperty(readProperty(json, 'envelope'), 'to')),
	],
	[
		'imapSimple',
		(json) =>
			isObject(readProperty(json, 'metadata')) && (has(json, 'textPlain') || has(json, 'textHtml')),
	],
	['gmail', (json) => has(json, 'threadId') && isObject(readProperty(json, 'headers'))],
	[
		'imapResolved',
		(json) =>
			isObject(readProperty(json, 'headers')) &&
			(Array.isArray(readProperty(readProperty(json, 'from'), 'value')) ||
				has(json, 'textAsHtml') ||
				has(json, 'messageId')),
	],
	['gmailSimplified', (json) => has(json, 'threadId') && findField(json, 'from') !== undefined],
	[
		'outlook',
		(json) =>
			isObject(readProperty(readProperty(json, 'from'), 'emailAddress')) ||
			has(json, 'internetMessageId') ||
			Array.isArray(readProperty(json, 'toRecipients')),
	],
	['outlookSimplified', (json) => has(json, 'conversationId') && has(json, 'bodyPreview')],
	['imapRaw', (json) => typeof readProperty(json, 'raw') === 'string' && !has(json, 'from')],
	['plainFields', () => true],
];

/** Fields of a message, named as mailparser names them. */
const FIELDS = [
	'from',
	'replyTo',
	'to',
	'cc',
	'subject',
	'messageId',
	'references',
	'inReplyTo',
	'date',
	'text',
	'html',
] as const;

/** Where a form keeps what; the reading itself is the same for all. */
type Sources = Readonly<Partial<Record<(typeof FIELDS)[number], unknown>>> & {
	readonly headers?: ReadonlyMap<string, string>;
};

/** mailparser's object, as Email Trigger (Resolved) and Gmail (not simplified) give it; and plain fields. */
function fieldsByName(json: object): Sources {
	return {
		...Object.fromEntries(FIELDS.map((name) => [name, readProperty(json, name)])),
		headers: readHeaders(readProperty(json, 'headers')),
	};
}

/** Email Trigger (Simple): five headers beside the texts, all others as `metadata`. */
function imapSimple(json: object): Sources {
	const headers = readHeaders(readProperty(json, 'metadata'));
	return {
		...fieldsByName(json),
		replyTo: headers.get('reply-to'),
		messageId: headers.get('message-id'),
		references: headers.get('references'),
		inReplyTo: headers.get('in-reply-to'),
		text: readProperty(json, 'textPlain'),
		html: readProperty(json, 'textHtml'),
		headers,
	};
}

/** Gmail (simplified): some headers beside `snippet`, which is no text to quote. */
function gmailSimplified(json: object): Sources {
	return {
		from: findField(json, 'from'),
		replyTo: findField(json, 'reply-to'),
		to: findField(json, 'to'),
		cc: findField(json, 'cc'),
		subject: findField(json, 'subject'),
		messageId: findField(json, 'message-id'),
		references: findField(json, 'references'),
		inReplyTo: findField(json, 'in-reply-to'),
		date: findField(json, 'internaldate'),
		headers: readHeaders(json),
	};
}

/** Microsoft Graph's message: https://learn.microsoft.com/graph/api/resources/message */
function outlook(json: object): Sources {
	const body = readProperty(json, 'body');
	const isHtml = readText(body, 'contentType')?.toLowerCase() === 'html';
	const headers = readHeaders(readProperty(json, 'internetMessageHeaders'));
	return {
		from: readProperty(json, 'from') ?? readProperty(json, 'sender'),
		replyTo: readProperty(json, 'replyTo'),
		to: readProperty(json, 'toRecipients'),
		cc: readProperty(json, 'ccRecipients'),
		subject: readProperty(json, 'subject'),
		messageId: readProperty(json, 'internetMessageId'),
		references: headers.get('references'),
		inReplyTo: headers.get('in-reply-to'),
		date: readProperty(json, 'sentDateTime') ?? readProperty(json, 'receivedDateTime'),
		[isHtml ? 'html' : 'text']: readProperty(body, 'content'),
		headers,
	};
}

function outlookSimplified(json: object): Sources {
	return { ...fieldsByName(json), text: undefined, html: undefined, messageId: undefined };
}

/** What this node itself has sent: the answer goes to the same people. */
function statusItem(json: object): Sources {
	// By the Gmail API the server's ID is Gmail's own, which no mail program knows.
	const isReplaced =
		namesMessageId(readProperty(json, 'transport')) && has(json, 'serverMessageId');
	return {
		from: readProperty(readProperty(json, 'envelope'), 'to'),
		messageId: readProperty(json, isReplaced ? 'serverMessageId' : 'messageId'),
		inReplyTo: readProperty(json, 'inReplyTo'),
		date: readProperty(json, 'sentAt'),
	};
}

const READERS: Readonly<Record<OriginalForm, (json: object) => Sources>> = {
	statusItem,
	imapSimple,
	imapResolved: fieldsByName,
	imapRaw: () => ({}),
	gmail: fieldsByName,
	gmailSimplified,
	outlook,
	outlookSimplified,
	plainFields: fieldsByName,
};

/** A text; numbers as they read. */
const textOf = (value: unknown): string | undefined =>
	typeof value === 'number' ? String(value) : typeof value === 'string' ? value : undefined;

/** Without References, an In-Reply-To with one ID stands for them (RFC 5322 §3.6.4). */
function threadOf({ references, inReplyTo }: Sources): readonly string[] {
	const thread = readMessageIds(references);
	if (thread.length > 0) return thread;
	const parents = readMessageIds(inReplyTo);
	return parents.length === 1 ? parents : [];
}

/**
 * Reads the message that an input item holds. Never fails: what an item of no known form does not
 * hold is missing or empty.
 */
export function recognizeOriginal(json: object): OriginalMessage {
	const form = MARKS.find(([, isOfForm]) => isOfForm(json))?.[0] ?? 'plainFields';
	const sources = READERS[form](json);
	return {
		form,
		from: readMailboxes(sources.from),
		replyTo: readMailboxes(sources.replyTo),
		unreadable: (['replyTo', 'to', 'cc'] as const).filter((name) => isUnreadable(sources[name])),
		mailSystem: findMailSystem([sources.from, sources.replyTo]),
		to: readMailboxes(sources.to),
		cc: readMailboxes(sources.cc),
		references: threadOf(sources),
		headers: sources.headers ?? new Map(),
		subject: textOf(sources.subject),
		messageId: readMessageIds(sources.messageId)[0],
		sentAtMs: readTimeMs(sources.date),
		text: textOf(sources.text),
		html: textOf(sources.html),
	};
}
