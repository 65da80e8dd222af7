import { describe, expect, it } from 'vitest';
import { Semaphore } from '../../../nodes/SmtpOAuthSendEmail/delivery/semaphore.js';

describe('a semaphore', () => {
	it('gives the permit of a task that throws to the next one', async () => {
		const semaphore = new Semaphore(1);
		const broken = semaphore.run(async () => await Promise.reject(new Error('broken')));
		const next = semaphore.run(() => Promise.resolve('done'));
		await expect(broken).rejects.toThrow('broken');
		expect(await next).toBe('done');
	});

	it('lets others have the permit of a task that stands aside, which goes first after that', async () => {
		const semaphore = new Semaphore(1);
		const order: string[] = [];
		const first = semaphore.run(async () => {
			await semaphore.runAside(async () => {
				order.push('aside');
				await Promise.resolve();
			});
			order.push('first');
		});
		const others = ['second', 'third'].map(async (name) => {
			await semaphore.run(() => Promise.resolve(order.push(name)));
		});
		await Promise.all([first, ...others]);
		expect(order).toEqual(['aside', 'second', 'first', 'third']);
	});
});
