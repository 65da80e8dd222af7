import {
	connectionLimit,
	type MailboxState,
	type IdleConnection,
} from '../../../registry/mailbox-state';
import type { SmtpSession } from '../connection/smtp-session';

/** How long a connection waits for a next message. */
export const IDLE_MS = 30_000;

/** Whose connection it is: nobody else may send over it. */
export interface SessionOwner {
	readonly credentialId: string;
	/** The settings that a connection depends on, as one text. */
	readonly settings: string;
}

/** A session of a lane: either in use, or among the lane's warm ones. */
export class PooledSession implements IdleConnection {
	/** Whether a refused message has left a transaction open (RFC 5321 §4.1.4). */
	needsReset = false;
	readonly ended: Promise<unknown>;
	#timer: NodeJS.Timeout | undefined;
	#isClosing = false;

	constructor(
		private readonly mailboxState: MailboxState,
		readonly owner: SessionOwner,
		readonly session: SmtpSession,
	) {
		this.ended = session.ended;
		void session.ended.then(() => {
			this.#leave();
		});
	}

	/** Leaves it to the lane for the owner's next message; it closes itself after `warmMs` without one. */
	rest(idleMs: number): void {
		this.session.holdProcess(false);
		this.#timer = setTimeout(() => {
			this.close();
		}, idleMs);
		this.#timer.unref();
		this.mailboxState.idle.push(this);
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
		const place = this.mailboxState.idle.indexOf(this);
		if (place !== -1) this.mailboxState.idle.splice(place, 1);
	}
}

function isOf(owner: SessionOwner, idle: IdleConnection): idle is PooledSession {
	return (
		idle instanceof PooledSession &&
		idle.owner.credentialId === owner.credentialId &&
		idle.owner.settings === owner.settings
	);
}

/** Whether the lane has a session that the owner may use. */
export function hasIdle(mailboxState: MailboxState, owner: SessionOwner): boolean {
	return mailboxState.idle.some((idle) => isOf(owner, idle) && idle.isUsable());
}

/**
 * Takes the owner's last used session from the lane, if there is one. Those that the same
 * credential has left with other settings are closed: it has been changed since.
 */
export function takeIdle(
	mailboxState: MailboxState,
	owner: SessionOwner,
): PooledSession | undefined {
	let found: PooledSession | undefined;
	for (const idle of [...mailboxState.idle].reverse()) {
		if (!(idle instanceof PooledSession) || idle.owner.credentialId !== owner.credentialId)
			continue;
		if (idle.owner.settings !== owner.settings) idle.close();
		else if (idle.isUsable()) found ??= idle;
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
export async function evictIdle(
	mailboxState: MailboxState,
	maxConnections: number,
	nowMs: number,
): Promise<void> {
	const surplus =
		mailboxState.busy +
		mailboxState.idle.length -
		connectionLimit(mailboxState, maxConnections, nowMs);
	const closing = surplus > 0 ? mailboxState.idle.slice(0, surplus) : [];
	for (const idle of closing) idle.close();
	await Promise.all(closing.map(async ({ ended }) => await ended));
}
