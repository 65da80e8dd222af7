/** Why waiting ended before what was waited for. */
export type Interruption = 'cancelled' | 'timedOut';

/**
 * Waits for `task`, but no longer than `timeoutMs` (`undefined` = as long as it takes) and only until
 * `signal` aborts. The task itself goes on.
 *
 * @throws what the task rejects with
 */
export async function withinTime<T>(
	task: Promise<T>,
	timeoutMs: number | undefined,
	signal: AbortSignal | undefined,
): Promise<T | Interruption> {
	let stopWaiting: () => void = () => undefined;
	const interrupted = new Promise<Interruption>((resolve) => {
		const onTime = (): void => {
			resolve('timedOut');
		};
		const timer = timeoutMs === undefined ? undefined : setTimeout(onTime, timeoutMs);
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
