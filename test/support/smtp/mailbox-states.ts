import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';

/** The connections that the mailboxes of this process keep idle. */
export function idleConnections() {
	return [...processRegistry().mailboxStates.values()].flatMap(({ idle }) => idle);
}

/** How many messages of this process wait for a permit. */
export function waitingForPermit(): number {
	return [...processRegistry().mailboxStates.values()].reduce(
		(sum, { waiting }) => sum + waiting.length,
		0,
	);
}

/** Ends them all, as 30 seconds without a message do; resolves when they are over. */
export async function closeIdleConnections(): Promise<void> {
	const idle = idleConnections();
	for (const connection of idle) connection.close();
	await Promise.all(idle.map(async ({ ended }) => await ended));
}

/** Forgets all mailboxes with their limits, as a new process knows none; idle connections are ended. */
export async function forgetMailboxStates(): Promise<void> {
	await closeIdleConnections();
	processRegistry().mailboxStates.clear();
}
