import { KeyClaims } from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import { openLedger, type Ledger } from '../../../nodes/SmtpOAuthSendEmail/delivery/ledger.js';
import type {
	Mailbox,
	SenderOptions,
} from '../../../nodes/SmtpOAuthSendEmail/delivery/mailbox-queue.js';
import { MailSender } from '../../../nodes/SmtpOAuthSendEmail/delivery/mail-sender.js';
import type { Deliver, SendJob } from '../../../nodes/SmtpOAuthSendEmail/delivery/send-job.js';
import { describeFailure } from '../../../nodes/SmtpOAuthSendEmail/failure/describe-failure.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import type { DeliveryReport } from '../../../nodes/SmtpOAuthSendEmail/status/delivery-report.js';
import type { SendOutcome } from '../../../nodes/SmtpOAuthSendEmail/status/outcome.js';
import { wait } from '../../../nodes/SmtpOAuthSendEmail/timing/wait.js';
import { shortMessage } from '../smtp/transport-setting.js';

/** The items of one mailbox without a server: the test says what each attempt comes to. */
export interface MemoryBatch extends Partial<Mailbox> {
	readonly jobs: readonly Partial<SendJob>[];
	/** What comes of an attempt; accepted for all recipients unless told otherwise. */
	readonly deliver?: Deliver;
	readonly ledger?: Ledger;
	readonly stopOnFailure?: boolean;
	readonly dependencies?: Partial<SenderOptions['dependencies']>;
}

/** The message as a server accepts it. */
export const accept: Deliver = (message, recipients) =>
	Promise.resolve({
		kind: 'accepted',
		envelope: message.envelope,
		accepted: recipients,
		rejected: [],
		response: '250 2.0.0 Ok',
		tlsVerified: true,
	});

/** The message as a server refuses it that is busy for the moment. */
export const defer: Deliver = (message) =>
	Promise.resolve<DeliveryReport>({
		kind: 'refused',
		envelope: message.envelope,
		rejected: [],
		failure: describeFailure(
			{ code: 'SERVER_BUSY', detail: '451 4.3.0 Later' },
			{ stage: 'mailFrom', provider: 'custom' },
		),
	});

const keys = new Set<string>();

/** Sends them and gives what became of each; waits take 5 ms instead of seconds. */
export async function sendInMemory(batch: MemoryBatch): Promise<(SendOutcome | undefined)[]> {
	const { jobs, ledger, stopOnFailure = false, dependencies, deliver = accept, ...rest } = batch;
	const outcomes: (SendOutcome | undefined)[] = jobs.map(() => undefined);
	const mailbox: Mailbox = {
		mailbox: 'mailbox',
		maxConnections: 1,
		messagesPerMinute: 0,
		...rest,
		deliver,
	};
	const sender = new MailSender({
		stopOnFailure,
		dependencies: {
			ledger: ledger ?? openLedger({}, 0),
			claims: new KeyClaims(
				{
					record: (key) => {
						const isNew = !keys.has(key);
						keys.add(key);
						return Promise.resolve(isNew);
					},
					remove: (key) => {
						keys.delete(key);
						return Promise.resolve();
					},
				},
				processRegistry(),
				'scope',
			),
			wait: async (_ms, signal) => await wait(5, signal),
			yieldToEventLoop: () => Promise.resolve(),
			now: Date.now,
			uptimeMs: () => performance.now(),
			random: () => 0,
			...dependencies,
		},
		onOutcome: (index, outcome) => {
			outcomes[index] = outcome;
		},
	});
	for (const [index, job] of jobs.entries()) sender.send(jobOf(index, job), mailbox);
	await sender.whenDone();
	return outcomes;
}

/** A message ready to go, with what it needs. */
export function jobOf(index: number, job: Partial<SendJob> = {}): SendJob {
	return {
		index,
		ledgerKey: String(index),
		provider: 'custom',
		message: shortMessage(String(index)),
		maxAttempts: 3,
		timeoutMs: 1_000,
		isPartialAnError: false,
		resendUnknown: false,
		...job,
	};
}

/** Delivers each attempt in its own way, the last of them also all further ones. */
export function inTurn(...ways: readonly [Deliver, ...Deliver[]]): Deliver {
	let attempts = 0;
	return async (...attempt) => {
		const way = ways[Math.min(attempts, ways.length - 1)] ?? ways[0];
		attempts += 1;
		return await way(...attempt);
	};
}
