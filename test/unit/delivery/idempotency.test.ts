import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
	KeyClaims,
	type KeyClaim,
	type ProcessedKeys,
} from '../../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';
import type { ProcessRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';

const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** n8n's store: reads, lets others in, writes. */
function unlockedStore(): ProcessedKeys & { readonly keys: Set<string> } {
	const keys = new Set<string>();
	return {
		keys,
		async record(key) {
			const isNew = !keys.has(key);
			await settled();
			keys.add(key);
			return isNew;
		},
		async remove(key) {
			await settled();
			keys.delete(key);
		},
	};
}

const registry = (): Pick<ProcessRegistry, 'claims' | 'pendingKeys'> => ({
	claims: new Map(),
	pendingKeys: new Map(),
});

/** Claims the key; throws what the store failed with. */
async function claimOnce(
	claims: KeyClaims,
	key: string,
	isHeld = false,
): Promise<KeyClaim | 'taken' | 'pending'> {
	const result = await claims.claim(key, isHeld, {});
	if (!result.ok)
		throw result.failure instanceof Error ? result.failure : new Error(String(result.failure));
	return result.value;
}

/** Claims as soon as nothing is open under the key any more: the claim, or what stood in the way. */
async function claim(
	claims: KeyClaims,
	key: string,
	signal?: AbortSignal,
): Promise<KeyClaim | 'taken' | 'pending'> {
	for (;;) {
		await claims.whenSettled(key, { signal });
		const result = await claimOnce(claims, key);
		if (result !== 'pending' || signal?.aborted === true) return result;
	}
}

function held(result: KeyClaim | 'taken' | 'pending'): KeyClaim {
	if (typeof result === 'string') throw new Error(result);
	return result;
}

describe('a claim', () => {
	it('is not ended by an earlier claim of the key', async () => {
		const claims = new KeyClaims(unlockedStore(), registry(), 'scope');
		const first = held(await claimOnce(claims, 'order-1'));
		await first.release();
		held(await claimOnce(claims, 'order-1'));
		first.keep();
		expect(await claimOnce(claims, 'order-1')).toBe('pending');
	});

	it('is given to one of many that come at once', async () => {
		const store = unlockedStore();
		const shared = registry();
		const results = await Promise.all(
			Array.from({ length: 10 }, async () => {
				const result = await claim(new KeyClaims(store, shared, 'workflow\nnode'), 'order-1');
				if (typeof result === 'object') result.keep();
				return result;
			}),
		);
		expect(results.filter((result) => result !== 'taken')).toHaveLength(1);
		expect([shared.claims.size, shared.pendingKeys.size]).toEqual([0, 0]);
	});

	it('is free again once it was released', async () => {
		const claims = new KeyClaims(unlockedStore(), registry(), 'scope');
		const first = held(await claim(claims, 'a'));
		first.keep();
		expect(await claim(claims, 'a')).toBe('taken');
		await first.release();
		held(await claim(claims, 'a')).keep();
		held(await claim(claims, 'b')).keep();
	});

	it('waits until it is known what became of the message under the key', async () => {
		const claims = new KeyClaims(unlockedStore(), registry(), 'scope');
		const first = held(await claim(claims, 'a'));
		const second = claim(claims, 'a');
		const isSettled = await Promise.race([second.then(() => true), settled().then(() => false)]);
		expect(isSettled).toBe(false);
		await first.release();
		expect(typeof (await second)).toBe('object');
	});

	it('ends waiting when the execution is stopped', async () => {
		const claims = new KeyClaims(unlockedStore(), registry(), 'scope');
		held(await claim(claims, 'a'));
		const stop = new AbortController();
		const second = claim(claims, 'a', stop.signal);
		stop.abort();
		expect(await second).toBe('pending');
	});

	it('does not ask the store for a key that the item holds already', async () => {
		const store = unlockedStore();
		store.keys.add('a');
		const claims = new KeyClaims(store, registry(), 'scope');
		expect(typeof (await claimOnce(claims, 'a', true))).toBe('object');
	});

	it('survives the conflict over the store’s first row', async () => {
		const store = unlockedStore();
		let calls = 0;
		const claims = new KeyClaims(
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
		const claims = new KeyClaims(
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

	it('fails with a store that is down, and keeps no other claim waiting', async () => {
		const shared = registry();
		const down = new KeyClaims(
			{
				record: async () => await Promise.reject(new Error('database is down')),
				remove: async () => undefined,
			},
			shared,
			'scope',
		);
		await expect(claim(down, 'a')).rejects.toThrow('database is down');
		held(await claim(new KeyClaims(unlockedStore(), shared, 'scope'), 'a')).keep();
		expect([shared.claims.size, shared.pendingKeys.size]).toEqual([0, 0]);
	});

	it('is released at the second try when the store fails once', async () => {
		const store = unlockedStore();
		let failures = 1;
		const claims = new KeyClaims(
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
		expect(typeof (await claim(new KeyClaims(unlockedStore(), shared, 'two'), 'a'))).toBe('object');
	});

	it('gives up a store that never answers, and lets others use it', async () => {
		const store = unlockedStore();
		const shared = registry();
		let asked = 0;
		const hanging = new KeyClaims(
			{
				...store,
				record: async () => {
					asked += 1;
					return await new Promise(() => undefined);
				},
			},
			shared,
			'scope',
		);
		const stop = new AbortController();
		const stuck = hanging.claim('a', false, { signal: stop.signal });
		const behind = hanging.claim('b', false, { timeoutMs: 20 });
		expect(await behind).toEqual({ ok: false, failure: 'n8n did not answer in time.' });
		stop.abort();
		expect(await stuck).toMatchObject({ ok: false });
		// The second one was given up before it had begun.
		expect(asked).toBe(1);
		expect(shared.pendingKeys.size).toBe(0);
	});

	it('is free for others after ten seconds of a store that never answers', async () => {
		vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const store = unlockedStore();
		const shared = registry();
		const hanging = new KeyClaims(
			{ ...store, record: async () => await new Promise(() => undefined) },
			shared,
			'scope',
		);
		void hanging.claim('a', false, {});
		const other = new KeyClaims(store, shared, 'scope').claim('b', false, { timeoutMs: 20_000 });
		await vi.advanceTimersByTimeAsync(10_000);
		expect(await other).toMatchObject({ ok: true, value: { keep: expect.any(Function) } });
	});

	it('that was given up is taken back when the store records it after all', async () => {
		const store = unlockedStore();
		let answer = (): void => undefined;
		const late = new Promise<void>((resolve) => {
			answer = resolve;
		});
		const slow = new KeyClaims(
			{
				...store,
				record: async (key) => {
					await late;
					return await store.record(key);
				},
			},
			registry(),
			'scope',
		);
		expect(await slow.claim('a', false, { timeoutMs: 5 })).toMatchObject({ ok: false });
		answer();
		await expect.poll(() => store.keys.has('a')).toBe(false);
		expect(await new KeyClaims(store, registry(), 'scope').claim('a', false, {})).toMatchObject({
			ok: true,
			value: { keep: expect.any(Function) },
		});
	});
});
