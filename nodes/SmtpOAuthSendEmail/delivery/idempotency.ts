/** n8n's persistent de-duplication store, bound to this workflow and node. */
export interface ProcessedKeys {
	/** Records the key; resolves with whether it was new. */
	record(key: string): Promise<boolean>;
	remove(key: string): Promise<void>;
}

/**
 * Claims and releases idempotency keys one at a time, since n8n's store is an unlocked
 * read-modify-write of one row: two claims at once would both find the key new.
 */
export interface KeyClaims {
	/** Resolves with whether the key was free and is ours now. */
	claim(key: string): Promise<boolean>;
	/** Gives a key back after a sure failure. */
	release(key: string): Promise<void>;
}

/**
 * @param claims the registry's map of claims under way
 * @param scope identity of the workflow and node
 */
export function createKeyClaims(
	store: ProcessedKeys,
	claims: Map<string, Promise<unknown>>,
	scope: string,
): KeyClaims {
	const inTurn = async <T>(task: () => Promise<T>): Promise<T> => {
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
	return {
		claim: async (key) =>
			await inTurn(async () => {
				try {
					return await store.record(key);
				} catch {
					// The first two processes to use a store collide on creating its row: it is there now.
					return await store.record(key);
				}
			}),
		release: async (key) => {
			await inTurn(async () => {
				await store.remove(key);
			});
		},
	};
}
