import type { Sandbox } from '../start-sandbox.js';

/** Something that the servers have seen, in a sentence. */
export interface ServerEvent {
	/** Unix time. */
	readonly atMs: number;
	readonly text: string;
	readonly isRefusal: boolean;
}

/** The last sign-ins, token requests and messages, newest first. */
export function lastEvents(sandbox: Sandbox, count: number): ServerEvent[] {
	const signIns = sandbox.mail.authAttempts.map(({ user, mechanism, accepted, reason, atMs }) => ({
		atMs,
		isRefusal: !accepted,
		text: accepted
			? `${user} signed in by ${mechanism}`
			: `${user} was refused by the mail server: ${reason ?? 'no reason'}`,
	}));
	const tokens = sandbox.oauth.tokenRequests.map((request) => ({
		atMs: request.atMs,
		isRefusal: !request.succeeded,
		text: request.succeeded
			? `An access token was issued (${request.grantType})`
			: `No access token (${request.grantType}): ${request.error ?? ''} ${request.errorDetail ?? ''}`,
	}));
	const messages = sandbox.mail.messages.map(({ queueId, envelope, receivedAtMs }) => ({
		atMs: receivedAtMs,
		isRefusal: false,
		text: `${queueId} was taken for ${envelope.to.join(', ')}`,
	}));
	return [...signIns, ...tokens, ...messages].sort((a, b) => b.atMs - a.atMs).slice(0, count);
}
