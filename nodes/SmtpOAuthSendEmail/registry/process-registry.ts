import type { AlertMemory } from './alert-memory';
import type { MailboxState } from './mailbox-state';

/** What is remembered of a token that this process has fetched and n8n has saved. */
interface FetchedToken {
	/** SHA-256 of the access token. */
	readonly digest: string;
	/** What it was fetched with: a digest of the credential's settings. */
	readonly settings: string;
	/** Unix ms; missing where the provider did not say. */
	readonly endsAtMs?: number | undefined;
}

/** Token data in the form in which n8n stores it. */
interface KeptTokenData {
	readonly tokenData: Readonly<Record<string, unknown>>;
	/** Unix ms: when it is of no more use. */
	readonly endsAtMs: number;
}

function emptyRegistry() {
	return {
		/** Token refreshes under way, by credential and refused token. */
		refreshes: new Map<string, Promise<unknown>>(),
		/** Connections and limits, by mailbox. */
		mailboxStates: new Map<string, MailboxState>(),
		/** The last use of n8n's store of idempotency keys under way, by workflow and node. */
		claims: new Map<string, Promise<unknown>>(),
		/** The last token that was fetched for an application or a service account, by credential. */
		fetchedTokens: new Map<string, FetchedToken>(),
		/** Token data of service accounts, which n8n has no place for, by credential and settings. */
		serviceAccountTokens: new Map<string, KeptTokenData>(),
		/** Resolves when it is known whether the message under a key went out, by workflow, node and key. */
		pendingKeys: new Map<string, Promise<void>>(),
		/** What alerts have counted and mailed, by workflow. */
		alertMemories: new Map<string, AlertMemory>(),
		/** When a question was answered, by its id: Unix ms. */
		answeredQuestions: new Map<string, number>(),
	};
}

/**
 * All state that outlives one execution, in one place. It holds plain data, promises and connections
 * that every version can close, because two versions of this package may share it: n8n loads an
 * updated package without a restart, and limits must hold across that.
 */
export type ProcessRegistry = Readonly<ReturnType<typeof emptyRegistry>>;

const REGISTRY = Symbol.for('n8n-nodes-smtp-oauth/process-registry/v1');

const MAPS = Object.keys(emptyRegistry());

function isProcessRegistry(value: unknown): value is ProcessRegistry {
	return typeof value === 'object' && value !== null && MAPS.every((name) => name in value);
}

/** The registry of this process, made at first use. */
export function processRegistry(): ProcessRegistry {
	const existing: unknown = Reflect.get(globalThis, REGISTRY);
	if (isProcessRegistry(existing)) return existing;
	// The very maps of an earlier version still in use, and all else that it looks for.
	const earlier = typeof existing === 'object' ? existing : {};
	const created = { ...emptyRegistry(), ...earlier };
	Reflect.set(globalThis, REGISTRY, created);
	return created;
}
