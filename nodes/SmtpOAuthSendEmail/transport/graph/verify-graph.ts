import type { Failure } from '../../failure/model/failure';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import { readTokenClaims } from '../../untrusted/token-claims';
import type { MailboxReport, VerifyLimits } from '../mail-transport';
import type { ApiResult } from '../api/api-call';
import type { ApiLink } from '../api/api-conversation';
import { GraphConversation } from './graph-client';
import { graphFailure } from './graph-failure';
import { verifyApi } from '../api/verify-api';
import { TRANSPORTS } from '../../../../credentials/providers/transports';

/** No base64, so that Graph can only refuse it for its content. */
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
 * Whether Graph has read the content, which it does only for an account that may send: "Invalid
 * base64 string for MIME content" (https://learn.microsoft.com/en-us/graph/api/user-sendmail,
 * November 2026).
 */
function isLetIn(result: ApiResult, { code }: Failure): boolean {
	if (result.kind !== 'answered' || result.reply.status !== 400) return false;
	return code === 'MESSAGE_REFUSED' && readApiAnswer(result.reply, Date.now()).isOfApi;
}

/**
 * Asks for a token and then Graph whether it may send from the mailbox, without sending anything: the
 * content of the request is none. Never throws.
 */
export async function verifyGraph(link: ApiLink, limits: VerifyLimits): Promise<MailboxReport> {
	const { host, port, user, signIn } = link.account;
	const conversation = new GraphConversation(link, limits);
	const right = { isApplication: signIn === 'application', permission: 'Mail.Send' } as const;
	return await verifyApi(
		conversation,
		{
			displayName: TRANSPORTS.graph.displayName,
			call: {
				method: 'POST',
				path: '/sendMail',
				permission: right.permission,
				headers: { 'Content-Type': 'text/plain' },
				body: PROBE,
			},
			failure: (result) =>
				graphFailure(conversation, result, { right, stage: 'auth', from: user, sizeBytes: 0 }),
			isLetIn,
			facts: () => {
				const allowsLarge = allowsLargeMessages(conversation);
				return allowsLarge === undefined ? {} : { allowsLargeMessages: allowsLarge };
			},
		},
		`${host}:${String(port)}`,
	);
}
