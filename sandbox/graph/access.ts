import type { GraphMailbox } from './mailbox.js';
import { GRAPH_REFUSALS, invalidUser, type GraphReply } from './refusals.js';

/** What the sign-in service says of an access token: `entra.verifyToken(token, 'graph')`. */
export type GraphTokenCheck =
	| {
			readonly ok: true;
			readonly claims: {
				readonly tid: string;
				readonly appid: string;
				readonly roles: readonly string[];
				readonly scopes: readonly string[];
				/** Missing in an application's own token. */
				readonly upn: string | undefined;
			};
	  }
	| { readonly ok: false; readonly reason: string };

/** The mailbox that a request may use, or why it may not. */
export type GraphAccess =
	| { readonly ok: true; readonly mailbox: GraphMailbox; readonly appId: string }
	| { readonly ok: false; readonly reply: GraphReply };

function refuse(reply: GraphReply): GraphAccess {
	return { ok: false, reply };
}

function refuseToken(reason: string): GraphAccess {
	if (reason === 'expired' || reason === 'revoked') return refuse(GRAPH_REFUSALS.expired());
	if (reason === 'audience') return refuse(GRAPH_REFUSALS.audience());
	return refuse(GRAPH_REFUSALS.malformed());
}

/**
 * Whether a token lets its bearer use a mailbox for something: the application by its role, a user by
 * the scope, for another user's mailbox by the shared one and the mailbox's own rights
 * (https://learn.microsoft.com/en-us/graph/outlook-send-mail-from-other-user).
 */
export function checkAccess(
	authorization: string | undefined,
	checkToken: (token: string) => GraphTokenCheck,
	mailboxes: readonly GraphMailbox[],
	user: string,
	permission: 'Mail.Send' | 'Mail.ReadWrite',
): GraphAccess {
	const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
	if (token === undefined) return refuse(GRAPH_REFUSALS.noToken());
	const check = checkToken(token);
	if (!check.ok) return refuseToken(check.reason);
	const { tid, appid, roles, scopes, upn } = check.claims;
	const mailbox = mailboxes.find(
		({ address, tenantId }) =>
			address.toLowerCase() === user.toLowerCase() && (tenantId ?? tid) === tid,
	);
	if (upn === undefined) {
		if (!roles.includes(permission)) return refuse(GRAPH_REFUSALS.accessDenied());
		if (mailbox === undefined) return refuse(invalidUser(user));
		if (mailbox.blockedApps?.includes(appid) === true) return refuse(GRAPH_REFUSALS.policy());
	} else {
		if (mailbox === undefined) return refuse(invalidUser(user));
		const isOwn = mailbox.address.toLowerCase() === upn.toLowerCase();
		const wanted = isOwn ? permission : `${permission}.Shared`;
		const isLet = isOwn || mailbox.delegates?.includes(upn) === true;
		if (!scopes.includes(wanted) || !isLet) return refuse(GRAPH_REFUSALS.accessDenied());
	}
	if (mailbox.hasMailbox === false) return refuse(GRAPH_REFUSALS.noMailbox());
	if (mailbox.isFull === true) return refuse(GRAPH_REFUSALS.full());
	return { ok: true, mailbox, appId: appid };
}
