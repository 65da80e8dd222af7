import type { PreparedMessage } from '../message/prepared-message';
import type { Handover, SendOutcome } from '../status/outcome';
import type { DeliveryReport, Rejection } from '../status/delivery-report';
import { Transcript } from '../status/transcript';
import type { LedgerEntry } from './ledger';

/** What is known to be over: a recipient refused by 5yz is not tried again. */
function isPermanent(rejection: Rejection): boolean {
	return rejection.replyCode >= 500;
}

/** A refusal of a recipient that may pass with time, if there is one. */
export function findDeferral(rejected: readonly Rejection[]): Rejection | undefined {
	return rejected.find((rejection) => !isPermanent(rejection));
}

/** What has become of one item's recipients, in this try and those before it. */
export class ItemProgress {
	attempts = 0;
	/** Listens to the attempts, where that is wanted. */
	readonly transcript: Transcript | undefined;
	/** Whether this try had recipients accepted. */
	hasNewAcceptance = false;
	readonly #accepted: Set<string>;
	readonly #rejected: Map<string, Rejection>;
	readonly #startedAtMs: number;
	#sentAtMs: number | undefined;
	#serverMessageId: string | undefined;
	#response: string | undefined;
	#tlsVerified: boolean | undefined;

	/**
	 * @param recorded what the ledger has of the item
	 * @param uptimeMs a clock for durations
	 * @param debug whether a transcript is wanted
	 */
	constructor(
		private readonly message: PreparedMessage,
		recorded: LedgerEntry | undefined,
		private readonly uptimeMs: () => number,
		debug = false,
	) {
		this.transcript = debug ? new Transcript(uptimeMs) : undefined;
		this.#startedAtMs = uptimeMs();
		this.#accepted = new Set(recorded?.accepted);
		// A message that was not accepted is tried again whole, also for recipients that were refused.
		const refusedEarlier = recorded?.status === undefined ? [] : recorded.rejected;
		this.#rejected = new Map(refusedEarlier.map((rejection) => [rejection.address, rejection]));
		this.#sentAtMs = recorded?.sentAtMs;
		this.#serverMessageId = recorded?.serverMessageId;
		this.#response = recorded?.response;
	}

	/** The recipients that were neither accepted nor refused for good. */
	open(): readonly string[] {
		return this.message.envelope.to.filter((address) => {
			const rejection = this.#rejected.get(address);
			return !this.#accepted.has(address) && (rejection === undefined || !isPermanent(rejection));
		});
	}

	/** Whether recipients are left of whom no server has said anything by name. */
	hasUnansweredRecipients(): boolean {
		return this.open().some((address) => !this.#rejected.has(address));
	}

	/** Whether recipients were refused whom the ledger does not know: an edited workflow names them. */
	hasNewRefusal(recorded: LedgerEntry | undefined): boolean {
		const known = new Set(recorded?.rejected.map(({ address }) => address));
		return [...this.#rejected.keys()].some((address) => !known.has(address));
	}

	isComplete(): boolean {
		return this.message.envelope.to.every((address) => this.#accepted.has(address));
	}

	/** @param nowMs Unix ms */
	add(report: DeliveryReport, nowMs: number): void {
		this.#response = report.response ?? this.#response;
		this.#tlsVerified = report.tlsVerified ?? this.#tlsVerified;
		if (report.kind === 'refused') {
			// The whole message was refused: what was said of these recipients before no longer holds.
			for (const address of report.envelope.to) this.#rejected.delete(address);
		}
		for (const rejection of report.rejected) this.#rejected.set(rejection.address, rejection);
		if (report.kind !== 'accepted') return;
		for (const address of report.accepted) this.#accepted.add(address);
		this.hasNewAcceptance = true;
		this.#sentAtMs ??= nowMs;
		this.#serverMessageId = report.serverMessageId ?? this.#serverMessageId;
	}

	handover(): Handover {
		const { envelope, messageId, sizeBytes, warnings = [] } = this.message;
		const transcript = this.transcript?.lines() ?? [];
		return {
			envelope,
			messageId,
			accepted: envelope.to.filter((address) => this.#accepted.has(address)),
			rejected: [...this.#rejected.values()].filter(({ address }) => !this.#accepted.has(address)),
			attempts: this.attempts,
			durationMs: Math.round(this.uptimeMs() - this.#startedAtMs),
			sizeBytes,
			sentAtMs: this.#sentAtMs,
			serverMessageId: this.#serverMessageId,
			response: this.#response,
			tlsVerified: this.#tlsVerified,
			warnings: warnings.length === 0 ? undefined : warnings,
			transcript: transcript.length === 0 ? undefined : transcript,
		};
	}

	/** What the ledger records, of all recipients, also of those that an edited workflow no longer names. */
	entry(status: LedgerEntry['status'], heldKey: string | undefined): LedgerEntry {
		const { envelope, messageId, sizeBytes, rejected, serverMessageId, sentAtMs, response } =
			this.handover();
		return {
			messageId: messageId ?? this.message.messageId,
			envelope,
			accepted: [...this.#accepted],
			rejected,
			sizeBytes,
			status,
			heldKey,
			serverMessageId,
			sentAtMs,
			response,
		};
	}
}

/** The outcome of an item that an earlier try of the execution had accepted, as recorded then. */
export function skippedByLedger(
	entry: LedgerEntry | undefined,
): Extract<SendOutcome, { readonly skippedBecause: 'retry' }> | undefined {
	if (entry?.status !== 'sent' && entry?.status !== 'partial') return undefined;
	const { status, messageId, accepted, rejected } = entry;
	const { sizeBytes, serverMessageId, sentAtMs, response } = entry;
	return {
		status: 'skipped',
		skippedBecause: 'retry',
		recordedStatus: status,
		messageId,
		envelope: entry.envelope ?? { from: '', to: accepted },
		accepted,
		rejected,
		attempts: 0,
		durationMs: 0,
		sizeBytes,
		serverMessageId,
		sentAtMs,
		response,
	};
}
