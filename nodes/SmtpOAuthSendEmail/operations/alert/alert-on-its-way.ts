import type { AlertFate, AlertMemory } from '../../registry/alert-memory';

/** Tells all who wait for an alert's mail what became of it; only the first call counts. */
export type EndAlert = (fate: AlertFate) => void;

/** Claims a problem, so that other executions wait for this mail instead of sending one as well. */
export function claimAlert(
	{ onTheirWay, reserved }: AlertMemory,
	key: string,
	alertNode: string,
): EndAlert {
	let resolve: EndAlert = () => undefined;
	const fate = new Promise<AlertFate>((settle) => {
		resolve = settle;
	});
	onTheirWay.set(key, fate);
	reserved.set(alertNode, (reserved.get(alertNode) ?? 0) + 1);
	let isOpen = true;
	return (outcome) => {
		if (!isOpen) return;
		isOpen = false;
		if (onTheirWay.get(key) === fate) onTheirWay.delete(key);
		reserved.set(alertNode, Math.max(0, (reserved.get(alertNode) ?? 0) - 1));
		resolve(outcome);
	};
}
