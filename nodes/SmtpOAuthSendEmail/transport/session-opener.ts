import { describeFault } from '../failure/classify';
import { STOPPED } from '../failure/known-faults';
import type { SessionFailure } from './session-failure';
import type { SessionLimits } from './connection-set-up';
import type { SessionResult } from './smtp-session';
import { withinTime } from './time-box';

/** After so many refusals in a row no further message of the batch signs in: servers punish guessing. */
const MAX_REFUSED_SIGN_INS = 3;

/**
 * Whether asking again for the next message is pointless: nothing will change until somebody acts.
 * Each further refused sign-in could lock the account.
 */
function isDeadEnd({ failure }: SessionFailure): boolean {
	return !failure.retryable && failure.code !== 'CANCELLED';
}

/**
 * Opens the sessions of one batch. As long as none has been opened only one is tried at a time, and
 * whoever else wants one shares its failure: a wrong token is not shown to the server three times
 * over. A failure that somebody has to cure first is the answer to every later message, too.
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
	let first: Promise<SessionResult> | undefined;

	const openNow = async (limits: SessionLimits): Promise<SessionResult> => {
		const opened = await open(limits);
		if (opened.ok) {
			isProven = true;
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

	const openFirst = async (limits: SessionLimits): Promise<SessionResult> => {
		first = openNow(limits);
		try {
			return await first;
		} finally {
			first = undefined;
		}
	};

	return async (limits) => {
		const endsAtMs = performance.now() + limits.timeoutMs;
		for (;;) {
			const remaining = { ...limits, timeoutMs: Math.max(1, endsAtMs - performance.now()) };
			if (deadEnd !== undefined) {
				limits.transcript?.remark('not tried: it has failed for an earlier message');
				return deadEnd;
			}
			if (isProven) return await openNow(remaining);
			if (first === undefined) return await openFirst(remaining);
			limits.transcript?.remark('waiting for the connection that another message opens first');
			const shared = await withinTime(first, remaining.timeoutMs, limits.signal);
			if (shared === 'cancelled' || shared === 'timedOut') {
				const late = {
					code: 'CONNECTION_TIMEOUT',
					detail: 'No connection came about in time.',
				} as const;
				const failure = describeFault(shared === 'cancelled' ? STOPPED : late, {
					stage: 'connect',
					provider,
				});
				return { ok: false, failure, isTokenRefused: false };
			}
			// One connection too many says nothing of the next: it would be counted once for each of us.
			if (!shared.ok && shared.exceedsConnections !== true) return shared;
		}
	};
}
