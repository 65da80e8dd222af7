import { describeFault } from '../../../failure/classify';
import type { SessionFailure } from '../connection/session-failure';
import type { SessionLimits } from '../connection/connection-set-up';
import type { SessionResult } from '../connection/smtp-session';
import { withinTime } from '../../../timing/with-timeout';

/** After so many refusals in a row no further message of the batch signs in: servers punish guessing. */
const MAX_REFUSED_SIGN_INS = 3;

/**
 * Whether asking again for the next message is pointless: nothing will change until somebody acts.
 * Each further refused sign-in could lock the account.
 */
function isDeadEnd({ failure }: SessionFailure): boolean {
	return !failure.retryable && failure.code !== 'CANCELLED';
}

/** Whether whoever signs in with the same token would fail as well, or nobody is to sign in any more. */
function isOfSignIn({ failure: { stage, code } }: SessionFailure): boolean {
	return stage === 'token' || stage === 'auth' || code === 'CANCELLED';
}

/**
 * Opens the sessions of one batch. As long as none has been opened, one leads: others connect at the
 * same time, but sign in only once it has, and share its failure, so that a wrong token is not shown
 * to the server three times over. A failure that somebody has to cure first is the answer to every
 * later message, too.
 *
 * @param open opens one session; never throws
 * @param provider a key of credentials/providers.ts, for the wording of failures
 */
export function createSessionOpener(
	open: (limits: SessionLimits) => Promise<SessionResult>,
	provider: string,
): (limits: SessionLimits) => Promise<SessionResult> {
	let deadEnd: SessionFailure | undefined;
	let refusedSignIns = 0;
	let isProven = false;
	let leader: Promise<SessionResult> | undefined;

	const takeNote = (opened: SessionResult): SessionResult => {
		if (opened.ok) {
			isProven = true;
			deadEnd = undefined;
			refusedSignIns = 0;
			return opened;
		}
		refusedSignIns = opened.isTokenRefused ? refusedSignIns + 1 : 0;
		if (isDeadEnd(opened)) deadEnd = opened;
		if (refusedSignIns >= MAX_REFUSED_SIGN_INS) {
			deadEnd = { ...opened, failure: { ...opened.failure, retryable: false } };
		}
		return opened;
	};

	const lead = async (limits: SessionLimits): Promise<SessionResult> => {
		leader = open(limits).then(takeNote);
		try {
			return await leader;
		} finally {
			leader = undefined;
		}
	};

	/** The leader has had to get itself another token than this one, as if the server had refused it here. */
	const superseded = (): SessionFailure => ({
		ok: false,
		failure: describeFault(
			{ code: 'TOKEN_REJECTED', detail: 'The access token has been replaced meanwhile.' },
			{ stage: 'auth', provider },
		),
		isTokenRefused: true,
	});

	const follow = async (
		limits: SessionLimits,
		led: Promise<SessionResult>,
	): Promise<SessionResult> => {
		const endsAtMs = performance.now() + limits.timeoutMs;
		const own = { maySignIn: false };
		const opened = await open({
			...limits,
			maySignIn: async (accessToken) => {
				limits.transcript?.remark('waiting for the connection that another message opens first');
				const outcome = await led;
				if (outcome.ok && outcome.session.accessToken !== accessToken) return superseded();
				// Neither one connection too many nor one that did not come about says anything of this one.
				own.maySignIn = outcome.ok || outcome.exceedsConnections === true || !isOfSignIn(outcome);
				if (own.maySignIn || outcome.ok) return undefined;
				return { ...outcome, isTokenRefused: false };
			},
		});
		if (opened.ok || own.maySignIn) return takeNote(opened);
		const leftMs = Math.max(1, endsAtMs - performance.now());
		const outcome = await withinTime(led, leftMs, limits.signal);
		if (outcome === 'cancelled' || outcome === 'timedOut') return opened;
		// What serves one message is not wrong for all.
		if (outcome.ok) return { ...opened, exceedsConnections: true };
		return outcome.exceedsConnections === true ? opened : outcome;
	};

	return async (limits) => {
		if (deadEnd !== undefined) {
			limits.transcript?.remark('not tried: it has failed for an earlier message');
			return deadEnd;
		}
		if (isProven) return takeNote(await open(limits));
		return leader === undefined ? await lead(limits) : await follow(limits, leader);
	};
}
