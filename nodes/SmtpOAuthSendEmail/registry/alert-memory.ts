import { emptyState, type AlertState } from '../alerting/problems/alert-state';
import type { Failure } from '../failure/model/failure';

/** What became of an alert that is on its way: plain data, since versions of this package share it. */
export interface AlertFate {
	/** Whether a server has accepted it. */
	readonly isMailed: boolean;
	/** Why it was not mailed. */
	readonly failure?: Failure | undefined;
}

/** What this process knows of the alerts of one workflow. */
export interface AlertMemory {
	/** Unix ms: when it was made. */
	readonly sinceMs: number;
	/** Changed in place. */
	readonly state: AlertState;
	/** Alerts that are on their way, by the key of their problem. Never rejects. */
	readonly onTheirWay: Map<string, Promise<AlertFate>>;
	/** How many mails of an alert node are on their way. */
	readonly reserved: Map<string, number>;
}

/** Workflows whose alerts a process remembers; n8n's database keeps what falls out. */
const MAX_WORKFLOWS = 1_000;

function newMemory({ writer, sinceMs }: { readonly writer: string; readonly sinceMs: number }) {
	return { sinceMs, state: emptyState(writer), onTheirWay: new Map(), reserved: new Map() };
}

/**
 * The memory of a workflow's alerts, made at first use.
 *
 * @param begin gives a name for this process among those that share n8n's database, and the time
 */
export function alertMemoryOf(
	memories: Map<string, AlertMemory>,
	workflow: string,
	begin: () => { readonly writer: string; readonly sinceMs: number },
): AlertMemory {
	const memory: AlertMemory = memories.get(workflow) ?? newMemory(begin());
	// The last used memory stands last.
	memories.delete(workflow);
	memories.set(workflow, memory);
	if (memories.size > MAX_WORKFLOWS) {
		const idle = [...memories].find(([, { onTheirWay }]) => onTheirWay.size === 0);
		if (idle !== undefined && idle[1] !== memory) memories.delete(idle[0]);
	}
	return memory;
}
