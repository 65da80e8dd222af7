import { readTokenClaims } from '../../untrusted/token-claims';
import type { ApiLink } from '../api/api-conversation';
import { verifyApi } from '../api/verify-api';
import type { MailboxReport, VerifyLimits } from '../mail-transport';
import { GraphConversation } from './graph-client';

/**
 * No base64, so that Graph can only refuse it for its content: "Invalid base64 string for MIME content"
 * (https://learn.microsoft.com/en-us/graph/api/user-sendmail, November 2026).
 */
const PROBE = 'This is not base64: it only asks whether mail may be sent.';

/** The permission by which drafts are made, where the token can be read. */
function allowsLargeMessages({ usedToken }: GraphConversation): boolean | undefined {
	const claims = readTokenClaims(usedToken?.token.accessToken ?? '');
	if (claims === undefined) return undefined;
	return [...claims.roles, ...(claims.scopes ?? [])].some((name) =>
		/^Mail\.ReadWrite(?:\.Shared)?$/i.test(name),
	);
}

/**
 * Asks for a token and then Graph whether it may send from the mailbox, without sending anything: the
 * content of the request is none. Never throws.
 */
export async function verifyGraph(link: ApiLink, limits: VerifyLimits): Promise<MailboxReport> {
	const conversation = new GraphConversation(link, limits);
	const call = {
		method: 'POST',
		path: '/sendMail',
		permission: 'Mail.Send',
		headers: { 'Content-Type': 'text/plain' },
		body: PROBE,
	} as const;
	return await verifyApi(conversation, call, () => ({
		allowsLargeMessages: allowsLargeMessages(conversation),
	}));
}
