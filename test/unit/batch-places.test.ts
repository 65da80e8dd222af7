import { describe, expect, it } from 'vitest';
import { accept, defer, inTurn, sendInMemory } from '../support/memory-batch.js';

describe('items of one batch under one key', () => {
	it.each([1, 3])(
		'let the first of them try again, and wait for it (%i connections)',
		async (maxConnections) => {
			const jobs = Array.from({ length: 12 }, () => ({
				idempotencyKey: `repeated-${String(maxConnections)}`,
			}));
			const outcomes = await sendInMemory({
				maxConnections,
				jobs,
				deliver: inTurn(defer, defer, accept),
			});
			expect(outcomes.map((outcome) => outcome?.status)).toEqual([
				'sent',
				...jobs.slice(1).map(() => 'skipped'),
			]);
		},
	);
});
