/** Why waiting ended before what was waited for. */
export type Interruption = 'cancelled' | 'timedOut';

/**
 * Waits for `task`, but no longer than `timeoutMs` and only until `signal` aborts. The task itself
 * goes on; whoever calls ends it.
 */
export async function withinTime<T>(
	task: Promise<T>,
	timeoutMs: number,
	signal: AbortSignal | undefined,
): Promise<T | Interruption> {
	let stopWaiting: () => void = () => undefined;
	const interrupted = new Promise<Interruption>((resolve) => {
		const timer = setTimeout(() => {
			resolve('timedOut');
		}, timeoutMs);
		const onAbort = (): void => {
			resolve('cancelled');
		};
		signal?.addEventListener('abort', onAbort, { once: true });
		if (signal?.aborted === true) onAbort();
		stopWaiting = () => {
			clearTimeout(timer);
			signal?.removeEventListener('abort', onAbort);
		};
	});
	try {
		return await Promise.race([task, interrupted]);
	} finally {
		stopWaiting();
	}
}
