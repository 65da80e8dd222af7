import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';

/** The connections that the mailboxes of this process keep warm. */
export function warmConnections() {
	return [...processRegistry().lanes.values()].flatMap(({ warm }) => warm);
}

/** How many messages of this process wait for their turn. */
export function waitingForTurn(): number {
	return [...processRegistry().lanes.values()].reduce(
		(sum, { waiting }) => sum + waiting.length,
		0,
	);
}

/** Ends them all, as 30 seconds without a message do; resolves when they are over. */
export async function closeWarmConnections(): Promise<void> {
	const warm = warmConnections();
	for (const connection of warm) connection.close();
	await Promise.all(warm.map(async ({ ended }) => await ended));
}

/** Forgets all lanes with their limits, as a new process knows none; warm connections are ended. */
export async function forgetLanes(): Promise<void> {
	await closeWarmConnections();
	processRegistry().lanes.clear();
}
