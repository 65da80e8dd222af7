import type { Handover, SendOutcome } from './outcome';

/** How the message went out; part of every status item. */
export interface TransportInfo {
	readonly provider: string;
	readonly transport: string;
}

/**
 * Puts an outcome into the form of docs/status-item.md. What is not known is `undefined`, which JSON
 * leaves out.
 */
export function buildStatusItem(outcome: SendOutcome, { provider, transport }: TransportInfo) {
	const {
		status,
		sentAtMs,
		transcript,
		...known
	}: Partial<Handover> & Pick<SendOutcome, 'status'> = outcome;
	const sentAt = sentAtMs === undefined ? undefined : new Date(sentAtMs).toISOString();
	// What happened comes first: that is what the editor's panel shows without scrolling.
	return { status, ...known, sentAt, provider, transport, transcript };
}
