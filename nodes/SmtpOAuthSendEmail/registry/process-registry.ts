import type { Lane } from './lane';

/**
 * All state that outlives one execution, in one place. It holds plain data, promises and
 * connections that anybody can close, because two versions of this package may share it: n8n loads
 * an updated package without a restart, and limits must hold across that.
 */
export interface ProcessRegistry {
	/** Token refreshes under way, by credential and refused token. */
	readonly refreshes: Map<string, Promise<unknown>>;
	/** Connections and limits, by mailbox. */
	readonly lanes: Map<string, Lane>;
	/** The last use of n8n's store of idempotency keys under way, by workflow and node. */
	readonly claims: Map<string, Promise<unknown>>;
	/** Settles when it is known whether the message under a key went out, by workflow, node and key. */
	readonly pendingKeys: Map<string, Promise<void>>;
}

const REGISTRY = Symbol.for('n8n-nodes-smtp-oauth/process-registry/v1');

/** What version 0.1.0 had of it; its mailboxes had no lanes. */
type FirstRegistry = Omit<ProcessRegistry, 'lanes'>;

function isFirstRegistry(value: unknown): value is FirstRegistry {
	return typeof value === 'object' && value !== null && 'pendingKeys' in value;
}

function isProcessRegistry(value: unknown): value is ProcessRegistry {
	return isFirstRegistry(value) && 'lanes' in value;
}

/** The registry of this process, made at first use. */
export function processRegistry(): ProcessRegistry {
	const existing: unknown = Reflect.get(globalThis, REGISTRY);
	if (isProcessRegistry(existing)) return existing;
	const created: ProcessRegistry = {
		refreshes: new Map(),
		claims: new Map(),
		pendingKeys: new Map(),
		// The very maps of a version still in use, and all else that it looks for.
		...(isFirstRegistry(existing) ? existing : {}),
		lanes: new Map(),
	};
	Reflect.set(globalThis, REGISTRY, created);
	return created;
}
