import { describe, expect, it } from 'vitest';
import {
	createKeyClaims,
	type KeyClaim,
	type KeyClaims,
	type ProcessedKeys,
} from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import type { ProcessRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';

const permit = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** n8n's store: reads, lets others in, writes. */
function unlockedStore(): ProcessedKeys & { readonly keys: Set<string> } {
	const keys = new Set<string>();
	return {
		keys,
		async record(key) {
			const isNew = !keys.has(key);
			await permit();
			keys.add(key);
			return isNew;
		},
		async remove(key) {
			await permit();
			keys.delete(key);
		},
	};
}

const registry = (): Pick<ProcessRegistry, 'claims' | 'pendingKeys'> => ({
	claims: new Map(),
	pendingKeys: new Map(),
});

/** Claims as soon as nothing is open under the key any more: the claim, or what stood in the way. */
async function claim(
	claims: KeyClaims,
	key: string,
	signal?: AbortSignal,
): Promise<KeyClaim | 'taken' | 'pending'> {
	for (;;) {
		await claims.whenSettled(key, signal);
		const result = await claims.claim(key, false);
		if (result !== 'pending' || signal?.aborted === true) return result;
	}
}

function held(result: KeyClaim | 'taken' | 'pending'): KeyClaim {
	if (typeof result === 'string') throw new Error(result);
	return result;
}

describe('a claim', () => {
	it('is not ended by whoever held the key before', async () => {
		const claims = createKeyClaims(unlockedStore(), registry(), 'scope');
		const first = held(await claims.claim('order-1', false));
		await first.release();
		held(await claims.claim('order-1', false));
		first.keep();
		expect(await claims.claim('order-1', false)).toBe('pending');
	});

	it('is given to one of many that come at once', async () => {
		const store = unlockedStore();
		const shared = registry();
		const results = await Promise.all(
			Array.from({ length: 10 }, async () => {
				const result = await claim(createKeyClaims(store, shared, 'workflow\nnode'), 'order-1');
				if (typeof result === 'object') result.keep();
				return result;
			}),
		);
		expect(results.filter((result) => result !== 'taken')).toHaveLength(1);
		expect([shared.claims.size, shared.pendingKeys.size]).toEqual([0, 0]);
	});

	it('is free again once it was released', async () => {
		const claims = createKeyClaims(unlockedStore(), registry(), 'scope');
		const first = held(await claim(claims, 'a'));
		first.keep();
		expect(await claim(claims, 'a')).toBe('taken');
		await first.release();
		held(await claim(claims, 'a')).keep();
		held(await claim(claims, 'b')).keep();
	});

	it('waits until it is known what became of the message under the key', async () => {
		const claims = createKeyClaims(unlockedStore(), registry(), 'scope');
		const first = held(await claim(claims, 'a'));
		const second = claim(claims, 'a');
		const isSettled = await Promise.race([second.then(() => true), permit().then(() => false)]);
		expect(isSettled).toBe(false);
		await first.release();
		expect(typeof (await second)).toBe('object');
	});

	it('ends waiting when the execution is stopped', async () => {
		const claims = createKeyClaims(unlockedStore(), registry(), 'scope');
		held(await claim(claims, 'a'));
		const stop = new AbortController();
		const second = claim(claims, 'a', stop.signal);
		stop.abort();
		expect(await second).toBe('pending');
	});

	it('does not ask the store for a key that the item holds already', async () => {
		const store = unlockedStore();
		store.keys.add('a');
		const claims = createKeyClaims(store, registry(), 'scope');
		expect(typeof (await claims.claim('a', true))).toBe('object');
	});

	it('survives the conflict over the store’s first row', async () => {
		const store = unlockedStore();
		let calls = 0;
		const claims = createKeyClaims(
			{
				...store,
				async record(key) {
					calls += 1;
					if (calls === 1) throw new Error('UNIQUE constraint failed');
					return await store.record(key);
				},
			},
			registry(),
			'scope',
		);
		expect(typeof (await claim(claims, 'a'))).toBe('object');
		expect(calls).toBe(2);
	});

	it('is not asked for twice when the store fails after it may have written', async () => {
		const store = unlockedStore();
		const claims = createKeyClaims(
			{
				...store,
				async record(key) {
					await store.record(key);
					throw new Error('connection lost');
				},
			},
			registry(),
			'scope',
		);
		await expect(claim(claims, 'a')).rejects.toThrow('connection lost');
	});

	it('fails with a store that is down, and keeps nobody else waiting', async () => {
		const shared = registry();
		const down = createKeyClaims(
			{
				record: async () => await Promise.reject(new Error('database is down')),
				remove: async () => undefined,
			},
			shared,
			'scope',
		);
		await expect(claim(down, 'a')).rejects.toThrow('database is down');
		held(await claim(createKeyClaims(unlockedStore(), shared, 'scope'), 'a')).keep();
		expect([shared.claims.size, shared.pendingKeys.size]).toEqual([0, 0]);
	});

	it('is released at the second try when the store fails once', async () => {
		const store = unlockedStore();
		let failures = 1;
		const claims = createKeyClaims(
			{
				...store,
				async remove(key) {
					if (failures-- > 0) throw new Error('busy');
					await store.remove(key);
				},
			},
			registry(),
			'scope',
		);
		await held(await claim(claims, 'a')).release();
		expect(store.keys.size).toBe(0);
	});

	it('of another node does not wait', async () => {
		const shared = registry();
		shared.claims.set('one', new Promise(() => undefined));
		expect(typeof (await claim(createKeyClaims(unlockedStore(), shared, 'two'), 'a'))).toBe(
			'object',
		);
	});
});
