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

function isProcessRegistry(value: unknown): value is ProcessRegistry {
	return typeof value === 'object' && value !== null && 'pendingKeys' in value;
}

/** The registry of this process, made at first use. */
export function processRegistry(): ProcessRegistry {
	const existing: unknown = Reflect.get(globalThis, REGISTRY);
	if (isProcessRegistry(existing)) return existing;
	const created: ProcessRegistry = {
		refreshes: new Map(),
		lanes: new Map(),
		claims: new Map(),
		pendingKeys: new Map(),
	};
	Reflect.set(globalThis, REGISTRY, created);
	return created;
}
