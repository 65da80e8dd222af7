import type { Envelope } from '../message/fields/envelope';
import type { Rejection } from '../status/status-item';

/**
 * What is recorded of one item for the tries that may follow. Without `status` nothing of it was
 * ever accepted; the Message-ID stays the same all the same.
 */
export interface LedgerEntry {
	readonly messageId: string;
	readonly status?: 'sent' | 'partial' | 'unknown';
	/** What MAIL FROM and RCPT TO carried when something of it was accepted. */
	readonly envelope?: Envelope;
	readonly sizeBytes?: number;
	/** The idempotency key that this item has claimed and not given back: its own claim must not stop its retry. */
	readonly heldKey?: string;
	/** The idempotency key that n8n's store failed to record: it may stand there all the same. */
	readonly doubtfulKey?: string;
	readonly accepted: readonly string[];
	readonly rejected: readonly Rejection[];
	readonly serverMessageId?: string;
	readonly response?: string;
	readonly sentAtMs?: number;
}

/** Records acceptance at once, so that no later try of the execution sends the same twice. */
export interface Ledger {
	read(key: string): LedgerEntry | undefined;
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

/**
 * The ledger in n8n's node context, which outlives Retry On Fail and the retry of a failed
 * execution. Keyed by run and message (`SendJob.ledgerKey`), so that a loop that sends the same again is no retry.
 *
 * @param context n8n's `getContext('node')`; written to
 * @param runIndex n8n's `$runIndex`, the same in both kinds of retry
 */
export function openLedger(context: Record<string, unknown>, runIndex: number): Ledger {
	const existing = context[CONTEXT_KEY];
	const entries = isRecord(existing) ? existing : {};
	context[CONTEXT_KEY] = entries;
	const inRun = (key: string): string => `${String(runIndex)}:${key}`;
	return {
		read(key) {
			const entry = entries[inRun(key)];
			return isEntry(entry) ? entry : undefined;
		},
		write(key, entry) {
			entries[inRun(key)] = entry;
		},
	};
}
