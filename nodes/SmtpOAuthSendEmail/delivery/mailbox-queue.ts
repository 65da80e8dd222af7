import { mailboxStateOf, type MailboxState } from '../registry/mailbox-state';
import { processRegistry } from '../registry/process-registry';
import { failureOf, NO_HANDOVER, type SendOutcome } from '../status/outcome';
import { CircuitBreaker } from './circuit-breaker';
import { itemFailures } from './item-failures';
import { acquirePermit, type MailboxLimits, type Wait } from './mailbox-limiter';
import { MessageDelivery, type DeliveryDependencies } from './message-delivery';
import { Semaphore } from './semaphore';
import type { Deliver, SendJob } from './send-job';
import { WaitBudget } from './wait-budget';

/** The mailbox that messages go out by, and the way there. */
export interface Mailbox extends MailboxLimits {
	/** Identity of the mailbox: what the limits are counted by. */
	readonly mailbox: string;
	/** The same mailbox by another transport, where it has one. */
	readonly otherWay?: string;
	readonly deliver: Deliver;
}

/** What sending takes from outside. */
interface SenderDependencies extends Omit<
	DeliveryDependencies,
	'circuitBreaker' | 'acquirePermit' | 'pause' | 'stepAside' | 'batchEnd'
> {
	readonly wait: Wait;
	/** Lets n8n do other work where messages follow each other without waiting for anything. */
	readonly yieldToEventLoop: () => Promise<void>;
}

/** How the messages of an execution are sent, and who is told. */
export interface SenderOptions {
	/** Whether the first failed message ends the batch; an `unknown` does not. */
	readonly stopOnFailure: boolean;
	readonly dependencies: SenderDependencies;
	readonly onOutcome: (index: number, outcome: SendOutcome) => void;
}

/** What the queues of one execution share. */
export interface Batch {
	/** One permit for each mailbox that is sent by at once. */
	readonly mailboxes: Semaphore;
	/** Aborts when the batch is over. */
	readonly end: AbortSignal;
	/** Ends it. */
	readonly halt: AbortController;
}

/** A further connection costs a sign-in: it is worth that if it serves so many messages. */
const MESSAGES_PER_CONNECTION = 4;

/** Messages that wait for their next attempt while others go on; more of them show a problem of the server. */
const MAX_PAUSED = 20;

/** The messages of one execution that go out by one mailbox, in their order, within its limits. */
export class MailboxQueue {
	/** The messages that have not begun. */
	readonly #waiting: SendJob[] = [];
	/** When each message with a limit to its wait was added. */
	readonly #queuedAtMs = new WeakMap<SendJob, number>();
	/** One permit for each message that is being sent, and not waiting for its next attempt. */
	readonly #sending = new Semaphore(1);
	readonly #delivery: DeliveryDependencies;
	/** How many are sent at a time: no more than so many connections. */
	#parallel = 1;
	#added = 0;
	#begun = 0;
	/** Whether there are messages. */
	#isOpen = false;
	/** Whether it is one of the mailboxes that are sent by. */
	#hasBegun = false;
	/** The same from the first message to the last, also if other executions forget it meanwhile. */
	readonly #mailboxState: MailboxState;
	#isUsed = true;
	#onEmpty = (): void => undefined;
	#session = Promise.resolve();

	constructor(
		private readonly mailbox: Mailbox,
		private readonly options: SenderOptions,
		private readonly batch: Batch,
	) {
		const { mailbox: name, otherWay } = mailbox;
		this.#mailboxState = mailboxStateOf(processRegistry().mailboxStates, name, otherWay);
		// Between two messages, or attempts, nothing else shows that it is in use.
		this.#mailboxState.users += 1;
		this.#delivery = this.#createDelivery();
	}

	/** Sends a message as soon as those before it and the limits let it. */
	add(job: SendJob): void {
		this.#waiting.push(job);
		if (job.maxWaitMs !== undefined) {
			this.#queuedAtMs.set(job, this.options.dependencies.uptimeMs());
		}
		this.#added += 1;
		const wanted = Math.ceil(this.#added / MESSAGES_PER_CONNECTION);
		if (this.#parallel < Math.min(wanted, this.mailbox.maxConnections)) {
			this.#parallel += 1;
			this.#sending.release();
		}
		if (this.#isOpen) this.#beginNext();
		else {
			this.#isOpen = true;
			this.#session = this.batch.mailboxes.run(async () => {
				await this.#open();
			});
		}
	}

	/** Resolves when all messages added have their outcome; none may be added after. Never rejects. */
	async whenEmpty(): Promise<void> {
		await this.#session;
		if (this.#isUsed) this.#mailboxState.users -= 1;
		this.#isUsed = false;
	}

	async #open(): Promise<void> {
		const empty = new Promise<void>((resolve) => {
			this.#onEmpty = resolve;
		});
		this.#hasBegun = true;
		this.#beginNext();
		await empty;
	}

	#beginNext(): void {
		if (!this.#hasBegun) return;
		while (this.#begun < this.#parallel + MAX_PAUSED) {
			const next = this.#waiting.shift();
			if (next === undefined) break;
			this.#begun += 1;
			void this.#send(next);
		}
		if (this.#begun > 0) return;
		this.#isOpen = false;
		this.#hasBegun = false;
		this.#onEmpty();
	}

	async #send(job: SendJob): Promise<void> {
		const { dependencies, onOutcome, stopOnFailure } = this.options;
		await this.#sending.acquire();
		await dependencies.yieldToEventLoop();
		const budget = new WaitBudget(job.maxWaitMs, dependencies.uptimeMs);
		const queuedAtMs = this.#queuedAtMs.get(job);
		if (queuedAtMs !== undefined) budget.spendSince(queuedAtMs);
		const { deliver } = this.mailbox;
		const outcome = await new MessageDelivery(job, deliver, budget, this.#delivery)
			.run()
			.catch((error: unknown) => defect(job, error));
		if (outcome !== undefined) {
			onOutcome(job.index, outcome);
			const isFailed = outcome.status !== 'unknown' && failureOf(outcome) !== undefined;
			if (stopOnFailure && isFailed) this.batch.halt.abort();
		}
		this.#sending.release();
		this.#begun -= 1;
		this.#beginNext();
	}

	#createDelivery(): DeliveryDependencies {
		const { dependencies } = this.options;
		const clock = { now: dependencies.uptimeMs, wait: dependencies.wait };
		const signal = this.batch.end;
		return {
			...dependencies,
			circuitBreaker: new CircuitBreaker(dependencies.uptimeMs),
			acquirePermit: async (budget, goesFirst = false) =>
				await budget.spend(async () => {
					const limits = { signal, maxWaitMs: budget.leftMs, goesFirst };
					return await acquirePermit(this.#mailboxState, this.mailbox, clock, limits);
				}),
			pause: async (ms) =>
				await this.#sending.runAside(async () => await dependencies.wait(ms, signal)),
			stepAside: async (task) => await this.#sending.runAside(task),
			batchEnd: signal,
		};
	}
}

/** An error that was not foreseen, as an outcome: it fails its own message and no other. */
function defect({ message, provider }: SendJob, error: unknown): SendOutcome {
	const { envelope, messageId } = message;
	const failure = itemFailures(provider).defect(error);
	return { ...NO_HANDOVER, envelope, messageId, status: 'failed', failure };
}
