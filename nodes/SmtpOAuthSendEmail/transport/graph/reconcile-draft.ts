import { setTimeout } from 'node:timers/promises';
import type { GraphConversation } from './graph-client';
import { deleteDraft, lookAtDraft, type GraphDraft } from './draft';

/** What became of a draft whose sending was not answered. */
export type Reconciliation = 'sent' | 'notSent' | 'unknown';

/**
 * How long a draft is watched. Exchange moves what it sends out of Drafts only when its transport
 * has taken it over (https://learn.microsoft.com/en-us/graph/outlook-things-to-know-about-send-mail,
 * November 2026), so one look would come too early.
 */
export const RECONCILE_WAITS_MS: readonly number[] = [2_000, 4_000, 8_000];

/**
 * Finds out what became of a draft after the answer to its sending was lost. One that is a draft no
 * more, or is gone, was sent. One that stays a draft is deleted: then it cannot go out any more. What
 * cannot be seen or deleted stays unknown.
 */
export async function reconcileDraft(
	conversation: GraphConversation,
	draft: GraphDraft,
	waitsMs: readonly number[],
): Promise<Reconciliation> {
	let state: Awaited<ReturnType<typeof lookAtDraft>> = 'unseen';
	for (const waitMs of waitsMs) {
		await setTimeout(waitMs);
		state = await lookAtDraft(conversation, draft);
		conversation.remark(`looked whether the draft is still there: ${state}`);
		if (state === 'sent' || state === 'gone') return 'sent';
	}
	if (state !== 'draft') return 'unknown';
	switch (await deleteDraft(conversation, draft)) {
		case 'deleted':
			return 'notSent';
		case 'gone':
			return 'sent';
		case 'kept':
			return 'unknown';
	}
}
