import type { ProcessRegistry } from '../registry/process-registry';

/** n8n's persistent de-duplication store, bound to this workflow and node. */
export interface ProcessedKeys {
	/** Records the key; resolves with whether it was new. */
	record(key: string): Promise<boolean>;
	remove(key: string): Promise<void>;
}

/** A key that is ours until the message under it has gone out or surely has not. */
export interface KeyClaim {
	/** Keeps the key: the message was accepted, or nobody knows. */
	keep(): void;
	/**
	 * Gives the key back after a sure failure.
	 *
	 * @throws the store's error
	 */
	release(): Promise<void>;
}

/**
 * Claims idempotency keys. Uses of n8n's store are made one at a time, since it is an unlocked
 * read-modify-write of one row: two at once would both find the key new.
 */
export interface KeyClaims {
	/** Whether a claim of the key in this process has an open outcome. */
	isPending(key: string): boolean;
	/** Waits while a claim of the key in this process has an open outcome, or until `signal` aborts. */
	whenSettled(key: string, signal: AbortSignal | undefined): Promise<void>;
	/**
	 * Claims the key. `isHeld`: an earlier try of the same item has recorded it already. Resolves
	 * with `taken` when the message under it has gone out, with `pending` when that is not known yet.
	 *
	 * @throws the store's error; whether the key was recorded is not known then
	 */
	claim(key: string, isHeld: boolean): Promise<KeyClaim | 'taken' | 'pending'>;
}

/** Two processes that use a store for the first time collide on creating its row. */
function isFirstRowConflict(error: unknown): boolean {
	return error instanceof Error && /unique|duplicate/i.test(error.message);
}

async function waitFor(pending: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
	let stop: () => void = () => undefined;
	const stopped = new Promise<void>((resolve) => {
		stop = resolve;
		signal?.addEventListener('abort', stop, { once: true });
	});
	await Promise.race([pending, stopped]);
	signal?.removeEventListener('abort', stop);
}

/** @param scope identity of the workflow and node */
export function createKeyClaims(
	store: ProcessedKeys,
	{ claims, pendingKeys }: Pick<ProcessRegistry, 'claims' | 'pendingKeys'>,
	scope: string,
): KeyClaims {
	const withPermit = async <T>(task: () => Promise<T>): Promise<T> => {
		const before = claims.get(scope) ?? Promise.resolve();
		const mine = before.then(task);
		const settled = mine.then(
			() => undefined,
			() => undefined,
		);
		claims.set(scope, settled);
		try {
			return await mine;
		} finally {
			if (claims.get(scope) === settled) claims.delete(scope);
		}
	};
	const record = async (key: string): Promise<boolean> => {
		const recording = store.record(key);
		const isConflict = await recording.then(() => false, isFirstRowConflict);
		return await (isConflict ? store.record(key) : recording);
	};
	const idOf = (key: string): string => `${scope}\n${key}`;
	return {
		isPending(key) {
			return pendingKeys.has(idOf(key));
		},
		async whenSettled(key, signal) {
			const id = idOf(key);
			for (
				let pending = pendingKeys.get(id);
				pending !== undefined && signal?.aborted !== true;
				pending = pendingKeys.get(id)
			) {
				await waitFor(pending, signal);
			}
		},
		async claim(key, isHeld) {
			const id = idOf(key);
			if (pendingKeys.has(id)) return 'pending';
			let reconcile: () => void = () => undefined;
			const pending = new Promise<void>((resolve) => {
				reconcile = () => {
					// Whoever has claimed the key since has an open outcome of its own.
					if (pendingKeys.get(id) === pending) pendingKeys.delete(id);
					resolve();
				};
			});
			pendingKeys.set(id, pending);
			let isOurs = false;
			try {
				isOurs = isHeld || (await withPermit(() => record(key)));
			} finally {
				if (!isOurs) reconcile();
			}
			if (!isOurs) return 'taken';
			return {
				keep: reconcile,
				async release() {
					try {
						await withPermit(() => store.remove(key)).catch(() =>
							withPermit(() => store.remove(key)),
						);
					} finally {
						reconcile();
					}
				},
			};
		},
	};
}
