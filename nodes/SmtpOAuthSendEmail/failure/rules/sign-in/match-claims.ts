import { providerIds, providerOf } from '../../../../../credentials/providers/providers';
import type { TokenExpectation } from '../../../../../credentials/providers/token-expectation';
import { permissionRemedy } from './application-rules';
import type { FailureContext, FailureDraft } from '../../model/failure';
import { mailboxRemedy } from './refused-unattended';
import type { Reply } from '../../evidence/reply';
import { listNames, otherServiceOf, showClaim } from './show-claim';
import type { TokenClaims } from '../../../untrusted/token-claims';

/** What is compared: the refused token's claims with what is known of the sign-in. */
interface RefusedToken {
	readonly claims: TokenClaims;
	/** Missing where it is not known what the mail server expects. */
	readonly expected?: TokenExpectation | undefined;
	readonly context: FailureContext;
	readonly show: (value: string, kind: Parameters<typeof showClaim>[1]) => string | undefined;
}

/**
 * What the mail server wants: as the preset or the server's name tell. Behind any other name only
 * Microsoft's own plain refusal shows who is there, if the token is Microsoft's as well.
 */
function findExpectation(
	{ audiences }: TokenClaims,
	{ provider, host }: FailureContext,
	enhancedStatusCode?: string,
): TokenExpectation | undefined {
	const rows = providerIds().flatMap((id) => providerOf(id) ?? []);
	const isNamed = (
		audience: string,
		{ audiences: own, otherServices }: TokenExpectation,
	): boolean => own.includes(audience) || Object.hasOwn(otherServices, audience);
	return (
		providerOf(provider) ??
		rows.find(({ smtpHost }) => smtpHost === host?.toLowerCase()) ??
		(enhancedStatusCode === '5.7.3'
			? rows.find(
					({ tokens }) =>
						tokens !== undefined && audiences.some((audience) => isNamed(audience, tokens)),
				)
			: undefined)
	)?.tokens;
}

function readToken(context: FailureContext, enhancedStatusCode?: string): RefusedToken | undefined {
	const { tokenClaims: claims, secrets = [] } = context;
	if (claims === undefined) return undefined;
	return {
		claims,
		expected: findExpectation(claims, context, enhancedStatusCode),
		context,
		show: (value, kind) => showClaim(value, kind, secrets),
	};
}

/** An application signs in by itself: no user has given it a permission, and it belongs to none. */
function isOfApplication({ scopes, users }: TokenClaims): boolean {
	return scopes === undefined && users.length === 0;
}

function matchAudience({ claims, expected, context }: RefusedToken): FailureDraft | undefined {
	if (expected === undefined) return undefined;
	const service = otherServiceOf(claims.audiences, expected, context.secrets ?? []);
	if (service === undefined) return undefined;
	const scope = isOfApplication(claims) ? expected.applicationScope : expected.scope;
	return {
		code: 'WRONG_AUDIENCE',
		message: `This token is for ${service}; SMTP needs ${scope}.`,
		remedy: isOfApplication(claims)
			? `With the provider Custom set OAuth Scopes to ${scope}, with no other beside it. With Microsoft 365 set Deliver Via to SMTP. Then run the workflow again.`
			: `Open the credential and connect again, so that it gets a token for SMTP. With the provider Custom, first set OAuth Scopes to ${scope} offline_access, with no scope of another service beside it.`,
	};
}

function matchPermission({ claims, expected, context }: RefusedToken): FailureDraft | undefined {
	if (expected === undefined || claims.audiences.length === 0) return undefined;
	const { secrets = [] } = context;
	const holds = (names: readonly string[], wanted: string): boolean =>
		names.some((name) => name.toLowerCase() === wanted.toLowerCase());
	if (isOfApplication(claims)) {
		const { role } = expected;
		if (holds(claims.roles, role)) return undefined;
		return {
			code: 'PERMISSION_MISSING',
			message: `The application's access token is for ${expected.service}, but lacks the role ${role}${listNames(claims.roles, secrets)}.`,
			remedy: permissionRemedy({ provider: context.provider }),
		};
	}
	const scopes = claims.scopes ?? [];
	const name = expected.scope.slice(expected.scope.lastIndexOf('/') + 1);
	if (claims.scopes === undefined || holds(scopes, name)) return undefined;
	return {
		code: 'PERMISSION_MISSING',
		message: `The access token of {user} is for ${expected.service}, but lacks the permission ${name}${listNames(scopes, secrets)}.`,
		...(context.provider === 'custom'
			? {
					remedy: `Add ${expected.scope} to OAuth Scopes in the credential and ${name} to the API permissions of the application, then connect again.`,
				}
			: {}),
	};
}

