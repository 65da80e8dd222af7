import { describe, expect, it } from 'vitest';
import {
	createKeyClaims,
	type ProcessedKeys,
} from '../../nodes/SmtpOAuthSendEmail/delivery/idempotency.js';

const turn = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

/** n8n's store: reads, lets others in, writes. */
function unlockedStore(): ProcessedKeys & { readonly keys: Set<string> } {
	const keys = new Set<string>();
	return {
		keys,
		async record(key) {
			const isNew = !keys.has(key);
			await turn();
			keys.add(key);
			return isNew;
		},
		async remove(key) {
			await turn();
			keys.delete(key);
		},
	};
}

describe('a claim', () => {
	it('is given to one of many that come at once', async () => {
		const store = unlockedStore();
		const underWay = new Map<string, Promise<unknown>>();
		const claims = Array.from(
			{ length: 10 },
			async () => await createKeyClaims(store, underWay, 'workflow\nnode').claim('order-1'),
		);
		expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
		expect(underWay.size).toBe(0);
	});

	it('is free again once it was released', async () => {
		const claims = createKeyClaims(unlockedStore(), new Map(), 'scope');
		expect(await claims.claim('a')).toBe(true);
		expect(await claims.claim('a')).toBe(false);
		await claims.release('a');
		expect(await claims.claim('a')).toBe(true);
		expect(await claims.claim('b')).toBe(true);
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
			new Map(),
			'scope',
		);
		expect(await claims.claim('a')).toBe(true);
		expect(calls).toBe(2);
	});

	it('fails with a store that is down, and keeps nobody else waiting', async () => {
		const underWay = new Map<string, Promise<unknown>>();
		const down = createKeyClaims(
			{
				record: async () => await Promise.reject(new Error('database is down')),
				remove: async () => undefined,
			},
			underWay,
			'scope',
		);
		await expect(down.claim('a')).rejects.toThrow('database is down');
		expect(await createKeyClaims(unlockedStore(), underWay, 'scope').claim('a')).toBe(true);
		expect(underWay.size).toBe(0);
	});

	it('of another node does not wait', async () => {
		const underWay = new Map<string, Promise<unknown>>([['one', new Promise(() => undefined)]]);
		expect(await createKeyClaims(unlockedStore(), underWay, 'two').claim('a')).toBe(true);
	});
});
