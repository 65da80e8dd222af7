import type { AccessTokens, TokenResult } from '../../../auth/access-tokens';
import type { MailAccount } from '../../../auth/mail-account';
import type { StoredToken } from '../../../auth/stored-token';
import { describeFault } from '../../../failure/classify';
import type { KnownFault } from '../../../failure/model/failure';
import { STOPPED } from '../../../failure/model/known-faults';
import type { SessionLimits } from '../connection/connection-set-up';
import type { SessionFailure } from '../connection/session-failure';
import { openSmtpSession, type SessionResult } from '../connection/smtp-session';
import { withinTime, type Interruption } from '../../with-timeout';

const INTERRUPTIONS = {
	cancelled: STOPPED,
	timedOut: {
		code: 'TOKEN_REQUEST_FAILED',
		detail: 'The sign-in server gave no access token within the time allowed ("Timeout").',
	},
} as const satisfies Record<Interruption, KnownFault>;

/** What the messages of one execution learn from each other, whatever their mailboxes. */
export interface SignInMemory {
	/** Access tokens that were refused though they had replaced others: another one would be as well. */
	readonly refusedReplacements: Set<string>;
}

/** Whether a token that cannot be renewed was refused although it should still be valid. */
export function isRefusedAlive({ hasRefreshToken, renewal, expiresAtMs }: StoredToken): boolean {
	const isRenewable = hasRefreshToken || renewal !== undefined;
	return !isRenewable && expiresAtMs !== undefined && expiresAtMs > Date.now();
}

/** Whether the refused token itself shows what is wrong, so that another one of its kind won't do. */
function isSureRefusal({ failure }: SessionFailure): boolean {
	return failure.code === 'WRONG_AUDIENCE' || failure.code === 'PERMISSION_MISSING';
}

/**
 * Waits for a token within the limits. A refresh under way goes on when the wait for it ends: its
 * token is kept for the next one. Never throws.
 *
 * @param provider a key of credentials/providers.ts, for the wording of failures
 */
export async function tokenInTime(
	request: () => Promise<TokenResult>,
	provider: string,
	{ timeoutMs, signal }: SessionLimits,
): Promise<TokenResult> {
	const result =
		signal?.aborted === true ? 'cancelled' : await withinTime(request(), timeoutMs, signal);
	if (result !== 'cancelled' && result !== 'timedOut') return result;
	const failure = describeFault(INTERRUPTIONS[result], { stage: 'token', provider });
	return { ok: false, failure };
}

/**
 * Opens a session with the credential's access token, and with another one if the server refuses
 * that: once. Never throws.
 *
 * @param limits `timeoutMs`: for everything together, the tokens included
 */
export async function openSignedInSession(
	account: MailAccount,
	tokens: AccessTokens,
	limits: SessionLimits,
	memory: SignInMemory,
): Promise<SessionResult> {
	const endsAtMs = performance.now() + limits.timeoutMs;
	const remainingMs = (): number => Math.max(1, endsAtMs - performance.now());

	const inTime = async (request: () => Promise<TokenResult>): Promise<TokenResult> =>
		await tokenInTime(request, account.provider, { ...limits, timeoutMs: remainingMs() });

	const first = await inTime(async () => await tokens.current());
	if (!first.ok) return { ...first, isTokenRefused: false };
	const opened = await openSmtpSession(account, first.token, {
		...limits,
		timeoutMs: remainingMs(),
	});
	const { refusedReplacements } = memory;
	if (opened.ok || !opened.isTokenRefused) return opened;
	if (refusedReplacements.has(first.token.accessToken)) return opened;
	// The server's verdict tells more than that there is no other token.
	if (isRefusedAlive(first.token)) return opened;
	limits.transcript?.remark('asking for another access token');
	const other = await inTime(async () => await tokens.replace(first.token));
	if (!other.ok) {
		// Where nobody connects anything, that there is no other token says less than the refusal.
		const isNoNews =
			first.token.renewal !== undefined && other.failure.code === opened.failure.code;
		return isSureRefusal(opened) || isNoNews ? opened : { ...opened, failure: other.failure };
	}
	const reopened = await openSmtpSession(account, other.token, {
		...limits,
		timeoutMs: remainingMs(),
	});
	if (!reopened.ok && reopened.isTokenRefused) refusedReplacements.add(other.token.accessToken);
	return reopened;
}
