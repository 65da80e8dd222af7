import { readProperty } from '../../untrusted/read-property';
import { parseJson } from '../../untrusted/parse-json';
import { wait } from '../../timing/wait';
import { readAnswered, type ApiResult } from '../api/api-call';
import type { GraphCall, GraphConversation } from './graph-client';

/** A draft that Graph has made of a message. */
export interface GraphDraft {
	/**
	 * Encoded for use in a path. The ID is the ordinary one, which ends when Exchange moves the item
	 * to Sent Items (https://learn.microsoft.com/en-us/graph/outlook-immutable-id, November 2026): so
	 * nothing that was sent can be taken for a draft, nor be deleted as one.
	 */
	readonly path: string;
	/** The Message-ID that Exchange has given it, where it says so. */
	readonly internetMessageId?: string | undefined;
}

/** A call about a draft, which needs `Mail.ReadWrite` where nothing else is said. */
export function draftCall(
	draft: GraphDraft,
	below: string,
	call: Omit<GraphCall, 'path' | 'shownPath' | 'permission'> & Partial<GraphCall>,
): GraphCall {
	return {
		permission: 'Mail.ReadWrite',
		...call,
		path: `${draft.path}${below}`,
		shownPath: `/messages/{draft}${below}`,
	};
}

/** Makes a draft of an encoded message (https://learn.microsoft.com/en-us/graph/api/user-post-messages). */
export async function createDraft(
	conversation: GraphConversation,
	base64: Buffer,
): Promise<ApiResult> {
	return await conversation.ask({
		method: 'POST',
		path: '/messages',
		permission: 'Mail.ReadWrite',
		headers: { 'Content-Type': 'text/plain' },
		body: base64,
	});
}

/** The draft of a 201 answer; `undefined` for every other. A Message-ID that holds a secret is left out. */
export function readDraft(
	conversation: GraphConversation,
	result: ApiResult,
): GraphDraft | undefined {
	if (result.kind !== 'answered' || result.reply.status !== 201) return undefined;
	const id = readAnswered(result, 'id');
	if (id === '') return undefined;
	const path = `/messages/${encodeURIComponent(id)}`;
	const internetMessageId = readAnswered(result, 'internetMessageId');
	const isShown =
		/^<[^<>\s]{1,250}>$/.test(internetMessageId) &&
		conversation.redaction.redact(internetMessageId) === internetMessageId;
	return { path, internetMessageId: isShown ? internetMessageId : undefined };
}

/** Tidying up has time of its own: the attempt's may be over. */
const TIDY = { timeoutMs: 15_000, isFinal: true } as const;

/** Removes a draft that was not sent; tells whether it is gone. Also after a stop. */
export async function deleteDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
): Promise<boolean> {
	const result = await conversation.ask(draftCall(draft, '', { method: 'DELETE', ...TIDY }));
	return result.kind === 'answered' && [200, 204, 404, 410].includes(result.reply.status);
}

/** What has become of a draft. */
type DraftState = 'draft' | 'sent' | 'gone' | 'unseen';

/** Looks whether a draft is one still. */
async function lookAtDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
): Promise<DraftState> {
	const call = draftCall(draft, '', { method: 'GET', ...TIDY });
	const result = await conversation.ask({ ...call, path: `${call.path}?$select=isDraft` });
	if (result.kind !== 'answered') return 'unseen';
	const { status, body } = result.reply;
	if (status === 404 || status === 410) return 'gone';
	const isDraft = status === 200 ? readProperty(parseJson(body), 'isDraft') : undefined;
	if (typeof isDraft !== 'boolean') return 'unseen';
	return isDraft ? 'draft' : 'sent';
}

/**
 * How long a draft is watched, in ms. Exchange moves what it sends out of Drafts only when its
 * transport has taken it over
 * (https://learn.microsoft.com/en-us/graph/outlook-things-to-know-about-send-mail, November 2026), so
 * one look would come too early. Moves of 20 s have been seen: a draft that is still one may go out
 * all the same.
 */
export const RECONCILE_WAITS_MS: readonly number[] = [2_000, 4_000, 8_000];

/**
 * Finds out what became of a draft after the answer to its sending was lost. A draft that is one no
 * more, or is gone, was sent. Of every other nothing is known. A stop ends the watching.
 */
export async function reconcileDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
	waitsMs: readonly number[],
): Promise<DraftState> {
	let state: DraftState = 'unseen';
	for (const waitMs of waitsMs) {
		if (!(await wait(waitMs, conversation.signal))) return state;
		state = await lookAtDraft(conversation, draft);
		conversation.remark(`looked whether the draft is still there: ${state}`);
		if (state === 'sent' || state === 'gone') return state;
	}
	return state;
}
