import { connectionLimit, type Lane, type WarmConnection } from '../../../registry/mailbox-state';
import type { SmtpSession } from '../connection/smtp-session';

/** How long a connection waits for a next message. */
export const WARM_MS = 30_000;

/** Whose connection it is: nobody else may send over it. */
export interface SessionOwner {
	readonly credentialId: string;
	/** The settings that a connection depends on, as one text. */
	readonly settings: string;
}

/** A session of a lane: either in use, or among the lane's warm ones. */
export class LaneSession implements WarmConnection {
	/** Whether a refused message has left a transaction open (RFC 5321 §4.1.4). */
	needsReset = false;
	readonly ended: Promise<unknown>;
	#timer: NodeJS.Timeout | undefined;
	#isClosing = false;

	constructor(
		private readonly lane: Lane,
		readonly owner: SessionOwner,
		readonly session: SmtpSession,
	) {
		this.ended = session.ended;
		void session.ended.then(() => {
			this.#leave();
		});
	}

	/** Leaves it to the lane for the owner's next message; it closes itself after `warmMs` without one. */
	rest(warmMs: number): void {
		this.session.holdProcess(false);
		this.#timer = setTimeout(() => {
			this.close();
		}, warmMs);
		this.#timer.unref();
		this.lane.warm.push(this);
	}

	/** Takes it out of the lane's warm ones. */
	wake(): void {
		this.#leave();
		this.session.holdProcess(true);
	}

	close(): void {
		clearTimeout(this.#timer);
		if (this.#isClosing) return;
		this.#isClosing = true;
		this.session.close();
	}

	/** Ends it at once, without asking a server that no longer answers. */
	drop(): void {
		this.session.connection.close();
	}

	isUsable(): boolean {
		return !this.#isClosing && this.session.isOpen();
	}

	#leave(): void {
		clearTimeout(this.#timer);
		const place = this.lane.warm.indexOf(this);
		if (place !== -1) this.lane.warm.splice(place, 1);
	}
}

function isOf(owner: SessionOwner, warm: WarmConnection): warm is LaneSession {
	return (
		warm instanceof LaneSession &&
		warm.owner.credentialId === owner.credentialId &&
		warm.owner.settings === owner.settings
	);
}

/** Whether the lane has a session that the owner may use. */
export function hasWarm(lane: Lane, owner: SessionOwner): boolean {
	return lane.warm.some((warm) => isOf(owner, warm) && warm.isUsable());
}

/**
 * Takes the owner's last used session from the lane, if there is one. Those that the same
 * credential has left with other settings are closed: it has been changed since.
 */
export function takeWarm(lane: Lane, owner: SessionOwner): LaneSession | undefined {
	let found: LaneSession | undefined;
	for (const warm of [...lane.warm].reverse()) {
		if (!(warm instanceof LaneSession) || warm.owner.credentialId !== owner.credentialId) continue;
		if (warm.owner.settings !== owner.settings) warm.close();
		else if (warm.isUsable()) found ??= warm;
	}
	found?.wake();
	return found;
}

/**
 * Makes room for one more connection within the lane's limit by closing warm ones that the opener
 * cannot use. Resolves when they are over.
 *
 * @param nowMs ms of `performance.now()`
 */
export async function makeRoom(lane: Lane, maxConnections: number, nowMs: number): Promise<void> {
	const surplus = lane.busy + lane.warm.length - connectionLimit(lane, maxConnections, nowMs);
	const closing = surplus > 0 ? lane.warm.slice(0, surplus) : [];
	for (const warm of closing) warm.close();
	await Promise.all(closing.map(async ({ ended }) => await ended));
}
