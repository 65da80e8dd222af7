import { readProperty } from '../../untrusted/read-property';
import { parseJson } from '../../untrusted/parse-json';
import type { GraphCall, GraphConversation, GraphResult } from './graph-client';

/** A draft that Graph has made of a message. */
export interface GraphDraft {
	/**
	 * Encoded for use in a path. The ID is the ordinary one, which ends when Exchange moves the item
	 * to Sent Items (https://learn.microsoft.com/en-us/graph/outlook-immutable-id, November 2026): so
	 * nothing that was sent can be taken for a draft, nor be deleted as one.
	 */
	readonly path: string;
	/** The Message-ID that Exchange has given it, where it says so. */
	readonly internetMessageId?: string;
}

const SHOWN_DRAFT = '/messages/{draft}';

/** A call about a draft. */
export function draftCall(
	draft: GraphDraft,
	below: string,
	call: Omit<GraphCall, 'path' | 'shownPath'>,
): GraphCall {
	return {
		...call,
		path: `${draft.path}${below}`,
		shownPath: `${SHOWN_DRAFT}${below}`,
	};
}

/** A property of an answer's JSON that is a text; empty where it is missing. */
export function readAnswered(result: GraphResult, key: string): string {
	const value =
		result.kind === 'answered' ? readProperty(parseJson(result.reply.body), key) : undefined;
	return typeof value === 'string' ? value : '';
}

/** The draft of a 201 answer; `undefined` for every other. */
export function readDraft(result: GraphResult): GraphDraft | undefined {
	if (result.kind !== 'answered' || result.reply.status !== 201) return undefined;
	const id = readAnswered(result, 'id');
	const internetMessageId = readAnswered(result, 'internetMessageId');
	if (id === '') return undefined;
	return {
		path: `/messages/${encodeURIComponent(id)}`,
		...(/^<[^<>\s]{1,250}>$/.test(internetMessageId) ? { internetMessageId } : {}),
	};
}

/** Makes a draft of an encoded message (https://learn.microsoft.com/en-us/graph/api/user-post-messages). */
export async function createDraft(
	conversation: GraphConversation,
	base64: Buffer,
): Promise<GraphResult> {
	return await conversation.ask({
		method: 'POST',
		path: '/messages',
		headers: { 'Content-Type': 'text/plain' },
		body: base64,
	});
}

/** Own time for tidying up: the attempt's may be over. */
const TIDY_TIMEOUT_MS = 15_000;

/** Removes a draft that was not sent; tells whether it is gone. Also after a stop. */
export async function deleteDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
): Promise<'deleted' | 'gone' | 'kept'> {
	const result = await conversation.ask(
		draftCall(draft, '', { method: 'DELETE', timeoutMs: TIDY_TIMEOUT_MS, isFinal: true }),
	);
	if (result.kind !== 'answered') return 'kept';
	const { status } = result.reply;
	if (status === 204 || status === 200) return 'deleted';
	return status === 404 || status === 410 ? 'gone' : 'kept';
}

/** What has become of a draft. */
export type DraftState = 'draft' | 'sent' | 'gone' | 'unseen';

/** Looks whether a draft is one still. */
export async function lookAtDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
): Promise<DraftState> {
	const result = await conversation.ask({
		...draftCall(draft, '', { method: 'GET', timeoutMs: TIDY_TIMEOUT_MS, isFinal: true }),
		path: `${draft.path}?$select=isDraft`,
	});
	if (result.kind !== 'answered') return 'unseen';
	const { status, body } = result.reply;
	if (status === 404 || status === 410) return 'gone';
	const isDraft = status === 200 ? readProperty(parseJson(body), 'isDraft') : undefined;
	if (typeof isDraft !== 'boolean') return 'unseen';
	return isDraft ? 'draft' : 'sent';
}
