/*
 * How an operation sends mail. It says which messages it wants out, gets back what became of each,
 * and turns that into the output of its items:
 *
 *     const requests = items.map((_item, itemIndex) => ({
 *       itemIndex,
 *       draft: () => ({ fields: …, appendAttribution: false, delivery: … }),
 *     }));
 *     const { results, reason } = await deliverMails(functions, requests);
 *     return await finishItems(functions, results, reason);
 *
 * - `draft` is called once for each message, after the item's credential was read. It makes a
 *   `MailDraft`: read-mail-parameters.ts reads the shared parameters for it, or build the fields by
 *   yourself. Throw a `ParameterError` to fail the message, and with it its item.
 * - Several messages of one item need a `part` each: a short text, the same in every try.
 * - An item that needs no mail (held back, skipped) makes no request: no credential is read for it.
 *   Give `finishItems` an outcome of your own for it. `requests` may be a generator that decides item
 *   by item; what it throws fails all items that have no outcome yet.
 * - One message for several items is one request; give its result to each of these items.
 * - `results` has the order of `requests`, `finishItems` wants that of the items, with gaps for items
 *   that were not tried. `extra` of an `ItemResult` stands in the item's status item as well.
 * - In the stop mode all messages are checked before the first goes out, and the first failure ends
 *   the sending; in the others each goes out as soon as it is checked. `DeliverOptions` choose
 *   otherwise. Both functions deal with Stop, the ledger, idempotency keys and the error modes. Only
 *   `finishItems` throws, and only in the stop mode.
 */
import { setImmediate } from 'node:timers/promises';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../../auth/mail-account';
import { KeyClaims } from '../../../delivery/idempotency';
import { skippedByLedger } from '../../../delivery/item-progress';
import { openLedger, type Ledger } from '../../../delivery/ledger';
import type { Mailbox } from '../../../delivery/mailbox-queue';
import { MailSender } from '../../../delivery/mail-sender';
import type { SendJob } from '../../../delivery/send-job';
import { classifyFailure } from '../../../failure/classify';
import { describeFailure } from '../../../failure/describe-failure';
import { type Failure, NOT_CONNECTED, STOPPED } from '../../../failure/model/failure';
import { processRegistry } from '../../../registry/process-registry';
import { fail, succeed, type Result } from '../../../result/result';
import type { TransportInfo } from '../../../status/build-status-item';
import { unprepared, type SendOutcome } from '../../../status/outcome';
import { wait } from '../../../timing/wait';
import { failureMode } from '../../host/failure-mode';
import { processedKeys } from '../../host/processed-keys';
import { runIndexOf } from '../../host/run-index';
import { createEventLoopYield } from '../../host/yield-to-event-loop';
import type { MailDraft } from './mail-draft';
import { Mailboxes } from './mailboxes';
import { describeError } from '../parameters/parameter-failure';
import { prepareMail } from './prepare-mail';
import { CredentialReader, UNKNOWN_TRANSPORT } from './read-credential';

/** One message that an operation wants out. */
export interface MailRequest {
	/** The item whose credential and attachments it takes. */
	readonly itemIndex: number;
	/** What tells it from the item's other messages. */
	readonly part?: string;
	/** Makes the message; throws `ParameterError` where that is not possible. */
	draft(account: MailAccount): MailDraft | Promise<MailDraft>;
}

/** What became of one message. */
export interface MailResult {
	/** `undefined`: not tried, since the execution was stopped or another message had failed. */
	readonly outcome: SendOutcome | undefined;
	readonly transportInfo: TransportInfo;
}

/** What became of all messages of an operation. */
export interface MailResults {
	/** In the order of the requests. */
	readonly results: readonly MailResult[];
	/** An error that ended everything early. */
	readonly reason?: Failure | undefined;
}

/** A message on its way; there may be thousands, so it holds on to nothing that made the message. */
interface Entry {
	readonly index: number;
	readonly ledgerKey: string;
	outcome: SendOutcome | undefined;
	transportInfo: TransportInfo;
}

/** A message that may go out. */
interface ReadyMail {
	readonly job: SendJob;
	readonly mailbox: Mailbox;
}

/** The messages of one execution, from the request to the outcome. */
class MailRun {
	readonly entries: Entry[] = [];
	readonly #ledger: Ledger;
	readonly #mailboxes: Mailboxes;
	readonly #credentials: CredentialReader;
	readonly #sender: MailSender;
	readonly #signal: AbortSignal | undefined;

	constructor(
		private readonly functions: IExecuteFunctions,
		stopOnFailure: boolean,
	) {
		this.#ledger = openLedger(functions.getContext('node'), runIndexOf(functions));
		this.#mailboxes = new Mailboxes(functions);
		this.#credentials = new CredentialReader(functions);
		this.#signal = functions.getExecutionCancelSignal();
		this.#sender = this.#createSender(stopOnFailure);
	}

