import type { Tally } from './tally';

/** How serious a problem is. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** The conversation that mails of one problem and day belong to. */
export interface AlertThread {
	/** The day in the workflow's time zone, as `2026-11-28`. */
	readonly day: string;
	/** Message-ID of its first mail. */
	readonly messageId: string;
	/** Subject of its first mail. */
	readonly subject: string;
}

/** The last alert of a problem. */
export interface LastMail {
	/** Unix ms: when a server accepted it. */
	readonly atMs: number;
	readonly thread: AlertThread;
	/** What it went out by. */
	readonly provider: string;
	readonly transport: string;
}

/** What is remembered of a problem. Texts are short and free of secrets. */
export interface Problem {
	readonly fingerprint: string;
	/** The alert node that saw it: an ID of `AlertState.nodes`. */
	readonly alertNode: string;
	readonly title: string;
	/** The workflow that fails. */
	readonly workflow: string;
	/** The node that fails; empty where that is not known. */
	readonly node: string;
	readonly severity: Severity;
	/** Unix ms. */
	readonly firstSeenAtMs: number;
	/** Unix ms. */
	readonly lastSeenAtMs: number;
	readonly lastMessage: string;
	/** The execution that failed last; empty where it has no address. */
	readonly lastUrl: string;
	/** `undefined` = there was none. */
	readonly mail: LastMail | undefined;
	/** Unix ms: when a digest listed it as quiet again. It counts as forgotten unless seen since. */
	readonly quietAtMs: number | undefined;
	readonly tally: Tally;
}

/** What is remembered of an alert node. */
export interface AlertNode {
	readonly name: string;
	/** Unix ms of the mails accepted in the last hour, oldest first. */
	readonly mailedAtMs: readonly number[];
	/** Occurrences that `maxPerHour` has held back. */
	readonly capped: Tally;
}

/**
 * All that is remembered of the alerts of one workflow: plain JSON, shared between versions of this
 * package, and between processes by n8n's workflow static data.
 */
export interface AlertState {
	version: 1;
	/** Who wrote this copy, and how often it had written before. */
	writer: string;
	revision: number;
	/** By `problemKey`. */
	problems: Record<string, Problem>;
	/** By `nodeKey`. */
	nodes: Record<string, AlertNode>;
	/** Occurrences of problems that were forgotten because there were too many. */
	forgotten: Tally;
}

/** A state in which nothing has happened. */
export function emptyState(writer: string): AlertState {
	return { version: 1, writer, revision: 0, problems: {}, nodes: {}, forgotten: {} };
}

/** The key of an alert node; the prefix keeps odd IDs from being names that JavaScript knows. */
export function nodeKey(nodeId: string): string {
	return `node:${nodeId}`;
}

/** The key of a problem: each alert node mails by itself. */
export function problemKey(alertNode: string, fingerprint: string): string {
	return `${alertNode} ${fingerprint}`;
}
