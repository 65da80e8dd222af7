import type { AccessTokens, TokenResult } from '../auth/access-tokens';
import type { SmtpAccount } from '../auth/smtp-account';
import { describeFault } from '../failure/classify';
import type { KnownFault } from '../failure/failure';
import { openSmtpSession, type SessionLimits, type SessionResult } from './smtp-session';
import { withinTime, type Interruption } from './time-box';

const INTERRUPTIONS = {
	cancelled: {
		code: 'CANCELLED',
		detail: 'The execution was stopped before the message went out.',
	},
	timedOut: {
		code: 'TOKEN_REQUEST_FAILED',
		detail: 'The sign-in server gave no access token within the time allowed ("Timeout").',
	},
} as const satisfies Record<Interruption, KnownFault>;

/**
 * Opens a session with the credential's access token, and with another one if the server refuses
 * that: once. Never throws.
 *
 * @param limits `timeoutMs`: for everything together, the tokens included
 */
export async function openSignedInSession(
	account: SmtpAccount,
	tokens: AccessTokens,
	limits: SessionLimits,
): Promise<SessionResult> {
	const endsAtMs = performance.now() + limits.timeoutMs;
	const remainingMs = (): number => Math.max(1, endsAtMs - performance.now());

	/** A refresh under way goes on when the wait for it ends: its token is kept for the next one. */
	const inTime = async (request: () => Promise<TokenResult>): Promise<TokenResult> => {
		const result =
			limits.signal?.aborted === true
				? 'cancelled'
				: await withinTime(request(), remainingMs(), limits.signal);
		if (result !== 'cancelled' && result !== 'timedOut') return result;
		const { provider } = account;
		return {
			ok: false,
			failure: describeFault(INTERRUPTIONS[result], { stage: 'token', provider }),
		};
	};

	const first = await inTime(async () => await tokens.current());
	if (!first.ok) return { ...first, isTokenRefused: false };
	const opened = await openSmtpSession(account, first.token, {
		...limits,
		timeoutMs: remainingMs(),
	});
	if (opened.ok || !opened.isTokenRefused) return opened;
	const other = await inTime(async () => await tokens.replace(first.token));
	if (!other.ok) return { ...opened, failure: other.failure };
	return await openSmtpSession(account, other.token, { ...limits, timeoutMs: remainingMs() });
}
