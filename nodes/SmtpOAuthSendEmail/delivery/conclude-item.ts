import type { Failure } from '../failure/model/failure';
import type { SendOutcome } from '../status/outcome';
import { itemFailures } from './item-failures';
import { skippedByLedger, type ItemProgress } from './item-progress';
import type { LedgerEntry } from './ledger';
import type { SendJob } from './send-job';

/** How the attempts of one item ended, before it is put into words. */
export interface Ending {
	/** Why recipients are left; missing when nothing went wrong but that recipients were refused. */
	readonly failure?: Failure | undefined;
	/** Whether it is the failure of a message that may have been accepted all the same. */
	readonly isUnknown?: boolean;
}

/** Puts into one outcome what the attempts, and the tries before them, have come to. */
export function concludeItem(
	job: SendJob,
	progress: ItemProgress,
	recorded: LedgerEntry | undefined,
	{ failure, isUnknown }: Ending,
): SendOutcome {
	const describe = itemFailures(job.provider);
	const handover = progress.handover();
	if (progress.isComplete()) return { ...handover, status: 'sent' };
	if (failure !== undefined) {
		if (isUnknown === true) return { ...handover, status: 'unknown', failure };
		if (recorded?.status === 'unknown') {
			const unknown = describe.unknownDespiteResending(failure.message);
			return { ...handover, status: 'unknown', failure: unknown };
		}
		if (handover.accepted.length === 0) return { ...handover, status: 'failed', failure };
		// A refused or undelivered message, which no rejection tells of.
		if (progress.hasUnansweredRecipients()) return { ...handover, status: 'partial', failure };
	}
	const earlier = skippedByLedger(recorded);
	const isNews = progress.hasNewAcceptance || progress.hasNewRefusal(recorded);
	if (earlier !== undefined && !isNews) return earlier;
	if (handover.accepted.length === 0) {
		return { ...handover, status: 'failed', failure: describe.allRefused() };
	}
	const isNewRefusal = earlier === undefined || progress.hasNewRefusal(recorded);
	if (!job.isPartialAnError || !isNewRefusal) return { ...handover, status: 'partial' };
	const partly = describe.partlyRefused(handover.accepted.length, handover.envelope.to.length);
	return { ...handover, status: 'partial', failure: partly };
}
