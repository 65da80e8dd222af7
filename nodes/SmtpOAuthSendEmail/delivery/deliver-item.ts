import type { FailureCode } from '../failure/catalogue';
import { describeFault } from '../failure/classify';
import type { Failure, FailureStage } from '../failure/failure';
import { STOPPED } from '../failure/known-faults';
import { safeText } from '../failure/redact';
import type { PreparedMessage } from '../message/prepared-message';
import type { DeliveryReport } from '../status/delivery-report';
import type { SendOutcome } from '../status/outcome';
import type { Rejection } from '../status/status-item';
import { waitBeforeNextAttempt } from './attempts';
import type { KeyClaim, KeyClaims } from './idempotency';
import { findDeferral, ItemProgress, skippedByLedger } from './item-progress';
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
	/** Takes one of the mailbox's connections for the batch; `false` when the execution was stopped meanwhile. */
	readonly takeConnection: () => Promise<boolean>;
	/** Waits until the mailbox's rate allows one more message; `false` when stopped meanwhile. */
	readonly takeMessageSlot: () => Promise<boolean>;
	readonly wait: Wait;
	/** Unix ms. */
	readonly now: () => number;
	/** Ms since some moment; for durations, since the time of day may jump. */
	readonly uptimeMs: () => number;
	readonly random: () => number;
	readonly signal?: AbortSignal | undefined;
}

/** How the attempts of one item ended, before it is put into words. */
interface Ending {
	/** Why it was not accepted for everybody; missing when nothing went wrong but refused recipients. */
	readonly failure?: Failure;
	readonly isUnknown: boolean;
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
	const { message, itemIndex, idempotencyKey } = job;
	const { ledger, signal, claims } = surroundings;
	const recorded = ledger.read(itemIndex);
	const progress = new ItemProgress(message, recorded, surroundings.uptimeMs);
	const earlier = skippedByLedger(recorded);
	if (recorded?.status === 'unknown' && !job.resendUnknown) {
		return {
			...progress.handover(),
			status: 'unknown',
			failure: describe(
				job,
				'DELIVERY_UNKNOWN',
				'reply',
				'An earlier try of this execution sent the message whole and got no reply; it is not sent again by itself.',
			),
		};
	}
	if (earlier !== undefined && progress.open().length === 0) return earlier;
	if (signal?.aborted === true || !(await surroundings.takeConnection())) {
		return conclude(job, progress, recorded, { failure: stopped(job), isUnknown: false });
	}
	if (idempotencyKey === undefined || recorded?.status !== undefined) {
		ledger.write(itemIndex, progress.entry(recorded?.status, recorded?.heldKey));
		const ending = await attempt(job, deliver, progress, surroundings);
		const outcome = conclude(job, progress, recorded, ending);
		if (outcome.status === 'partial') {
			ledger.write(itemIndex, progress.entry('partial', recorded?.heldKey));
		}
		return outcome;
	}

	let claim: KeyClaim | 'taken' | 'stopped';
	try {
		claim = await claims.claim(idempotencyKey, recorded?.heldKey === idempotencyKey, signal);
	} catch (error: unknown) {
		const entry = progress.entry(undefined, recorded?.heldKey);
		ledger.write(itemIndex, { ...entry, doubtfulKey: idempotencyKey });
		return { ...progress.handover(), status: 'failed', failure: keyFailure(job, error) };
	}
	if (claim === 'stopped') {
		return { ...progress.handover(), status: 'failed', failure: stopped(job) };
	}
	if (claim === 'taken' && recorded?.doubtfulKey === idempotencyKey) {
		return { ...progress.handover(), status: 'failed', failure: doubtfulKey(job) };
	}
	if (claim === 'taken') {
		return { status: 'skipped', skippedBecause: 'idempotencyKey', envelope: message.envelope };
	}
	try {
		ledger.write(itemIndex, progress.entry(undefined, idempotencyKey));
		const ending = await attempt(job, deliver, progress, surroundings);
		const outcome = conclude(job, progress, recorded, ending);
		if (outcome.status === 'failed') {
			try {
				await claim.release();
			} catch (error: unknown) {
				return { ...outcome, failure: withKeptKey(outcome.failure, error) };
			}
			ledger.write(itemIndex, progress.entry(undefined, undefined));
		}
		return outcome;
	} finally {
		claim.keep();
	}
}

