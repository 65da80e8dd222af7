import type { AccessTokens, TokenResult } from '../../../auth/access-tokens';
import type { MailAccount } from '../../../auth/mail-account';
import type { StoredToken } from '../../../auth/stored-token';
import { countDown } from '../../../timing/count-down';
import type { SessionLimits } from '../connection/connection-set-up';
import type { SessionFailure, StepResult } from '../connection/session-failure';
import { openSmtpSession, type SmtpSession } from '../connection/smtp-session';
import { isRefusedAlive, tokenInTime, type SignInMemory } from '../../token-wait';

/** Whether the refused token itself shows what is wrong, so that another one of its kind won't do. */
function isSureRefusal({ failure }: SessionFailure): boolean {
	return failure.code === 'WRONG_AUDIENCE' || failure.code === 'PERMISSION_MISSING';
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
): Promise<StepResult<SmtpSession>> {
	const remaining = countDown(limits);
	const takeToken = async (refused?: StoredToken): Promise<TokenResult> =>
		await tokenInTime(tokens, refused, account.provider, remaining());

	const first = await takeToken();
	if (!first.ok) return { ...first, isTokenRefused: false };
	const opened = await openSmtpSession(account, first.value, remaining());
	const { refusedReplacements } = memory;
	if (opened.ok || !opened.isTokenRefused) return opened;
	if (refusedReplacements.has(first.value.accessToken)) return opened;
	// The server's verdict tells more than that there is no other token.
	if (isRefusedAlive(first.value)) return opened;
	limits.transcript?.remark('asking for another access token');
	const other = await takeToken(first.value);
	if (!other.ok) {
		// Where there is nothing to connect, that there is no other token says less than the refusal.
		const isNoNews =
			first.value.renewal !== undefined && other.failure.code === opened.failure.code;
		return isSureRefusal(opened) || isNoNews ? opened : { ...opened, failure: other.failure };
	}
	const reopened = await openSmtpSession(account, other.value, remaining());
	if (!reopened.ok && reopened.isTokenRefused) refusedReplacements.add(other.value.accessToken);
	return reopened;
}
