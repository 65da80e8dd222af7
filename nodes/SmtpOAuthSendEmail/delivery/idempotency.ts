import type { ProcessRegistry } from '../registry/process-registry';
import { fail, succeed, type Result } from '../result/result';
import { withinTime } from '../timing/with-timeout';

/** How long to wait at most. */
interface WaitLimits {
	/** Ends the wait when it aborts. */
	readonly signal?: AbortSignal | undefined;
	/** `undefined` = as long as it takes. */
	readonly timeoutMs?: number | undefined;
}

/** n8n's persistent de-duplication store, bound to this workflow and node. */
export interface ProcessedKeys {
	/** Records the key; resolves with whether it was new. */
	record(key: string): Promise<boolean>;
	remove(key: string): Promise<void>;
}

/** A key that is ours until the message under it has gone out or surely has not. */
export interface KeyClaim {
	/** Keeps the key: the message was accepted, or that is not known. */
	keep(): void;
	/** Gives the key back after a sure failure; fails with the store's error. */
	release(): Promise<Result<void, unknown>>;
}

/** Two processes that use a store for the first time collide on creating its row. */
function isFirstRowConflict(error: unknown): boolean {
	return error instanceof Error && /unique|duplicate/i.test(error.message);
}

/** How long one use of the store keeps others from it: a call of n8n's may hang. */
const LONGEST_USE_MS = 10_000;

/** How long giving a key back may take. */
const RELEASE_TIMEOUT_MS = 30_000;

const TOO_LATE = fail('n8n did not answer in time.');

/**
 * Claims idempotency keys. Uses of n8n's store are made one at a time, since it is an unlocked
 * read-modify-write of one row: two at once would both find the key new.
 */
export class KeyClaims {
	/** @param scope identity of the workflow and node */
	constructor(
		private readonly store: ProcessedKeys,
		private readonly registry: Pick<ProcessRegistry, 'claims' | 'pendingKeys'>,
		private readonly scope: string,
	) {}

	/** Whether a claim of the key in this process has an open outcome. */
	isPending(key: string): boolean {
		return this.registry.pendingKeys.has(this.#idOf(key));
	}

	/** Waits while a claim of the key in this process has an open outcome, within the limits. */
	async whenSettled(key: string, { timeoutMs, signal }: WaitLimits): Promise<void> {
		const { pendingKeys } = this.registry;
		const id = this.#idOf(key);
		for (let pending = pendingKeys.get(id); pending !== undefined; pending = pendingKeys.get(id)) {
			if (typeof (await withinTime(pending, timeoutMs, signal)) === 'string') return;
		}
	}

	/**
	 * Claims the key: `taken` when the message under it has gone out, `pending` when that is not known
	 * yet. Fails with the store's error, or what it was waited for in vain; whether the key was
	 * recorded is not known then.
	 *
	 * @param isHeld whether an earlier try of the same message has recorded it already
	 */
	async claim(
		key: string,
		isHeld: boolean,
		limits: WaitLimits,
	): Promise<Result<KeyClaim | 'taken' | 'pending', unknown>> {
		if (this.isPending(key)) return succeed('pending');
		const reconcile = this.#openOutcome(this.#idOf(key));
		const recorded = isHeld ? succeed(true) : await this.#recordWithin(key, limits);
		if (recorded.ok && recorded.value) {
			return succeed({ keep: reconcile, release: async () => await this.#release(key, reconcile) });
		}
		reconcile();
		return recorded.ok ? succeed('taken') : recorded;
	}

	async #release(key: string, reconcile: () => void): Promise<Result<void, unknown>> {
		const limits = { timeoutMs: RELEASE_TIMEOUT_MS };
		const remove = async (): Promise<void> => {
			await this.store.remove(key);
		};
		const removed = await this.#useStore(remove, limits);
		const result = removed.ok ? removed : await this.#useStore(remove, limits);
		reconcile();
		return result;
	}

	/** Says that the outcome of the key's message is open, until the function returned is called. */
	#openOutcome(id: string): () => void {
		const { pendingKeys } = this.registry;
		let reconcile = (): void => undefined;
		const pending = new Promise<void>((resolve) => {
			reconcile = () => {
				// A later claim of the key has an open outcome of its own.
				if (pendingKeys.get(id) === pending) pendingKeys.delete(id);
				resolve();
			};
		});
		pendingKeys.set(id, pending);
		return reconcile;
	}

	async #recordWithin(key: string, limits: WaitLimits): Promise<Result<boolean, unknown>> {
		let isGivenUp = false;
		const task = async (): Promise<boolean> => {
			const isNew = await this.#record(key);
			// Nothing goes out under it any more: later executions must not skip it.
			if (isNew && isGivenUp) await this.store.remove(key);
			return isNew;
		};
		const recorded = await this.#useStore(task, limits);
		isGivenUp = !recorded.ok;
		return recorded;
	}

	async #record(key: string): Promise<boolean> {
		const recording = this.store.record(key);
		const isConflict = await recording.then(() => false, isFirstRowConflict);
		return await (isConflict ? this.store.record(key) : recording);
	}

	/** Uses the store when those before have done so, or have had their time. */
	async #useStore<T>(
		task: () => Promise<T>,
		{ timeoutMs, signal }: WaitLimits,
	): Promise<Result<T, unknown>> {
		const { claims } = this.registry;
		const before = claims.get(this.scope) ?? Promise.resolve();
		let isWanted = true;
		const use = before.then(async () => (isWanted ? await task().then(succeed, fail) : TOO_LATE));
		const free = before.then(async () => {
			await withinTime(use, LONGEST_USE_MS, undefined);
		});
		claims.set(this.scope, free);
		void free.then(() => {
			if (claims.get(this.scope) === free) claims.delete(this.scope);
		});
		const used = await withinTime(use, timeoutMs, signal);
		isWanted = false;
		return typeof used === 'string' ? TOO_LATE : used;
	}

	#idOf(key: string): string {
		return `${this.scope}\n${key}`;
	}
}
