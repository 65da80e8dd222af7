import type { AlertMemory } from './alert-memory';
import type { MailboxState } from './mailbox-state';

/**
 * All state that outlives one execution, in one place. It holds plain data, promises and
 * connections that anybody can close, because two versions of this package may share it: n8n loads
 * an updated package without a restart, and limits must hold across that.
 */
export interface ProcessRegistry {
	/** Token refreshes under way, by credential and refused token. */
	readonly refreshes: Map<string, Promise<unknown>>;
	/** Connections and limits, by mailbox. */
	readonly mailboxStates: Map<string, MailboxState>;
	/** The last use of n8n's store of idempotency keys under way, by workflow and node. */
	readonly claims: Map<string, Promise<unknown>>;
	/** The last token that was fetched for a credential that is not connected by a person, by credential. */
	readonly fetchedTokens: Map<string, FetchedToken>;
	/** Token data of service accounts, which n8n has no place for, by credential and settings. */
	readonly serviceAccountTokens: Map<string, KeptTokenData>;
	/** Settles when it is known whether the message under a key went out, by workflow, node and key. */
	readonly pendingKeys: Map<string, Promise<void>>;
	/** What alerts have counted and mailed, by workflow. */
	readonly alertMemories: Map<string, AlertMemory>;
	/** When a question was answered, by its id: Unix ms. */
	readonly answeredQuestions: Map<string, number>;
}

/** What is remembered of a token that this process has fetched and n8n has saved. */
export interface FetchedToken {
	/** SHA-256 of the access token. */
	readonly digest: string;
	/** What it was fetched with: a digest of the credential's settings. */
	readonly settings: string;
	/** Unix ms; missing where the provider did not say. */
	readonly endsAtMs?: number;
}

/** Token data in the form in which n8n stores it. */
export interface KeptTokenData {
	readonly tokenData: Readonly<Record<string, unknown>>;
	/** Unix ms: when it is of no more use. */
	readonly endsAtMs: number;
}

const REGISTRY = Symbol.for('n8n-nodes-smtp-oauth/process-registry/v1');

const MAPS = [
	'refreshes',
	'mailboxStates',
	'claims',
	'fetchedTokens',
	'serviceAccountTokens',
	'pendingKeys',
	'alertMemories',
	'answeredQuestions',
] as const satisfies readonly (keyof ProcessRegistry)[];

function isProcessRegistry(value: unknown): value is ProcessRegistry {
	return typeof value === 'object' && value !== null && MAPS.every((name) => name in value);
}

/** What a version before this one has left in the process: some of the maps. */
function isEarlierRegistry(value: unknown): value is Partial<ProcessRegistry> {
	return typeof value === 'object' && value !== null;
}

/** The registry of this process, made at first use. */
export function processRegistry(): ProcessRegistry {
	const existing: unknown = Reflect.get(globalThis, REGISTRY);
	if (isProcessRegistry(existing)) return existing;
	const created: ProcessRegistry = {
		refreshes: new Map(),
		mailboxStates: new Map(),
		claims: new Map(),
		fetchedTokens: new Map(),
		serviceAccountTokens: new Map(),
		pendingKeys: new Map(),
		alertMemories: new Map(),
		answeredQuestions: new Map(),
		// The very maps of a version still in use, and all else that it looks for.
		...(isEarlierRegistry(existing) ? existing : {}),
	};
	Reflect.set(globalThis, REGISTRY, created);
	return created;
}
