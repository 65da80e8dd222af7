import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { Semaphore } from '../../delivery/semaphore';
import { classifyFailure } from '../../failure/classify';
import { describeFailure } from '../../failure/describe-failure';
import { type Failure, STOPPED } from '../../failure/model/failure';
import { toNodeError } from '../../failure/node-errors';
import {
	firstFailure,
	SERVER_UNREACHED,
	UNREACHED,
	type VerifyStages,
} from '../../status/verify-report';
import { buildVerifyItem, describeStages, type VerifyOutcome } from '../../status/verify-item';
import { createEventLoopYield } from '../host/yield-to-event-loop';
import { failureMode, type FailureMode } from '../host/failure-mode';
import { outputItem } from '../host/output-item';
import { CredentialReader } from '../shared/sending/read-credential';
import { MailboxChecks } from './mailbox-checks';
import { readVerifyTask, type VerifyTask } from './verify-task';

/** Mailboxes looked at at once, where the credential's expressions name many. */
const MAX_MAILBOXES = 10;

/** The outcome of an item of which nothing but this failure is known. */
function nothingBut(failure: Failure): VerifyOutcome {
	const parameters = { kind: 'failed', durationMs: 0, failure } as const;
	const stages = { parameters, token: UNREACHED, ...SERVER_UNREACHED };
	return { provider: 'custom', stages, durationMs: 0, checkedAtMs: Date.now() };
}

/**
 * The operation `verify`: looks at the mailbox and the sender of every item without sending anything,
 * and outputs one item for each. In the stop mode it throws the first failure with an account of the
 * stages; otherwise it never throws.
 */
export async function verify(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const mode = failureMode(functions);
	const items = functions.getInputData();
	const outcomes: (VerifyOutcome | undefined)[] = items.map(() => undefined);
	let reason = describeFailure(STOPPED, { stage: 'parameters', provider: 'custom' });
	try {
		await run(functions, mode, outcomes);
	} catch (error: unknown) {
		reason = classifyFailure(error, { stage: 'parameters', provider: 'custom' });
		functions.logger.warn(`${functions.getNode().name}: ${reason.message}`);
		// Where every item had its outcome when it happened, the first one stands for it.
		const at = Math.max(0, outcomes.indexOf(undefined));
		if (mode === 'stop') outcomes[at] = nothingBut(reason);
	}
	if (mode === 'stop') throwFirstFailure(functions, outcomes);
	return [
		outcomes.map((known, itemIndex) => {
			const outcome = known ?? nothingBut(reason);
			return outputItem(itemIndex, buildVerifyItem(outcome), firstFailure(outcome.stages), mode);
		}),
	];
}

async function run(
	functions: IExecuteFunctions,
	mode: FailureMode,
	outcomes: (VerifyOutcome | undefined)[],
): Promise<void> {
	const signal = functions.getExecutionCancelSignal();
	const yieldToEventLoop = createEventLoopYield();
	const credentials = new CredentialReader(functions);
	const byMailbox = new Map<string, VerifyTask[]>();
	for (const itemIndex of outcomes.keys()) {
		if (signal?.aborted === true) return;
		const task = await readVerifyTask(functions, itemIndex, credentials);
		await yieldToEventLoop();
		const mailbox = JSON.stringify(task.account ?? null);
		const tasks = byMailbox.get(mailbox) ?? [];
		byMailbox.set(mailbox, tasks);
		tasks.push(task);
	}
	const semaphore = new Semaphore(MAX_MAILBOXES);
	const checks = new MailboxChecks(functions);
	let isOver = false;
	await Promise.all(
		[...byMailbox.values()].map(async (tasks) => {
			await semaphore.run(async () => {
				for (const task of tasks) {
					if (isOver || signal?.aborted === true) break;
					const outcome = await verifyTask(task, checks);
					outcomes[task.itemIndex] = outcome;
					if (mode === 'stop' && firstFailure(outcome.stages) !== undefined) isOver = true;
					await yieldToEventLoop();
				}
			});
		}),
	);
	checks.end();
}

async function verifyTask(task: VerifyTask, checks: MailboxChecks): Promise<VerifyOutcome> {
	const startedAtMs = performance.now();
	const { parameters, provider, account, deliverVia: transport } = task;
	const finish = (stages: VerifyStages): VerifyOutcome => {
		const checkedMs = Math.round(performance.now() - startedAtMs);
		const durationMs = parameters.durationMs + checkedMs;
		return { provider, transport, stages, durationMs, checkedAtMs: Date.now() };
	};
	if (account === undefined) {
		return finish({ parameters, token: UNREACHED, ...SERVER_UNREACHED });
	}
	const { host, port, sslMode, user } = account;
	const stages = await checks.check(account, task);
	return { ...finish({ parameters, ...stages }), place: { host, port, sslMode, user } };
}

function throwFirstFailure(
	functions: IExecuteFunctions,
	outcomes: readonly (VerifyOutcome | undefined)[],
): void {
	const failures = outcomes.map((outcome) => outcome && firstFailure(outcome.stages));
	const itemIndex = failures.findIndex((failure) => failure !== undefined);
	const failure = failures[itemIndex];
	const outcome = outcomes[itemIndex];
	if (failure === undefined || outcome === undefined) return;
	const account = [describeStages(outcome.stages)];
	if (outcomes.length > 1) {
		const passed = outcomes.filter(
			(known, at) => known !== undefined && failures[at] === undefined,
		);
		account.push(
			`Of ${String(outcomes.length)} items, ${String(passed.length)} passed before this one failed.`,
		);
	}
	const { summary, stages } = buildVerifyItem(outcome);
	throw toNodeError(functions.getNode(), failure, {
		itemIndex,
		account: account.join(' '),
		findings: { summary, stages },
	});
}