	#createSender(stopOnFailure: boolean): MailSender {
		const { functions } = this;
		const { id: workflowId } = functions.getWorkflow();
		// By its ID, as n8n's store: a node that is renamed keeps its keys.
		const scope = `${workflowId ?? ''}\n${functions.getNode().id}`;
		return new MailSender({
			stopOnFailure,
			dependencies: {
				ledger: this.#ledger,
				claims: new KeyClaims(processedKeys(functions), processRegistry(), scope),
				wait,
				yieldToEventLoop: createEventLoopYield(),
				now: Date.now,
				uptimeMs: () => performance.now(),
				random: Math.random,
				signal: this.#signal,
			},
			onOutcome: (index, outcome) => {
				const entry = this.entries[index];
				if (entry !== undefined) entry.outcome = outcome;
			},
		});
	}

	/** Checks all messages, and sends them if none is wrong. */
	async sendChecked(requests: Iterable<MailRequest>): Promise<void> {
		const yieldToEventLoop = createEventLoopYield();
		const ready: ReadyMail[] = [];
		let isOver = false;
		for (const request of requests) {
			const entry = this.#enter(request);
			// What was accepted in an earlier try is told of the others as well.
			if (isOver) entry.outcome = this.#earlier(entry);
			else await this.#prepare(entry, request, (mail) => ready.push(mail));
			isOver ||= entry.outcome?.status === 'failed' || this.#signal?.aborted === true;
			await yieldToEventLoop();
		}
		if (isOver) for (const entry of this.entries) entry.outcome ??= this.#earlier(entry);
		else for (const { job, mailbox } of ready) this.#sender.send(job, mailbox);
	}

	/** Sends each message as soon as it is checked, while the next ones are. */
	async sendAtOnce(requests: Iterable<MailRequest>): Promise<void> {
		for (const request of requests) {
			await this.#prepare(this.#enter(request), request, ({ job, mailbox }) => {
				this.#sender.send(job, mailbox);
			});
			// Messages that are being sent wait for the network, and must not wait for all others too.
			await setImmediate();
		}
	}

	/** Resolves when all messages that were given to be sent have their outcome. */
	async whenDone(): Promise<void> {
		await this.#sender.whenDone();
	}

	#enter({ itemIndex, part }: MailRequest): Entry {
		const entry: Entry = {
			index: this.entries.length,
			ledgerKey: part === undefined ? String(itemIndex) : `${String(itemIndex)}:${part}`,
			outcome: undefined,
			transportInfo: UNKNOWN_TRANSPORT,
		};
		this.entries.push(entry);
		return entry;
	}

	/** Hands the message on where it may go out; otherwise it has its outcome. */
	async #prepare(
		entry: Entry,
		request: MailRequest,
		hand: (mail: ReadyMail) => void,
	): Promise<void> {
		const prepared =
			this.#signal?.aborted === true ? fail(stopped()) : await this.#makeReady(entry, request);
		if (prepared.ok) hand(prepared.value);
		// What was accepted in an earlier try is accepted, also if its parameters are wrong now.
		else entry.outcome = this.#earlier(entry) ?? unprepared(prepared.failure);
	}

	async #makeReady(entry: Entry, request: MailRequest): Promise<Result<ReadyMail, Failure>> {
		const { index, ledgerKey } = entry;
		const { itemIndex } = request;
		const { transportInfo, account: read, isConnected } = await this.#credentials.read(itemIndex);
		entry.transportInfo = transportInfo;
		const { provider } = transportInfo;
		const context = { stage: 'parameters', provider } as const;
		if (!read.ok) return fail(describeFailure(read.failure, context));
		const account = read.value;
		if (!isConnected) return fail(describeFailure(NOT_CONNECTED, { stage: 'token', provider }));
		let draft: MailDraft;
		try {
			draft = await request.draft(account);
		} catch (error: unknown) {
			return fail(describeError(error, context));
		}
		const recordedMessageId = this.#ledger.read(ledgerKey)?.messageId;
		const prepared = await prepareMail(this.functions, draft, {
			itemIndex,
			account,
			recordedMessageId,
		});
		if (!prepared.ok) return prepared;
		return succeed({
			job: { ...draft.delivery, index, ledgerKey, provider, message: prepared.value },
			mailbox: this.#mailboxes.of(account, itemIndex),
		});
	}

	#earlier({ ledgerKey }: Entry): SendOutcome | undefined {
		return skippedByLedger(this.#ledger.read(ledgerKey));
	}
}

/** Why a message was not tried where that is not known. */
export function stopped(): Failure {
	return describeFailure(STOPPED, { stage: 'parameters', provider: 'custom' });
}

/** How messages are sent; in the stop mode both are the case by default, in the others neither. */
export interface DeliverOptions {
	/** Whether all messages are checked before the first goes out. */
	readonly checkFirst?: boolean;
	/** Whether a message that fails keeps those from going out that have not begun. */
	readonly stopOnFailure?: boolean;
}

/** Checks and sends the messages that an operation wants out. Never throws. */
export async function deliverMails(
	functions: IExecuteFunctions,
	requests: Iterable<MailRequest>,
	options: DeliverOptions = {},
): Promise<MailResults> {
	const isStopMode = failureMode(functions) === 'stop';
	const { checkFirst = isStopMode, stopOnFailure = isStopMode } = options;
	let run: MailRun | undefined;
	const broken = await failureOfTask(async () => {
		run = new MailRun(functions, stopOnFailure);
		await (checkFirst ? run.sendChecked(requests) : run.sendAtOnce(requests));
	});
	// What is under way comes to its end in any case.
	const brokenAtEnd = await failureOfTask(async () => await run?.whenDone());
	return { results: run?.entries ?? [], reason: broken ?? brokenAtEnd };
}

/** What a task fails with, where it does. */
async function failureOfTask(task: () => Promise<void>): Promise<Failure | undefined> {
	try {
		await task();
		return undefined;
	} catch (error: unknown) {
		return classifyFailure(error, { stage: 'parameters', provider: 'custom' });
	}
}
