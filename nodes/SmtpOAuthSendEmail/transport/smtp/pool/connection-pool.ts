import type { Socket } from 'node:net';
import type { IdleConnection, MailboxState } from '../../../registry/mailbox-state';
import { abandon, closeQuietly } from '../connection/connection-end';
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
	/** Resolves, and never rejects, when its socket is closed: until then the server counts it. */
	readonly ended: Promise<unknown>;
	#isOver = false;
	#timer: NodeJS.Timeout | undefined;
	#isClosing = false;

	constructor(
		private readonly mailboxState: MailboxState,
		readonly owner: SessionOwner,
		readonly session: SmtpSession,
	) {
		this.ended = session.end.closed.then(() => {
			this.#isOver = true;
			this.#leave();
		});
	}

	/** Keeps it for the owner's next message; it closes itself after `idleMs` without one. */
	rest(idleMs: number): void {
		// It may have ended while it was in use: then there is nothing to keep.
		if (this.#isOver) return;
		this.#socket?.unref();
		this.#timer = setTimeout(() => {
			this.close();
		}, idleMs);
		this.#timer.unref();
		this.mailboxState.idle.push(this);
	}

	/** Takes it out of the idle connections. */
	wake(): void {
		this.#leave();
		this.#socket?.ref();
	}

	close(): void {
		clearTimeout(this.#timer);
		if (this.#isClosing) return;
		this.#isClosing = true;
		closeQuietly(this.session.connection);
	}

	/** Ends it at once, without asking a server that no longer answers. */
	drop(): void {
		abandon(this.session.connection);
	}

	isUsable(): boolean {
		return !this.#isClosing && !this.session.connection.destroyed;
	}

	/** Keeps the process from ending, but for a connection over which nothing is under way. */
	get #socket(): Socket | undefined {
		const { _socket: socket } = this.session.connection;
		return socket === null || socket === false ? undefined : socket;
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
