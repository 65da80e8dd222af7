import { GRAPH_TOKENS } from '../../../../../credentials/providers/microsoft-tokens';
import type { FailureContext, FailureDraft } from '../../model/failure';
import { GRANT_TO_APPLICATION, GRANT_TO_USER, SAVE_AGAIN } from './graph-rules';
import { listNames, otherServiceOf } from '../sign-in/show-claim';

/** Who signs in, and what the request that was refused needed. */
export interface GraphRight {
	readonly isApplication: boolean;
	/** `Mail.Send`, or `Mail.ReadWrite` for drafts. */
	readonly permission: 'Mail.Send' | 'Mail.ReadWrite';
}

function wrongAudience(
	context: FailureContext,
	{ isApplication }: GraphRight,
): FailureDraft | undefined {
	const { tokenClaims, secrets = [] } = context;
	const service = otherServiceOf(tokenClaims?.audiences, GRAPH_TOKENS, secrets);
	if (service === undefined) return undefined;
	return {
		code: 'WRONG_AUDIENCE',
		message: `This access token is for ${service}; Deliver Via Microsoft Graph needs one for Microsoft Graph.`,
		remedy: isApplication
			? SAVE_AGAIN
			: 'Open the credential, check that Deliver Via is Microsoft Graph, and connect again: a token keeps the service it was asked for.',
	};
}

/** The permissions of which one is needed: a wider one does as well. */
const SUFFICIENT = {
	'Mail.Send': ['mail.send', 'mail.send.shared'],
	'Mail.ReadWrite': ['mail.readwrite', 'mail.readwrite.shared'],
} as const;

/** Whether the token, as far as it can be read, does not hold the permission. */
export function lacksPermission(
	claims: FailureContext['tokenClaims'],
	{ isApplication, permission }: GraphRight,
): boolean {
	if (claims === undefined) return false;
	const held = isApplication ? claims.roles : claims.scopes;
	const known = (held ?? []).map((name) => name.toLowerCase());
	return !SUFFICIENT[permission].some((name) => known.includes(name));
}

function missingPermission(context: FailureContext, right: GraphRight): FailureDraft | undefined {
	const claims = context.tokenClaims;
	const held = right.isApplication ? claims?.roles : claims?.scopes;
	const listed = listNames(held, context.secrets ?? []);
	if (!lacksPermission(claims, right)) return undefined;
	const why =
		right.permission === 'Mail.ReadWrite'
			? `, which messages above 3,000,000 bytes need${listed}`
			: listed;
	const whose = right.isApplication ? 'The application' : 'The connection of {user}';
	const kind = right.isApplication ? 'application permission' : 'permission';
	return {
		code: 'PERMISSION_MISSING',
		message: `${whose} lacks the ${kind} ${right.permission} of Microsoft Graph${why}.`,
		remedy: right.isApplication
			? GRANT_TO_APPLICATION(right.permission)
			: right.permission === 'Mail.ReadWrite'
				? `Switch on Large Messages in the credential. ${GRANT_TO_USER('Mail.ReadWrite')}`
				: GRANT_TO_USER('Mail.Send and offline_access'),
	};
}

/** Whether the token says that it is for another service than Graph. */
export function isForAnotherService(context: FailureContext): boolean {
	return wrongAudience(context, { isApplication: false, permission: 'Mail.Send' }) !== undefined;
}

/** What the claims of the token show to be wrong; `undefined` where nothing is, or they cannot be read. */
export function matchGraphClaims(
	context: FailureContext,
	right: GraphRight,
): FailureDraft | undefined {
	return wrongAudience(context, right) ?? missingPermission(context, right);
}

/** What a refusal means whose token holds the permission, or cannot be read. */
export function permissionRefused({ permission, isApplication }: GraphRight): FailureDraft {
	const who = isApplication ? 'the application' : 'the connected account';
	return {
		code: 'PERMISSION_MISSING',
		message: `Microsoft Graph does not let ${who} use the mailbox {user} (${permission}).`,
		remedy: isApplication
			? `${GRANT_TO_APPLICATION(permission)} If it has either, an Exchange admin looks at what limits the application to other mailboxes: Get-ApplicationAccessPolicy and Get-ManagementRoleAssignment.`
			: `If {user} is a shared mailbox, an admin gives the connected account Full Access and Send As to it. Then switch on Shared Mailbox in the credential, and connect again. If it is not shared, connect again as {user}. ${GRANT_TO_USER(permission)}`,
	};
}
