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
 *   the sending. Pass `stopOnFailure: false` to send the others all the same. Both functions deal
 *   with Stop, the ledger, idempotency keys and the error modes. Only `finishItems` throws, and only
 *   in the stop mode.
 */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { AccountResult, MailAccount } from '../../auth/mail-account';
import { createKeyClaims } from '../../delivery/idempotency';
import { skippedByLedger } from '../../delivery/item-progress';
import { openLedger, type Ledger } from '../../delivery/ledger';
import { sendBatch } from '../../delivery/send-batch';
import { classifyFailure, describeFault } from '../../failure/classify';
import type { Failure } from '../../failure/model/failure';
import { NOT_CONNECTED, STOPPED } from '../../failure/model/known-faults';
import { processRegistry } from '../../registry/process-registry';
import type { TransportInfo } from '../../status/build-status-item';
import { unprepared, type SendOutcome } from '../../status/outcome';
import { accountReader } from '../host/credential-access';
import { failureMode } from '../host/failure-mode';
import { processedKeys } from '../host/processed-keys';
import { wait } from '../../timing/wait';
import { createEventLoopYield } from '../host/yield-to-event-loop';
import type { MailDraft } from './mail-draft';
import { createMailboxes, type Mailboxes } from './mailboxes';
import { describeError } from './parameter-failure';
import { prepareMail } from './prepare-mail';
import { readCredential } from './read-credential';

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
	readonly reason?: Failure;
}

/** Of a message whose credential could not be read. */
export const UNKNOWN_TRANSPORT: TransportInfo = { provider: 'custom', transport: 'smtp' };

/** A message on its way. */
interface Entry {
	readonly request: MailRequest;
	outcome: SendOutcome | undefined;
	transportInfo: TransportInfo;
}

/** The messages of one execution, from the request to the outcome. */
class MailRun {
	readonly entries: Entry[] = [];
	readonly #ledger: Ledger;
	readonly #mailboxes: Mailboxes;
	readonly #readAccount: (credential: unknown) => AccountResult;
	readonly #yieldToEventLoop = createEventLoopYield();

	constructor(
		private readonly functions: IExecuteFunctions,
		private readonly stopOnFailure: boolean,
	) {
		const runIndex = Number(functions.evaluateExpression('{{ $runIndex }}', 0));
		this.#ledger = openLedger(
			functions.getContext('node'),
			Number.isFinite(runIndex) ? runIndex : 0,
		);
		this.#mailboxes = createMailboxes(functions);
		this.#readAccount = accountReader(functions);
	}

	/** Prepares all messages. Tells whether they may go out. */
	async prepare(requests: Iterable<MailRequest>): Promise<boolean> {
		const signal = this.functions.getExecutionCancelSignal();
		let isOver = false;
		for (const request of requests) {
			const index = this.entries.length;
			const entry: Entry = { request, outcome: undefined, transportInfo: UNKNOWN_TRANSPORT };
			this.entries.push(entry);
			if (!isOver && signal?.aborted === true) {
				isOver = true;
				entry.outcome = unprepared(stopped());
			} else if (!isOver) {
				const failure = await this.#prepareOne(entry, index);
				if (failure !== undefined) entry.outcome = unprepared(failure);
				await this.#yieldToEventLoop();
			}
			// What was accepted in an earlier try is accepted, whatever has become of its parameters.
			if (entry.outcome !== undefined) entry.outcome = this.#earlier(entry) ?? entry.outcome;
			if (this.stopOnFailure && entry.outcome?.status === 'failed') isOver = true;
		}
		if (isOver) for (const entry of this.entries) entry.outcome ??= this.#earlier(entry);
		return !isOver;
	}

	async #prepareOne(entry: Entry, index: number): Promise<Failure | undefined> {
		const { request } = entry;
		const { itemIndex } = request;
		const credential = await readCredential(this.functions, itemIndex, this.#readAccount);
		const { provider } = credential;
		entry.transportInfo = { ...entry.transportInfo, provider };
		const describe = { stage: 'parameters', provider } as const;
		if (!credential.account.ok) return describeFault(credential.account.failure, describe);
		const account = credential.account.value;
		if (!credential.isConnected) {
			return describeFault(NOT_CONNECTED, { stage: 'token', provider });
		}
		entry.transportInfo = { provider, transport: account.deliverVia };
		let draft: MailDraft;
		try {
			draft = await request.draft(account);
		} catch (error: unknown) {
			return describeError(error, describe);
		}
		const ledgerKey = ledgerKeyOf(request);
		const recordedMessageId = this.#ledger.read(ledgerKey)?.messageId;
		const context = { itemIndex, account, recordedMessageId };
		const prepared = await prepareMail(this.functions, draft, context);
		if (!prepared.ok) return prepared.failure;
		const job = { ...draft.delivery, index, ledgerKey, provider, message: prepared.value };
		this.#mailboxes.add(job, account, itemIndex);
		return undefined;
	}

	#earlier({ request }: Entry): SendOutcome | undefined {
		return skippedByLedger(this.#ledger.read(ledgerKeyOf(request)));
	}

	/** Sends what was prepared. */
	async send(): Promise<void> {
		const { id: workflowId } = this.functions.getWorkflow();
		await sendBatch(this.#mailboxes.batches, {
			stopOnFailure: this.stopOnFailure,
			dependencies: {
				ledger: this.#ledger,
				claims: createKeyClaims(
					processedKeys(this.functions),
					processRegistry(),
					`${workflowId ?? ''}\n${this.functions.getNode().name}`,
				),
				wait,
				yieldToEventLoop: createEventLoopYield(),
				now: Date.now,
				uptimeMs: () => performance.now(),
				random: Math.random,
				signal: this.functions.getExecutionCancelSignal(),
			},
			onOutcome: (index, outcome) => {
				const entry = this.entries[index];
				if (entry !== undefined) entry.outcome = outcome;
			},
		});
	}
}

function ledgerKeyOf({ itemIndex, part }: MailRequest): string {
	return part === undefined ? String(itemIndex) : `${String(itemIndex)}:${part}`;
}

function stopped(): Failure {
	return describeFault(STOPPED, { stage: 'parameters', provider: 'custom' });
}

/**
 * Checks and sends the messages that an operation wants out. Never throws.
 *
 * @param stopOnFailure whether a message that fails keeps the others from going out; by default in
 * the stop mode
 */
export async function deliverMails(
	functions: IExecuteFunctions,
	requests: Iterable<MailRequest>,
	{ stopOnFailure = failureMode(functions) === 'stop' } = {},
): Promise<MailResults> {
	let results: readonly MailResult[] = [];
	try {
		const run = new MailRun(functions, stopOnFailure);
		results = run.entries;
		if (await run.prepare(requests)) await run.send();
		return { results };
	} catch (error: unknown) {
		const reason = classifyFailure(error, { stage: 'parameters', provider: 'custom' });
		return { results, reason };
	}
}
