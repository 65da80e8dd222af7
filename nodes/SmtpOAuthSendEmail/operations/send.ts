import { setImmediate, setTimeout } from 'node:timers/promises';
import {
	jsonParse,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { createKeyClaims, type ProcessedKeys } from '../delivery/idempotency';
import { skippedByLedger } from '../delivery/item-progress';
import { openLedger } from '../delivery/ledger';
import type { Wait } from '../delivery/mailbox-limits';
import { sendBatch } from '../delivery/send-batch';
import { classifyFailure } from '../failure/classify';
import type { Failure } from '../failure/failure';
import { toNodeError } from '../failure/node-errors';
import { processRegistry } from '../registry/process-registry';
import { describeBatch } from '../status/batch-account';
import { buildStatusItem } from '../status/build-status-item';
import { failureOf, type SendOutcome } from '../status/outcome';
import { groupByMailbox } from './mailboxes';
import { preflight, type PreflightResult } from './preflight';

/** What the workflow's author chose for a failing item ("On Error"), or what a tool does by default. */
type FailureMode = 'stop' | 'continue' | 'errorOutput';

function failureMode(functions: IExecuteFunctions): FailureMode {
	const { onError } = functions.getNode();
	if (onError === 'continueErrorOutput') return 'errorOutput';
	if (functions.continueOnFail()) return 'continue';
	return isTool(functions) && onError !== 'stopWorkflow' ? 'continue' : 'stop';
}

/** n8n gives the tool form of a node a type of its own, ending in `Tool`. */
function isTool(functions: IExecuteFunctions): boolean {
	return functions.getNode().type.endsWith('Tool');
}

const wait: Wait = async (ms, signal) => {
	try {
		await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
		return true;
	} catch {
		return false;
	}
};

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

/** Longest stretch of work before n8n gets a turn. */
const LONGEST_STRETCH_MS = 20;

async function preflightAll(
	count: number,
	check: (itemIndex: number) => Promise<PreflightResult>,
	goesOn: (result: PreflightResult, itemIndex: number) => boolean,
): Promise<readonly PreflightResult[]> {
	const results: PreflightResult[] = [];
	let stretchBeganAtMs = performance.now();
	for (let itemIndex = 0; itemIndex < count; itemIndex += 1) {
		const result = await check(itemIndex);
		results.push(result);
		if (!goesOn(result, itemIndex)) break;
		if (performance.now() - stretchBeganAtMs > LONGEST_STRETCH_MS) {
			await setImmediate();
			stretchBeganAtMs = performance.now();
		}
	}
	return results;
}

/** An item that failed before anything of its message existed. */
function unprepared(failure: Failure): SendOutcome {
	return {
		status: 'failed',
		envelope: { from: '', to: [] },
		accepted: [],
		rejected: [],
		attempts: 0,
		durationMs: 0,
		failure,
	};
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
	const providers: string[] = Array.from({ length: count }, () => 'custom');
	try {
		await run(functions, mode, outcomes, providers);
	} catch (error: unknown) {
		const failure = classifyFailure(error, { stage: 'parameters', provider: 'custom' });
		const at = outcomes.indexOf(undefined);
		if (mode === 'stop') {
			outcomes[at] ??= unprepared(failure);
		} else {
			outcomes.forEach((outcome, index) => {
				outcomes[index] = outcome ?? unprepared(failure);
			});
		}
	}
	if (mode === 'stop') throwFirstFailure(functions, outcomes);
	return [
		outcomes.flatMap((outcome, item) =>
			outcome === undefined
				? []
				: [{ json: outputJson(outcome, providers[item] ?? 'custom', mode), pairedItem: { item } }],
		),
	];
}

async function run(
	functions: IExecuteFunctions,
	mode: FailureMode,
	outcomes: (SendOutcome | undefined)[],
	providers: string[],
): Promise<void> {
	const runIndex = Number(functions.evaluateExpression('{{ $runIndex }}', 0));
	const ledger = openLedger(functions.getContext('node'), Number.isFinite(runIndex) ? runIndex : 0);
	const earlier = (itemIndex: number): SendOutcome | undefined =>
		skippedByLedger(ledger.read(itemIndex));
	const isSettled = (itemIndex: number): boolean => earlier(itemIndex) !== undefined;
	const checked = await preflightAll(
		outcomes.length,
		async (itemIndex) => await preflight(functions, itemIndex, ledger),
		(result, itemIndex) => result.ok || isSettled(itemIndex) || mode !== 'stop',
	);
	checked.forEach((result, itemIndex) => {
		providers[itemIndex] = result.ok ? result.account.provider : result.provider;
		// What was accepted in an earlier try is accepted, whatever has become of its parameters.
		if (!result.ok) outcomes[itemIndex] = earlier(itemIndex) ?? unprepared(result.failure);
	});
	if (mode === 'stop' && outcomes.some((outcome) => outcome?.status === 'failed')) {
		outcomes.forEach((outcome, itemIndex) => {
			outcomes[itemIndex] = outcome ?? earlier(itemIndex);
		});
		return;
	}

	const { id: workflowId } = functions.getWorkflow();
	await sendBatch(
		groupByMailbox(
			functions,
			checked.flatMap((result) => (result.ok ? [result] : [])),
		),
		{
			stopOnFailure: mode === 'stop',
			surroundings: {
				ledger,
				claims: createKeyClaims(
					processedKeys(functions),
					processRegistry(),
					`${workflowId ?? ''}\n${functions.getNode().name}`,
				),
				wait,
				now: Date.now,
				uptimeMs: () => performance.now(),
				random: Math.random,
				signal: functions.getExecutionCancelSignal(),
			},
			onOutcome: (itemIndex, outcome) => {
				outcomes[itemIndex] = outcome;
			},
		},
	);
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
	});
}

function outputJson(outcome: SendOutcome, provider: string, mode: FailureMode): IDataObject {
	const statusItem = buildStatusItem(outcome, { provider, transport: 'smtp' });
	const item = jsonParse<IDataObject>(JSON.stringify(statusItem));
	const failure = failureOf(outcome);
	// The engine lets through to the error output what has `error` and `message`, and nothing else.
	return mode === 'errorOutput' && failure !== undefined
		? { error: item, message: failure.message }
		: item;
}
