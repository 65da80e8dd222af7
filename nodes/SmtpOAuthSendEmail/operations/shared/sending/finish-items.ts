import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Failure } from '../../../failure/model/failure';
import { toNodeError } from '../../../failure/node-errors';
import { describeBatch } from '../../../status/batch-account';
import { buildStatusItem, type TransportInfo } from '../../../status/build-status-item';
import { failureOf, unprepared, type SendOutcome } from '../../../status/outcome';
import { failureMode, isTool } from '../../host/failure-mode';
import { logStopped } from '../../host/log-stopped';
import { outputItem } from '../../host/output-item';
import { createEventLoopYield } from '../../host/yield-to-event-loop';
import { readPassBinary } from '../parameters/read-mail-parameters';
import { stopped, type MailResult } from './deliver-mails';
import { UNKNOWN_TRANSPORT } from './read-credential';

/** What became of one input item. */
export interface ItemResult extends Omit<MailResult, 'transportInfo'> {
	/** Missing where no credential was read for it. */
	readonly transportInfo?: TransportInfo;
	/** Further fields of its status item; what JSON can hold. */
	readonly extra?: object | undefined;
	/**
	 * Default true. `false`: its failure neither stops the workflow nor leads to the error output; its
	 * status item tells of it.
	 */
	readonly countsAsFailed?: boolean;
}

/**
 * Makes the output of an operation that sends mail: one status item for each input item, paired with
 * it and, with the option Pass Binary Data Through, with its files. In the stop mode it throws the first failure with an account of all items; otherwise it never
 * throws.
 *
 * @param results by item index; an item without a result was not tried
 * @param reason why items were not tried, where that was not the execution's end
 */
export async function finishItems(
	functions: IExecuteFunctions,
	results: readonly (ItemResult | undefined)[],
	reason?: Failure,
): Promise<INodeExecutionData[][]> {
	const mode = failureMode(functions);
	const inputs = functions.getInputData();
	const outcomes = inputs.map((_item, itemIndex) => results[itemIndex]?.outcome);
	if (functions.getExecutionCancelSignal()?.aborted === true) logStopped(functions, outcomes);
	if (mode === 'stop') throwFirstFailure(functions, outcomes, results, reason);
	// No item shows it where every message had its outcome when it happened.
	if (reason !== undefined) functions.logger.warn(`${functions.getNode().name}: ${reason.message}`);
	let missing: SendOutcome | undefined;
	const items: INodeExecutionData[] = [];
	const yieldToEventLoop = createEventLoopYield();
	for (const [itemIndex, known] of outcomes.entries()) {
		const result = results[itemIndex];
		const { transportInfo = UNKNOWN_TRANSPORT, extra, countsAsFailed } = result ?? {};
		const outcome = known ?? (missing ??= unprepared(reason ?? stopped()));
		const statusItem = { ...buildStatusItem(outcome, transportInfo), ...extra };
		const failure = countsAsFailed === false ? undefined : failureOf(outcome);
		const item = outputItem(itemIndex, statusItem, failure, mode);
		const binary = inputs[itemIndex]?.binary;
		const isPassed = binary !== undefined && readPassBinary(functions, itemIndex);
		items.push(isPassed ? { ...item, binary } : item);
		await yieldToEventLoop();
	}
	return [items];
}

function throwFirstFailure(
	functions: IExecuteFunctions,
	known: readonly (SendOutcome | undefined)[],
	results: readonly (ItemResult | undefined)[],
	reason: Failure | undefined,
): void {
	const outcomes = [...known];
	const missingAt = outcomes.indexOf(undefined);
	if (reason !== undefined && missingAt !== -1) outcomes[missingAt] = unprepared(reason);
	const isTold = (outcome: SendOutcome | undefined, itemIndex: number): boolean =>
		outcome !== undefined &&
		failureOf(outcome) !== undefined &&
		results[itemIndex]?.countsAsFailed !== false &&
		// An agent that is told of an error tries again; these have gone out.
		!(isTool(functions) && outcome.status !== 'failed');
	const failed = outcomes.findIndex(
		(outcome, index) => isTold(outcome, index) && outcome?.status !== 'unknown',
	);
	const itemIndex = failed === -1 ? outcomes.findIndex(isTold) : failed;
	const outcome = outcomes[itemIndex];
	const failure = outcome === undefined ? undefined : failureOf(outcome);
	if (outcome === undefined || failure === undefined) {
		// Every message had its outcome when it happened.
		if (reason !== undefined) throw toNodeError(functions.getNode(), reason, { itemIndex: 0 });
		return;
	}
	throw toNodeError(functions.getNode(), failure, {
		itemIndex,
		account: outcomes.length > 1 ? describeBatch(outcomes) : undefined,
		serverWords: 'response' in outcome ? outcome.response : undefined,
		transcript: 'transcript' in outcome ? outcome.transcript : undefined,
	});
}
