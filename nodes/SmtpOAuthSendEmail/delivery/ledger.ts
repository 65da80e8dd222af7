import type { Envelope } from '../message/fields/envelope';
import type { Handover } from '../status/outcome';

/**
 * What is recorded of one item for the tries that may follow. Without `status` nothing of it was
 * ever accepted; the Message-ID stays the same all the same.
 */
export interface LedgerEntry extends Pick<
	Handover,
	'accepted' | 'rejected' | 'sizeBytes' | 'serverMessageId' | 'response' | 'sentAtMs'
> {
	readonly messageId: string;
	readonly status?: 'sent' | 'partial' | 'unknown' | undefined;
	/** What MAIL FROM and RCPT TO carried when something of it was accepted. */
	readonly envelope?: Envelope | undefined;
	/** The idempotency key that this item has claimed and not given back: its own claim must not stop its retry. */
	readonly heldKey?: string | undefined;
	/** The idempotency key that n8n's store failed to record: it may stand there all the same. */
	readonly doubtfulKey?: string | undefined;
}

/** Records acceptance at once, so that no later try of the execution sends the same twice. */
export interface Ledger {
	read(key: string): LedgerEntry | undefined;
	/** Never throws: what n8n does not let in stands at least in the memory of this process. */
	write(key: string, entry: LedgerEntry): void;
}

const CONTEXT_KEY = 'smtpOAuthLedger';

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is LedgerEntry {
	return (
		isRecord(value) &&
		typeof value['messageId'] === 'string' &&
		Array.isArray(value['accepted']) &&
		Array.isArray(value['rejected'])
	);
}

/** What was to be written into each context, for as long as n8n holds on to the context. */
const remembered = new WeakMap<object, Map<string, LedgerEntry>>();

/**
 * The ledger in n8n's node context, which outlives Retry On Fail and the retry of a failed
 * execution. Keyed by run and message (`SendJob.ledgerKey`), so that a loop that sends the same again
 * is no retry.
 *
 * @param context n8n's `getContext('node')`; written to
 * @param runIndex n8n's `$runIndex`, the same in both kinds of retry
 */
export function openLedger(context: Record<string, unknown>, runIndex: number): Ledger {
	const memory = remembered.get(context) ?? new Map<string, LedgerEntry>();
	remembered.set(context, memory);
	const existing = context[CONTEXT_KEY];
	const entries = isRecord(existing) ? existing : {};
	context[CONTEXT_KEY] = entries;
	const inRun = (key: string): string => `${String(runIndex)}:${key}`;
	return {
		read(key) {
			const entry = memory.get(inRun(key)) ?? entries[inRun(key)];
			return isEntry(entry) ? entry : undefined;
		},
		write(key, entry) {
			memory.set(inRun(key), entry);
			// Assigning would throw.
			Reflect.set(entries, inRun(key), entry);
		},
	};
}