function matchExpiry({ claims, context: { nowMs } }: RefusedToken): FailureDraft | undefined {
	const { expiresAtMs } = claims;
	if (expiresAtMs === undefined || nowMs === undefined || expiresAtMs > nowMs) return undefined;
	const endedAt = new Date(expiresAtMs).toISOString().slice(0, 16).replace('T', ' ');
	return {
		code: 'TOKEN_REJECTED',
		message: `The access token of {user} ended on ${endedAt} UTC.`,
		remedy: isOfApplication(claims)
			? 'Run the workflow again. If it recurs, check the clock of the machine that runs n8n.'
			: 'Run the workflow again. If it recurs, check the clock of the machine that runs n8n, then connect the credential again.',
		cause: 'credential-invalid',
		retryable: false,
	};
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function matchTenant({ claims, expected, context, show }: RefusedToken): FailureDraft | undefined {
	const wanted = context.tenant?.toLowerCase() ?? '';
	const { tenant = '' } = claims;
	// Only a domain could tell which ID is its own.
	if (expected === undefined || !GUID.test(wanted) || !GUID.test(tenant)) return undefined;
	const shown = wanted === tenant ? undefined : show(tenant, 'name');
	if (shown === undefined) return undefined;
	return {
		code: 'TOKEN_REJECTED',
		message: `The access token is of the organization ${shown}, not of the one that Tenant in the credential names.`,
		remedy: isOfApplication(claims)
			? 'Correct Tenant in the credential: Directory (tenant) ID of the organization whose mailbox sends. Then run the workflow again.'
			: 'Connect the credential again with an account of that organization, or correct Tenant first.',
	};
}

function matchUser({ claims, expected, context, show }: RefusedToken): FailureDraft | undefined {
	const user = context.user?.toLowerCase();
	if (user === undefined || claims.users.length === 0) return undefined;
	if (claims.users.some((name) => name.toLowerCase() === user)) return undefined;
	const other = show(claims.users[0] ?? '', 'user');
	if (other === undefined) return undefined;
	const reconnect = `connect the credential again as {user}, or enter ${other} under User.`;
	return {
		code: 'TOKEN_REJECTED',
		message: `The access token is of ${other}, not of {user}: most likely that is why {host} refused it.`,
		remedy:
			expected === undefined
				? `If {user} is the mailbox to send from, ${reconnect}`
				: `If {user} is a shared mailbox, an admin gives access to it: Add-MailboxPermission -Identity {user} -User ${other} -AccessRights FullAccess. If not, ${reconnect}`,
	};
}

/** Exchange Online must know the application, and whose mailbox it may use. */
function matchApplication({ claims, expected, show }: RefusedToken): FailureDraft | undefined {
	if (expected === undefined || !isOfApplication(claims) || claims.roles.length === 0) {
		return undefined;
	}
	const { clientId, objectId } = claims;
	return {
		code: 'TOKEN_REJECTED',
		message:
			'{host} refused the access token of the application for {user}, though it has the right permission.',
		remedy: mailboxRemedy(
			clientId === undefined ? undefined : show(clientId, 'name'),
			objectId === undefined ? undefined : show(objectId, 'name'),
		),
	};
}

/**
 * Whether the token is for another of the provider's services, one that is known by name: what can
 * be said before the mail server has seen it. Other audiences may be names of its own.
 */
export function matchOtherService(context: FailureContext): FailureDraft | undefined {
	const token = readToken(context);
	const services = token?.expected?.otherServices ?? {};
	const isKnown = token?.claims.audiences.some((audience) => Object.hasOwn(services, audience));
	return token !== undefined && isKnown === true ? matchAudience(token) : undefined;
}

/**
 * What the claims of a refused access token show to be wrong with it, the surest first: another
 * audience and a missing permission have codes of their own, anything else is a closer word for
 * `TOKEN_REJECTED`. `undefined` if there are no claims, or nothing is wrong with them.
 */
export function matchClaims(reply: Reply, context: FailureContext): FailureDraft | undefined {
	const token = readToken(context, reply.enhancedStatusCode);
	if (token === undefined) return undefined;
	return (
		matchAudience(token) ??
		matchPermission(token) ??
		matchExpiry(token) ??
		matchTenant(token) ??
		matchUser(token) ??
		matchApplication(token)
	);
}