/** Attempts delivery until nobody is left to deliver to, or trying again makes no sense. */
async function attempt(
	job: SendJob,
	deliver: Deliver,
	progress: ItemProgress,
	surroundings: DeliverySurroundings,
): Promise<Ending> {
	const { ledger, signal } = surroundings;
	const record = (status: LedgerEntry['status']): void => {
		const { heldKey } = ledger.read(job.itemIndex) ?? {};
		ledger.write(job.itemIndex, progress.entry(status, heldKey));
	};
	while (progress.open().length > 0) {
		if (!(await surroundings.takeMessageSlot())) return { failure: stopped(job), isUnknown: false };
		progress.attempts += 1;
		const limits = { timeoutMs: job.timeoutMs, signal };
		const report = await deliver(job.message, progress.open(), limits);
		progress.add(report, surroundings.now());
		if (report.kind === 'unknown') {
			record('unknown');
			return { failure: report.failure, isUnknown: true };
		}
		if (report.kind === 'accepted') record(progress.isComplete() ? 'sent' : 'partial');
		const failure = report.kind === 'refused' ? report.failure : deferral(job, report.rejected);
		if (failure === undefined) break;
		if (progress.open().length === 0 || progress.attempts >= job.maxAttempts) {
			return { failure, isUnknown: false };
		}
		const waitMs = waitBeforeNextAttempt(failure, progress.attempts, surroundings.random());
		if (waitMs === undefined) return { failure, isUnknown: false };
		if (!(await surroundings.wait(waitMs, signal))) {
			return { failure: stopped(job, failure.stage), isUnknown: false };
		}
	}
	return { isUnknown: false };
}

/** Puts into one outcome what the attempts, and the tries before them, have come to. */
function conclude(
	job: SendJob,
	progress: ItemProgress,
	recorded: LedgerEntry | undefined,
	{ failure, isUnknown }: Ending,
): SendOutcome {
	const handover = progress.handover();
	if (progress.isComplete()) return { ...handover, status: 'sent' };
	if (failure !== undefined) {
		if (isUnknown) return { ...handover, status: 'unknown', failure };
		if (recorded?.status === 'unknown') {
			const detail = `Sending it again failed (${failure.message}); the first copy may have arrived all the same.`;
			return {
				...handover,
				status: 'unknown',
				failure: describe(job, 'DELIVERY_UNKNOWN', 'reply', detail),
			};
		}
		if (handover.accepted.length === 0) return { ...handover, status: 'failed', failure };
		// Not a refused recipient but a refused or undelivered message: nobody else would tell of it.
		if (progress.hasUnansweredRecipients()) return { ...handover, status: 'partial', failure };
	}
	const earlier = skippedByLedger(recorded);
	const isNews = progress.hasNewAcceptance || progress.hasNewRefusal(recorded);
	if (earlier !== undefined && !isNews) return earlier;
	if (handover.accepted.length === 0) {
		const detail = 'The server has refused all of the recipients for good.';
		const refused = describe(job, 'RECIPIENT_REJECTED', 'rcptTo', detail);
		return { ...handover, status: 'failed', failure: refused };
	}
	if (!job.isPartialAnError || !(earlier === undefined || progress.hasNewRefusal(recorded))) {
		return { ...handover, status: 'partial' };
	}
	const detail = `The server accepted the message for ${String(handover.accepted.length)} of ${String(handover.envelope.to.length)} recipients.`;
	return {
		...handover,
		status: 'partial',
		failure: describe(job, 'RECIPIENT_REJECTED', 'rcptTo', detail),
	};
}

function describe(
	job: SendJob,
	code: FailureCode,
	stage: FailureStage,
	detail: string,
	remedy?: string,
): Failure {
	return describeFault(
		{ code, detail, ...(remedy === undefined ? {} : { remedy }) },
		{ stage, provider: job.provider },
	);
}

function stopped(job: SendJob, stage: FailureStage = 'connect'): Failure {
	return describeFault(STOPPED, { stage, provider: job.provider });
}

function keyFailure(job: SendJob, error: unknown): Failure {
	return describe(
		job,
		'UNCLASSIFIED',
		'parameters',
		`The idempotency key could not be recorded in n8n's database, so nothing was sent: ${safeText(error, 200)}`,
		'Save the workflow if it is new, and run it again; if it recurs, look at the state of the database.',
	);
}

/** A retry of this execution may still use the key; whoever runs the workflow anew must know. */
function withKeptKey(failure: Failure, error: unknown): Failure {
	const detail = `The idempotency key could not be given back, so that later executions will skip the item: ${safeText(error, 200)}`;
	return { ...failure, message: `${failure.message} ${detail}` };
}

/** Skipped, the item could be dropped silently; sent, it could go out twice. */
function doubtfulKey(job: SendJob): Failure {
	return describe(
		job,
		'UNCLASSIFIED',
		'parameters',
		'The idempotency key is taken: either by a message sent under it before, or by an earlier try of this execution, which sent nothing since the database failed.',
		'Look whether the message was sent; if not, send it under another key.',
	);
}

/** The failure for the recipients of an accepted message that may pass later, if there are any. */
function deferral(job: SendJob, rejected: readonly Rejection[]): Failure | undefined {
	const deferred = findDeferral(rejected);
	if (deferred === undefined) return undefined;
	const detail = `${deferred.address}: ${deferred.reason}`;
	return { ...describe(job, 'RECIPIENT_REJECTED', 'rcptTo', detail), retryable: true };
}
