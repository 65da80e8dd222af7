import {
	connectionLimit,
	type MailboxState,
	type IdleConnection,
} from '../../../registry/mailbox-state';
import { abandon } from '../connection/connection-end';
import type { SmtpSession } from '../connection/smtp-session';

/** How long a connection waits for a next message. */
export const IDLE_MS = 30_000;

/** Whose connection it is: others must not send over it. */
export interface SessionOwner {
	readonly credentialId: string;
	/** The settings that a connection depends on, as one text. */
	readonly settings: string;
}

/** A session of a mailbox: either in use, or among its idle connections. */
export class PooledSession implements IdleConnection {
	/** Whether a refused message has left a transaction open (RFC 5321 §4.1.4). */
	needsReset = false;
	/** Resolves when its socket is closed: until then the server counts it. */
	readonly ended: Promise<unknown>;
	#isOver = false;
	#timer: NodeJS.Timeout | undefined;
	#isClosing = false;

	constructor(
		private readonly mailboxState: MailboxState,
		readonly owner: SessionOwner,
		readonly session: SmtpSession,
	) {
		this.ended = session.closed;
		void session.closed.then(() => {
			this.#isOver = true;
			this.#leave();
		});
	}

	/** Keeps it for the owner's next message; it closes itself after `idleMs` without one. */
	rest(idleMs: number): void {
		// It may have ended while it was in use: then there is nothing to keep.
		if (this.#isOver) return;
		this.session.holdProcess(false);
		this.#timer = setTimeout(() => {
			this.close();
		}, idleMs);
		this.#timer.unref();
		this.mailboxState.idle.push(this);
	}

	/** Takes it out of the idle connections. */
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
		abandon(this.session.connection);
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

/** Whether the mailbox has an idle session that the owner may use. */
export function hasIdle(mailboxState: MailboxState, owner: SessionOwner): boolean {
	return mailboxState.idle.some((idle) => isOf(owner, idle) && idle.isUsable());
}

/**
 * Takes the owner's last used idle session, if there is one. Those that the same
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
 * Evicts idle connections so that one more fits within the mailbox's limit. Resolves when they are
 * closed.
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
