import { describeFault } from '../failure/classify';
import type { Failure, FailureStage } from '../failure/failure';
import type { PreparedMessage } from '../message/prepared-message';
import type { DeliveryReport } from '../status/delivery-report';
import type { Handover, SendOutcome } from '../status/outcome';
import type { Rejection } from '../status/status-item';
import { waitBeforeNextAttempt } from './attempts';
import type { KeyClaims } from './idempotency';
import type { Ledger, LedgerEntry } from './ledger';
import type { Wait } from './mailbox-limits';

/** One item ready to go: nothing about it can be refused any more but by a server. */
export interface SendJob {
	readonly itemIndex: number;
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	readonly message: PreparedMessage;
	readonly maxAttempts: number;
	/** From the start of an attempt to the end of the data. */
	readonly timeoutMs: number;
	readonly isPartialAnError: boolean;
	readonly resendUnknown: boolean;
	readonly idempotencyKey?: string;
}

/** Hands one message over to the recipients named: one attempt. Never throws. */
export type Deliver = (
	message: PreparedMessage,
	recipients: readonly string[],
	limits: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
) => Promise<DeliveryReport>;

/** What delivering needs of the world: the records it keeps, its turn, time and chance. */
export interface DeliverySurroundings {
	readonly ledger: Ledger;
	readonly claims: KeyClaims;
	/** Waits for the mailbox's turn; `false` when the execution was stopped meanwhile. */
	readonly takeTurn: () => Promise<boolean>;
	readonly wait: Wait;
	/** Unix ms. */
	readonly now: () => number;
	/** Ms since some moment; for durations, since the time of day may jump. */
	readonly uptimeMs: () => number;
	readonly random: () => number;
	readonly signal?: AbortSignal | undefined;
}

function isPermanent(rejection: Rejection): boolean {
	return rejection.replyCode >= 500;
}

/** What the attempts of one item have come to so far. */
interface Progress {
	readonly accepted: Set<string>;
	readonly rejected: Map<string, Rejection>;
	attempts: number;
	last?: DeliveryReport;
	sentAtMs?: number;
	serverMessageId?: string;
}

/**
 * Sends one item: skips what an earlier try of the execution (or the idempotency key) has had
 * accepted, tries again what may pass with time, and records each acceptance at once. A message
 * that may have arrived (`unknown`) is never sent again but with `resendUnknown`.
 */
