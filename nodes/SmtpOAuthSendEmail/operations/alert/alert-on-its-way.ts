import type { AlertFate, AlertMemory } from '../../registry/alert-memory';

/** Marks that the mail of a problem is on its way. */
export interface AlertClaim {
	/** Tells all who wait what became of it; only the first call counts. */
	end(fate: AlertFate): void;
}

/** Claims a problem, so that other executions wait for this mail instead of sending one as well. */
export function claimAlert(memory: AlertMemory, key: string, alertNode: string): AlertClaim {
	const { onTheirWay, reserved } = memory;
	let resolve: (fate: AlertFate) => void = () => undefined;
	const fate = new Promise<AlertFate>((settle) => {
		resolve = settle;
	});
	onTheirWay.set(key, fate);
	reserved.set(alertNode, (reserved.get(alertNode) ?? 0) + 1);
	let isOpen = true;
	return {
		end(outcome) {
			if (!isOpen) return;
			isOpen = false;
			if (onTheirWay.get(key) === fate) onTheirWay.delete(key);
			reserved.set(alertNode, Math.max(0, (reserved.get(alertNode) ?? 0) - 1));
			resolve(outcome);
		},
	};
}

/** Waits for a mail of another execution, or until this one is stopped: `undefined` then. */
export async function waitForAlert(
	fate: Promise<AlertFate>,
	signal: AbortSignal | undefined,
): Promise<AlertFate | undefined> {
	if (signal === undefined) return await fate;
	let stop: () => void = () => undefined;
	const stopped = new Promise<undefined>((resolve) => {
		stop = () => {
			resolve(undefined);
		};
	});
	signal.addEventListener('abort', stop, { once: true });
	if (signal.aborted) stop();
	const first = await Promise.race([fate, stopped]);
	signal.removeEventListener('abort', stop);
	return first;
}
