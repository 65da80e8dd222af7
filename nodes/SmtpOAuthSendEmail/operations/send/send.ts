import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { createKeyClaims, type ProcessedKeys } from '../../delivery/idempotency';
import { skippedByLedger } from '../../delivery/item-progress';
import { openLedger, type Ledger } from '../../delivery/ledger';
import { sendBatch } from '../../delivery/send-batch';
import { classifyFailure, describeFault } from '../../failure/classify';
import type { Failure } from '../../failure/model/failure';
import { STOPPED } from '../../failure/model/known-faults';
import { toNodeError } from '../../failure/node-errors';
import { processRegistry } from '../../registry/process-registry';
import { describeBatch } from '../../status/batch-account';
import { buildStatusItem, type Carrier } from '../../status/build-status-item';
import { failureOf, unprepared, type SendOutcome } from '../../status/outcome';
import { createEventLoopYield } from '../host/yield-to-event-loop';
import { failureMode, isTool, type FailureMode } from '../host/failure-mode';
import { accountReader } from '../host/credential-access';
import { logStopped } from './log-stopped';
import { createMailboxes, type Mailboxes } from '../shared/mailboxes';
import { outputItem } from '../host/output-item';
import { preflight } from './preflight';
import { wait } from '../host/wait';

function processedKeys(functions: IExecuteFunctions): ProcessedKeys {
	const options = { mode: 'entries', maxEntries: 10_000 } as const;
	return {
		record: async (key) => {
			const { helpers } = functions;
			const { new: fresh } = await helpers.checkProcessedAndRecord([key], 'node', options);
			return fresh.includes(key);
		},
		remove: async (key) => {
			await functions.helpers.removeProcessed([key], 'node', options);
		},
	};
}

function stopped(): Failure {
	return describeFault(STOPPED, { stage: 'parameters', provider: 'custom' });
}

/** Of an item whose credential could not be read. */
const UNKNOWN_CARRIER: Carrier = { provider: 'custom', transport: 'smtp' };

/** What is known of the items so far, by index. */
interface Results {
	/** `undefined` = not tried. */
	readonly outcomes: (SendOutcome | undefined)[];
	readonly transportInfos: Carrier[];
}

/**
 * The operation `send`: checks all items, sends them, and outputs one status item for each. In
 * the stop mode it throws the first failure with an account of the batch; otherwise it never
 * throws.
 */
export async function send(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const mode = failureMode(functions);
	const count = functions.getInputData().length;
	const outcomes: (SendOutcome | undefined)[] = Array.from({ length: count }, () => undefined);
	const transportInfos = Array.from({ length: count }, () => UNKNOWN_CARRIER);
	const results: Results = { outcomes, transportInfos };
	/** Why items are without an outcome that ought to have one. */
	let reason: Failure | undefined;
	try {
		await run(functions, mode, results);
	} catch (error: unknown) {
		reason = classifyFailure(error, { stage: 'parameters', provider: 'custom' });
		const at = outcomes.indexOf(undefined);
		if (mode === 'stop') outcomes[at] ??= unprepared(reason);
	}
	if (functions.getExecutionCancelSignal()?.aborted === true) logStopped(functions, outcomes);
	if (mode === 'stop') throwFirstFailure(functions, outcomes);
	const missing = unprepared(reason ?? stopped());
	const items: INodeExecutionData[] = [];
	const yieldToEventLoop = createEventLoopYield();
	for (const [item, transportInfo] of results.transportInfos.entries()) {
		const outcome = outcomes[item] ?? missing;
		const statusItem = buildStatusItem(outcome, transportInfo);
		items.push(outputItem(item, statusItem, failureOf(outcome), mode));
		await yieldToEventLoop();
	}
	return [items];
}

async function run(
	functions: IExecuteFunctions,
	mode: FailureMode,
	{ outcomes, transportInfos }: Results,
): Promise<void> {
	const runIndex = Number(functions.evaluateExpression('{{ $runIndex }}', 0));
	const ledger = openLedger(functions.getContext('node'), Number.isFinite(runIndex) ? runIndex : 0);
	const mailboxes = createMailboxes(functions);
	if (!(await checkItems(functions, mode, { outcomes, transportInfos }, ledger, mailboxes))) return;

	const { id: workflowId } = functions.getWorkflow();
	await sendBatch(mailboxes.batches, {
		stopOnFailure: mode === 'stop',
		dependencies: {
			ledger,
			claims: createKeyClaims(
				processedKeys(functions),
				processRegistry(),
				`${workflowId ?? ''}\n${functions.getNode().name}`,
			),
			wait,
			yieldToEventLoop: createEventLoopYield(),
			now: Date.now,
			uptimeMs: () => performance.now(),
			random: Math.random,
			signal: functions.getExecutionCancelSignal(),
		},
		onOutcome: (itemIndex, outcome) => {
			outcomes[itemIndex] = outcome;
		},
	});
}

/**
 * Checks all items, so that nothing goes out where one is wrong in the stop mode. Tells whether
 * there is anything to send.
 */
async function checkItems(
	functions: IExecuteFunctions,
	mode: FailureMode,
	{ outcomes, transportInfos }: Results,
	ledger: Ledger,
	mailboxes: Mailboxes,
): Promise<boolean> {
	const signal = functions.getExecutionCancelSignal();
	const yieldToEventLoop = createEventLoopYield();
	const readAccount = accountReader(functions);
	const earlier = (itemIndex: number): SendOutcome | undefined =>
		skippedByLedger(ledger.read(itemIndex));
	for (const itemIndex of transportInfos.keys()) {
		if (signal?.aborted === true) {
			outcomes[itemIndex] = earlier(itemIndex) ?? unprepared(stopped());
			return false;
		}
		const result = await preflight(functions, itemIndex, ledger, readAccount);
		await yieldToEventLoop();
		if (result.ok) {
			const { provider, deliverVia } = result.account;
			transportInfos[itemIndex] = { provider, transport: deliverVia };
			mailboxes.add(result.job, result.account);
			continue;
		}
		transportInfos[itemIndex] = { provider: result.provider, transport: result.transport };
		// What was accepted in an earlier try is accepted, whatever has become of its parameters.
		const outcome = earlier(itemIndex) ?? unprepared(result.failure);
		outcomes[itemIndex] = outcome;
		if (mode === 'stop' && outcome.status === 'failed') {
			outcomes.forEach((known, index) => {
				outcomes[index] = known ?? earlier(index);
			});
			return false;
		}
	}
	return true;
}

function throwFirstFailure(
	functions: IExecuteFunctions,
	outcomes: readonly (SendOutcome | undefined)[],
): void {
	const isTold = (outcome: SendOutcome | undefined): boolean =>
		outcome !== undefined &&
		failureOf(outcome) !== undefined &&
		// An agent that is told of an error tries again; these have gone out.
		!(isTool(functions) && outcome.status !== 'failed');
	const failed = outcomes.findIndex((outcome) => isTold(outcome) && outcome?.status !== 'unknown');
	const itemIndex = failed === -1 ? outcomes.findIndex(isTold) : failed;
	const outcome = outcomes[itemIndex];
	const failure = outcome === undefined ? undefined : failureOf(outcome);
	if (outcome === undefined || failure === undefined) return;
	throw toNodeError(functions.getNode(), failure, {
		itemIndex,
		...(outcomes.length > 1 ? { account: describeBatch(outcomes) } : {}),
		...('response' in outcome ? { serverWords: outcome.response } : {}),
		...('transcript' in outcome ? { transcript: outcome.transcript } : {}),
	});
}
