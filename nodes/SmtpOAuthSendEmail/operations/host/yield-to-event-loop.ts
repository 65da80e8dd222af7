import { setImmediate } from 'node:timers/promises';

/** Longest stretch of work before n8n can do other work. */
const LONGEST_STRETCH_MS = 20;

/**
 * For loops over thousands of items: resolves at once as a rule, and after n8n has done other work when
 * the loop has run for 20 ms since the last time.
 */
export function createEventLoopYield(): () => Promise<void> {
	let stretchBeganAtMs = performance.now();
	return async () => {
		if (performance.now() - stretchBeganAtMs <= LONGEST_STRETCH_MS) return;
		await setImmediate();
		stretchBeganAtMs = performance.now();
	};
}
