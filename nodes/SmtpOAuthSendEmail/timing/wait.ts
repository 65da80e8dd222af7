import { setTimeout } from 'node:timers/promises';

/** Waits in real time, in ms. Tells whether the whole time has passed: a stop ends it. Never throws. */
export async function wait(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
	try {
		await setTimeout(ms, undefined, { signal });
		return true;
	} catch {
		return false;
	}
}
