/** How many connections a mailbox has open in this process, who waits for one, and when its last messages went out. */
export interface MailboxUsage {
	openConnections: number;
	/** Wakes the waiting executions, first come, first served. */
	readonly waiting: (() => void)[];
	/** When the messages of the last minute began, oldest first: ms of `performance.now()`, since the time of day may jump. */
	readonly startedAtMs: number[];
}

/**
 * All state that outlives one execution, in one place. It holds plain data and promises only,
 * because two versions of this package may share it: n8n loads an updated package without a
 * restart, and limits must hold across that.
 */
export interface ProcessRegistry {
	/** Token refreshes under way, by credential and refused token. */
	readonly refreshes: Map<string, Promise<unknown>>;
	/** Usage by mailbox. */
	readonly mailboxes: Map<string, MailboxUsage>;
	/** The last use of n8n's store of idempotency keys under way, by workflow and node. */
	readonly claims: Map<string, Promise<unknown>>;
	/** Settles when it is known whether the message under a key went out, by workflow, node and key. */
	readonly pendingKeys: Map<string, Promise<void>>;
}

const REGISTRY = Symbol.for('n8n-nodes-smtp-oauth/process-registry/v1');

function isProcessRegistry(value: unknown): value is ProcessRegistry {
	return typeof value === 'object' && value !== null && 'pendingKeys' in value;
}

/** The registry of this process, made at first use. */
export function processRegistry(): ProcessRegistry {
	const existing: unknown = Reflect.get(globalThis, REGISTRY);
	if (isProcessRegistry(existing)) return existing;
	const created: ProcessRegistry = {
		refreshes: new Map(),
		mailboxes: new Map(),
		claims: new Map(),
		pendingKeys: new Map(),
	};
	Reflect.set(globalThis, REGISTRY, created);
	return created;
}
