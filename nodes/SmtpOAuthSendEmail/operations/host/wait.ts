import { setTimeout } from 'node:timers/promises';
import type { Wait } from '../../delivery/mailbox-limiter';

/** Waits in real time, as `Wait` promises. Never throws. */
export const wait: Wait = async (ms, signal) => {
	try {
		await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
		return true;
	} catch {
		return false;
	}
};
