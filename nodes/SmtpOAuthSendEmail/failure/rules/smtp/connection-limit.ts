import { parseReply } from '../../evidence/reply';

/** How servers say that a mailbox or client has too many connections. */
export const TOO_MANY_CONNECTIONS =
	/concurrent (?:SMTP )?connections|too many (?:concurrent )?(?:SMTP )?connections|thread limit/i;

/**
 * Whether a reply, at any stage, refuses the connection as one too many for now: 432 (Exchange
 * Online, learn.microsoft.com "SMTP submission improvements"; 432 4.7.12 means something else, RFC
 * 4954 §6) or a 4yz that says so in words.
 */
export function exceedsConnections(response: unknown): boolean {
	if (typeof response !== 'string') return false;
	const reply = parseReply(response);
	if (reply === undefined || reply.replyCode >= 500) return false;
	if (reply.replyCode === 432) return reply.enhancedStatusCode !== '4.7.12';
	return TOO_MANY_CONNECTIONS.test(reply.text.slice(0, 2_000));
}
