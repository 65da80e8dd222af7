import { setMaxListeners } from 'node:events';
import { processRegistry } from '../registry/process-registry';
import { forgetIdle } from './mailbox-limiter';
import { MailboxQueue, type Batch, type Mailbox, type SenderOptions } from './mailbox-queue';
import { Semaphore } from './semaphore';
import type { SendJob } from './send-job';

/** Mailboxes at once, where the credential's expressions name many. */
const MAX_MAILBOXES = 10;

/** Aborts with the first of the signals. Any number of messages may listen, without a warning of a leak. */
function ownSignal(signals: readonly AbortSignal[]): AbortSignal {
	const signal = AbortSignal.any([...signals]);
	setMaxListeners(0, signal);
	return signal;
}

/**
 * Sends the messages of one execution: by all mailboxes in parallel, within the limits of each, and
 * tells every outcome as soon as it is known. Messages without an outcome were not tried, since the
 * batch ended before. Never throws.
 */
export class MailSender {
	readonly #queues = new Map<Mailbox, MailboxQueue>();
	readonly #batch: Batch;
	readonly #options: SenderOptions;

	constructor(options: SenderOptions) {
		const { signal: stop } = options.dependencies;
		const signal = stop === undefined ? undefined : ownSignal([stop]);
		this.#options = { ...options, dependencies: { ...options.dependencies, signal } };
		const halt = new AbortController();
		const end = ownSignal(signal === undefined ? [halt.signal] : [halt.signal, signal]);
		this.#batch = { mailboxes: new Semaphore(MAX_MAILBOXES), halt, end };
	}

	/** Sends a message by a mailbox as soon as the limits let it. */
	send(job: SendJob, mailbox: Mailbox): void {
		const queue =
			this.#queues.get(mailbox) ?? new MailboxQueue(mailbox, this.#options, this.#batch);
		this.#queues.set(mailbox, queue);
		queue.add(job);
	}

	/** Resolves when all messages have their outcome, or have none for good. */
	async whenDone(): Promise<void> {
		for (const queue of this.#queues.values()) await queue.whenEmpty();
		forgetIdle(processRegistry().mailboxStates, this.#options.dependencies.uptimeMs());
	}
}
