import type { AccessTokens, TokenResult } from '../auth/access-tokens';
import type { StoredToken } from '../auth/stored-token';
import { describeFailure } from '../failure/describe-failure';
import { type FailureDraft, STOPPED } from '../failure/model/failure';
import { fail } from '../result/result';
import { withinTime, type Interruption } from '../timing/with-timeout';

const INTERRUPTIONS = {
	cancelled: STOPPED,
	timedOut: {
		code: 'TOKEN_REQUEST_FAILED',
		detail: 'The sign-in server gave no access token within the time allowed ("Timeout").',
	},
} as const satisfies Record<Interruption, FailureDraft>;

/** What the messages of one execution learn from each other, across mailboxes. */
export interface SignInMemory {
	/** Access tokens that replaced others and were refused as well: a further one will not help. */
	readonly refusedReplacements: Set<string>;
}

/** Whether a token that cannot be renewed was refused although it should still be valid. */
export function isRefusedAlive({ hasRefreshToken, renewal, expiresAtMs }: StoredToken): boolean {
	const isRenewable = hasRefreshToken || renewal !== undefined;
	return !isRenewable && expiresAtMs !== undefined && expiresAtMs > Date.now();
}

/**
 * Waits for a token within the limits. A renewal that takes longer is given up for all: the next
 * one who needs a token asks again. After a stop it goes on, for others may wait for it. Never throws.
 *
 * @param refused get another token than this one; `undefined` = any
 * @param provider a key of credentials/providers/providers.ts, for the wording of failures
 */
export async function tokenInTime(
	tokens: AccessTokens,
	refused: StoredToken | undefined,
	provider: string,
	{ timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<TokenResult> {
	const request = async (): Promise<TokenResult> =>
		await (refused === undefined ? tokens.current(timeoutMs) : tokens.replace(refused));
	const result =
		signal?.aborted === true ? 'cancelled' : await withinTime(request(), timeoutMs, signal);
	if (result !== 'cancelled' && result !== 'timedOut') return result;
	if (result === 'timedOut') tokens.giveUp();
	return fail(describeFailure(INTERRUPTIONS[result], { stage: 'token', provider }));
}
