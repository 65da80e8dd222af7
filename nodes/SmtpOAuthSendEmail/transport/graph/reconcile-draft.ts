import { wait } from '../../timing/wait';
import { lookAtDraft, type DraftState, type GraphDraft } from './draft';
import type { GraphConversation } from './graph-client';

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
