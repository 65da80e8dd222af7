import type { AccessTokens, TokenResult } from '../../../auth/access-tokens';
import type { MailAccount } from '../../../auth/mail-account';
import type { StoredToken } from '../../../auth/stored-token';
import { describeToken } from '../../../auth/token-facts';
import { describeOtherService } from '../../../failure/classify';
import type { StageResult } from '../../../status/verify-report';
import { countDown } from '../../../timing/count-down';
import { sessionContext } from '../../fault-context';
import type { MailboxReport } from '../../mail-transport';
import { isRefusedAlive, tokenInTime } from '../../token-wait';
import type { SessionLimits } from '../connection/connection-set-up';
import { probeServer, type Probe } from './probe-server';

function tokenStage(result: TokenResult, startedAtMs: number): StageResult<'token'> {
	const durationMs = Math.round(performance.now() - startedAtMs);
	return result.ok
		? { kind: 'ok', durationMs, facts: describeToken(result.value) }
		: { kind: 'failed', durationMs, failure: result.failure };
}

/**
 * Looks at the token and checks the server with it, without sending anything. As when sending, a
 * refused token is replaced once, and the check begins again; without a token the server is looked at
 * up to its EHLO reply. Never throws.
 *
 * @param from the address to offer as sender, checked; `undefined` = there is none
 * @param limits `timeoutMs`: for everything together
 */
export async function verifyMailbox(
	account: MailAccount,
	tokens: AccessTokens,
	from: string | undefined,
	limits: SessionLimits,
): Promise<MailboxReport> {
	const startedAtMs = performance.now();
	const remaining = countDown(limits);
	const check = async (result: TokenResult, askedAtMs: number, isReplaced: boolean) => {
		const token = result.ok ? result.value : undefined;
		const stage = tokenStage(result, askedAtMs);
		const probe = await probeServer(account, { token, from }, remaining());
		const report = conclude(checkService(stage, token, account, probe), probe, isReplaced);
		return { report, isRefused: probe.failed?.isTokenRefused === true };
	};
	const first = await tokenInTime(tokens, undefined, account.provider, {
		...limits,
		// A token endpoint that is silent must leave time for the mail server.
		timeoutMs: limits.timeoutMs / 2,
	});
	const { report, isRefused } = await check(first, startedAtMs, false);
	if (!first.ok || !isRefused || isRefusedAlive(first.value)) return report;
	const replacedAtMs = performance.now();
	const other = await tokenInTime(tokens, first.value, account.provider, remaining());
	if (other.ok) return (await check(other, replacedAtMs, true)).report;
	return { ...report, stages: { ...report.stages, token: tokenStage(other, replacedAtMs) } };
}

/**
 * Where the check has not come to the server's verdict on the token, the token's own word counts: one
 * for another service will be refused. A server that takes it is right, and one that refuses it has
 * said so.
 */
function checkService(
	stage: StageResult<'token'>,
	token: StoredToken | undefined,
	account: MailAccount,
	{ stages: { auth }, failed }: Probe,
): StageResult<'token'> {
	if (stage.kind !== 'ok' || auth.kind === 'ok' || failed?.isTokenRefused === true) return stage;
	const failure = describeOtherService({ ...sessionContext(account, token), stage: 'token' });
	return failure === undefined ? stage : { ...stage, kind: 'failed', failure };
}

function conclude(
	token: StageResult<'token'>,
	{ stages, failed }: Probe,
	isReplaced: boolean,
): MailboxReport {
	const { auth } = stages;
	const signedIn: StageResult<'auth'> =
		auth.kind === 'ok' ? { ...auth, facts: { ...auth.facts, isReplaced } } : auth;
	const exceedsConnections = failed?.exceedsConnections === true;
	return { stages: { token, ...stages, auth: signedIn }, exceedsConnections };
}
