/** Which form an input item has. */
type ItemShape =
	/** Of an Error Trigger: an execution failed. */
	| 'execution'
	/** Of an Error Trigger: a trigger failed, and no execution began. */
	| 'trigger'
	/** Of the error output of a node. */
	| 'errorOutput'
	/** A status item of this node. */
	| 'statusItem'
	/** Anything else. */
	| 'plain';

/** The workflow that something happened in. */
export interface ReportedWorkflow {
	readonly id: string;
	readonly name: string;
}

/** The execution that failed, as far as the item says. */
export interface ReportedExecution {
	readonly id: string;
	/** Empty where n8n has not saved it. */
	readonly url: string;
	/** How it was started, e.g. `webhook`. */
	readonly mode: string;
	/** The ID of the execution that it repeats; empty where it repeats none. */
	readonly retryOf: string;
}

/**
 * What an item says of a failure. Texts are as n8n gave them, without HTML, and may hold secrets:
 * pass them through `redact` before they are shown. Empty texts are not known.
 */
export interface ErrorReport {
	readonly shape: ItemShape;
	readonly workflow: ReportedWorkflow;
	/** The name of the node that failed. */
	readonly node: string;
	/** E.g. `NodeApiError`. */
	readonly errorClass: string;
	/** What happened. Never empty. */
	readonly message: string;
	/** What n8n shows below the message, as HTML. */
	readonly description: string;
	readonly stack: string;
	/** An HTTP status, or the code of our own catalogue. */
	readonly code: string;
	/** Unix ms; `undefined` where the item does not say. */
	readonly occurredAtMs: number | undefined;
	readonly execution: ReportedExecution | undefined;
	/** Whether what failed is itself an alert or a digest of this node. */
	readonly isAboutAlert: boolean;
	/** Why an alert before this one was not sent; empty where there was none. */
	readonly earlierAlert: string;
}

/** What an error says of itself. */
export type ErrorFacts = Omit<ErrorReport, 'shape' | 'workflow' | 'execution' | 'earlierAlert'>;
