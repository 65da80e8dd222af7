import { setMaxListeners } from 'node:events';
import { classifyFailure } from '../failure/classify';
import { mailboxStateOf, type MailboxState } from '../registry/mailbox-state';
import { processRegistry } from '../registry/process-registry';
import { failureOf, type SendOutcome } from '../status/outcome';
import { deliverItem, type DeliveryDependencies } from './deliver-item';
import { CircuitBreaker } from './circuit-breaker';
import { Semaphore } from './semaphore';
import type { Deliver, SendJob } from './send-job';
import { forgetIdle, acquirePermit, type MailboxLimits, type Wait } from './mailbox-limiter';

/** The items that go out by one mailbox, and the way there. */
export interface MailboxBatch extends MailboxLimits {
	/** Identity of the mailbox: what the limits are counted by. */
	readonly mailbox: string;
	/** The same mailbox by another transport, where it has one. */
	readonly otherWay?: string;
	/** Emptied as the items go out, so that sent messages take no memory. */
	readonly jobs: SendJob[];
	readonly deliver: Deliver;
}

/** What a batch needs of the world. */
export interface BatchDependencies extends Omit<
	DeliveryDependencies,
	'circuitBreaker' | 'acquirePermit' | 'pause' | 'stepAside' | 'batchEnd'
> {
	readonly wait: Wait;
	/** Gives n8n its turn where items follow each other without waiting for anything. */
	readonly yieldToEventLoop: () => Promise<void>;
}

/** How a batch is sent, and who is told. */
export interface BatchOptions {
	/** Whether the first failed item ends the batch; an `unknown` does not. */
	readonly stopOnFailure: boolean;
	readonly dependencies: BatchDependencies;
	readonly onOutcome: (index: number, outcome: SendOutcome) => void;
}

/** Mailboxes at once, where the credential's expressions name many. */
const MAX_MAILBOXES = 10;

/** A further connection costs a sign-in: it has to serve so many messages to pay. */
const MESSAGES_PER_CONNECTION = 4;

/** Items that wait for their next attempt while others go on; more of them speak against the server. */
const MAX_PAUSED = 20;

/**
 * Sends the items of all mailboxes in parallel, within the limits of each, and hands every outcome
 * over as it is known. Items without an outcome were not tried, since the batch ended before.
 * Never throws.
 */
export async function sendBatch(
	batches: readonly MailboxBatch[],
	options: BatchOptions,
): Promise<void> {
	const mailboxes = new Semaphore(MAX_MAILBOXES);
	const halt = new AbortController();
	const stop = options.dependencies.signal;
	const signal = stop === undefined ? undefined : ownSignal(stop);
	const batchEnd = ownSignal(halt.signal, ...(signal === undefined ? [] : [signal]));
	const dependencies = { ...options.dependencies, signal };
	await Promise.all(
		batches.map(async (batch) => {
			await mailboxes.acquire();
			const mailboxState = mailboxStateOf(
				processRegistry().mailboxStates,
				batch.mailbox,
				batch.otherWay,
			);
			// While its items wait for their next attempt nothing else shows that the lane is in use.
			mailboxState.users += 1;
			try {
				await sendByMailbox(batch, mailboxState, { ...options, dependencies }, batchEnd, () => {
					halt.abort();
				});
			} finally {
				mailboxState.users -= 1;
				mailboxes.release();
			}
		}),
	);
	forgetIdle(processRegistry().mailboxStates, options.dependencies.uptimeMs());
}

/** Aborts with the first of the signals. Any number of items may listen, without a warning of a leak. */
function ownSignal(...signals: AbortSignal[]): AbortSignal {
	const signal = AbortSignal.any(signals);
	setMaxListeners(0, signal);
	return signal;
}

async function sendByMailbox(
	batch: MailboxBatch,
	mailboxState: MailboxState,
	{ stopOnFailure, dependencies, onOutcome }: BatchOptions,
	batchEnd: AbortSignal,
	endBatch: () => void,
): Promise<void> {
	const { uptimeMs, wait } = dependencies;
	const parallel = Math.min(
		batch.maxConnections,
		Math.ceil(batch.jobs.length / MESSAGES_PER_CONNECTION),
	);
	const sending = new Semaphore(parallel);
	const begun = new Semaphore(parallel + MAX_PAUSED);
	const aside = async <T>(task: () => Promise<T>): Promise<T> => {
		sending.release();
		try {
			return await task();
		} finally {
			await sending.acquire(true);
		}
	};
	const ownDependencies: Omit<DeliveryDependencies, keyof BatchDependencies> = {
		circuitBreaker: new CircuitBreaker(uptimeMs),
		acquirePermit: async () =>
			await acquirePermit(mailboxState, batch, { now: uptimeMs, wait }, batchEnd),
		pause: async (ms) => await aside(async () => await wait(ms, batchEnd)),
		stepAside: aside,
		batchEnd,
	};
	const finish = async (job: SendJob): Promise<void> => {
		const outcome = await deliverItem(job, batch.deliver, {
			...dependencies,
			...ownDependencies,
		}).catch((error: unknown) => defect(job, error));
		sending.release();
		begun.release();
		if (outcome === undefined) return;
		onOutcome(job.index, outcome);
		if (stopOnFailure && outcome.status !== 'unknown' && failureOf(outcome) !== undefined) {
			endBatch();
		}
	};
	const underWay = new Set<Promise<void>>();
	const waiting = batch.jobs.reverse();
	for (let job = waiting.pop(); job !== undefined; job = waiting.pop()) {
		await dependencies.yieldToEventLoop();
		await begun.acquire();
		await sending.acquire();
		const finishing: Promise<void> = finish(job).finally(() => underWay.delete(finishing));
		underWay.add(finishing);
	}
	await Promise.all(underWay);
}

/** An error nobody foresaw, as an outcome: it fails its own item and no other. */
function defect(job: SendJob, error: unknown): SendOutcome {
	return {
		status: 'failed',
		envelope: job.message.envelope,
		messageId: job.message.messageId,
		accepted: [],
		rejected: [],
		attempts: 0,
		durationMs: 0,
		failure: classifyFailure(error, { stage: 'connect', provider: job.provider }),
	};
}