export async function deliverItem(
	job: SendJob,
	deliver: Deliver,
	surroundings: DeliverySurroundings,
): Promise<SendOutcome> {
	const { message, itemIndex } = job;
	const { ledger, signal } = surroundings;
	const startedAtMs = surroundings.uptimeMs();
	const recorded = ledger.read(itemIndex);
	const progress: Progress = {
		accepted: new Set(recorded?.accepted),
		rejected: new Map(recorded?.rejected.map((rejection) => [rejection.address, rejection])),
		attempts: 0,
		...(recorded?.sentAtMs === undefined ? {} : { sentAtMs: recorded.sentAtMs }),
		...(recorded?.serverMessageId === undefined
			? {}
			: { serverMessageId: recorded.serverMessageId }),
	};

	const open = (): readonly string[] =>
		message.envelope.to.filter((address) => {
			const rejection = progress.rejected.get(address);
			return (
				!progress.accepted.has(address) && (rejection === undefined || !isPermanent(rejection))
			);
		});
	const handover = (): Handover => ({
		envelope: message.envelope,
		messageId: message.messageId,
		accepted: message.envelope.to.filter((address) => progress.accepted.has(address)),
		rejected: [...progress.rejected.values()].filter(
			({ address }) => !progress.accepted.has(address),
		),
		attempts: progress.attempts,
		durationMs: Math.round(surroundings.uptimeMs() - startedAtMs),
		sizeBytes: message.sizeBytes,
		...(progress.sentAtMs === undefined ? {} : { sentAtMs: progress.sentAtMs }),
		...(progress.serverMessageId === undefined
			? {}
			: { serverMessageId: progress.serverMessageId }),
		...responseOf(progress.last, recorded),
	});
	const record = (status: LedgerEntry['status']): void => {
		const { envelope, rejected, serverMessageId, sentAtMs, response } = handover();
		ledger.write(itemIndex, {
			messageId: message.messageId,
			envelope,
			// All of them, also those that an edited workflow no longer names.
			accepted: [...progress.accepted],
			rejected,
			...(status === undefined ? {} : { status }),
			...(serverMessageId === undefined ? {} : { serverMessageId }),
			...(sentAtMs === undefined ? {} : { sentAtMs }),
			...(response === undefined ? {} : { response }),
		});
	};
	const fault = (
		code: 'CANCELLED' | 'DELIVERY_UNKNOWN' | 'RECIPIENT_REJECTED',
		stage: FailureStage,
		detail: string,
	): Failure => describeFault({ code, detail }, { stage, provider: job.provider });
	const settledStatus = (): 'sent' | 'partial' =>
		message.envelope.to.every((address) => progress.accepted.has(address)) ? 'sent' : 'partial';

	if (recorded?.status === 'unknown' && !job.resendUnknown) {
		return {
			...handover(),
			status: 'unknown',
			failure: fault(
				'DELIVERY_UNKNOWN',
				'reply',
				'An earlier try of this execution sent the message whole and got no reply; it is not sent again by itself.',
			),
		};
	}
	const settledEarlier = recorded?.status === 'unknown' ? undefined : recorded?.status;
	const skipped = (recordedStatus: 'sent' | 'partial'): SendOutcome => ({
		...handover(),
		status: 'skipped',
		skippedBecause: 'retry',
		recordedStatus,
	});
	if (settledEarlier !== undefined && open().length === 0) return skipped(settledEarlier);

	const key = recorded?.status === undefined ? job.idempotencyKey : undefined;
	let failure: Failure | undefined;
	let isUnknown = false;
	let isClaimed = false;
	if (signal?.aborted === true) {
		failure = fault(
			'CANCELLED',
			'connect',
			'The execution was stopped before the message went out.',
		);
	} else if (key !== undefined && !(await surroundings.claims.claim(key))) {
		return { status: 'skipped', skippedBecause: 'idempotencyKey', envelope: message.envelope };
	} else {
		isClaimed = key !== undefined;
		record(recorded?.status);
		while (open().length > 0) {
			if (!(await surroundings.takeTurn())) {
				failure = fault(
					'CANCELLED',
					'connect',
					'The execution was stopped before the message went out.',
				);
				break;
			}
			progress.attempts += 1;
			const report = await deliver(message, open(), { timeoutMs: job.timeoutMs, signal });
			progress.last = report;
			for (const rejection of report.rejected) progress.rejected.set(rejection.address, rejection);
			if (report.kind === 'unknown') {
				isUnknown = true;
				failure = report.failure;
				record('unknown');
				break;
			}
			if (report.kind === 'accepted') {
				for (const address of report.accepted) progress.accepted.add(address);
				progress.sentAtMs ??= surroundings.now();
				if (report.serverMessageId !== undefined) progress.serverMessageId = report.serverMessageId;
				record(settledStatus());
			}
			failure =
				report.kind === 'refused' ? report.failure : deferral(report.rejected, job.provider);
			if (failure === undefined || open().length === 0 || progress.attempts >= job.maxAttempts)
				break;
			const waitMs = waitBeforeNextAttempt(failure, progress.attempts, surroundings.random());
			if (waitMs === undefined) break;
			if (!(await surroundings.wait(waitMs, signal))) {
				failure = fault(
					'CANCELLED',
					failure.stage,
					'The execution was stopped while the message waited for its next try.',
				);
				break;
			}
		}
	}

	if (isUnknown && failure !== undefined) return { ...handover(), status: 'unknown', failure };
	if (handover().accepted.length === 0 && failure !== undefined) {
		if (isClaimed && key !== undefined) {
			// A store that does not answer must not hide why the message failed.
			await surroundings.claims.release(key).catch(() => undefined);
		}
		return { ...handover(), status: 'failed', failure };
	}
	if (settledStatus() === 'sent') return { ...handover(), status: 'sent' };
	if (settledEarlier !== undefined && progress.accepted.size === recorded?.accepted.length) {
		return skipped(settledEarlier);
	}
	return {
		...handover(),
		status: 'partial',
		...(job.isPartialAnError && settledEarlier === undefined
			? {
					failure: fault(
						'RECIPIENT_REJECTED',
						'rcptTo',
						`The server accepted the message for ${String(progress.accepted.size)} of ${String(message.envelope.to.length)} recipients.`,
					),
				}
			: {}),
	};
}

/** A failure for the recipients of an accepted message that may pass later; `undefined` if there is none. */
function deferral(rejected: readonly Rejection[], provider: string): Failure | undefined {
	const deferred = rejected.find((rejection) => !isPermanent(rejection));
	if (deferred === undefined) return undefined;
	const failure = describeFault(
		{ code: 'RECIPIENT_REJECTED', detail: `${deferred.address}: ${deferred.reason}` },
		{ stage: 'rcptTo', provider },
	);
	return { ...failure, retryable: true };
}

function responseOf(
	last: DeliveryReport | undefined,
	recorded: LedgerEntry | undefined,
): Pick<Handover, 'response' | 'tlsVerified'> {
	const response = last?.response ?? recorded?.response;
	return {
		...(response === undefined ? {} : { response }),
		...(last?.tlsVerified === undefined ? {} : { tlsVerified: last.tlsVerified }),
	};
}
