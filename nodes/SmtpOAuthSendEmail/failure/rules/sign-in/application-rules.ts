import { MICROSOFT_TOKENS } from '../../../../../credentials/providers/microsoft-tokens';
import { expectedTokens } from '../../../../../credentials/providers/transports';
import type { Evidence } from '../../evidence/evidence';
import { findEntraRule } from './match-entra';
import type { FailureContext, FailureDraft } from '../../model/failure';

const APP = 'At entra.microsoft.com → App registrations → your app';

/**
 * How an application is let in without the API permission: by a role in Exchange Online, which no
 * claim of its token shows ("RBAC for Applications",
 * https://learn.microsoft.com/en-us/exchange/permissions-exo/application-rbac, November 2026).
 */
export function orByRole(permission: string, clientId = 'CLIENT_ID'): string {
	return `Instead, an Exchange admin may assign the role: New-ManagementRoleAssignment -App ${clientId} -Role "Application ${permission}".`;
}

/** How the permission comes about that an application needs. */
export function permissionRemedy({
	provider,
	deliverVia = 'smtp',
}: Pick<FailureContext, 'provider' | 'deliverVia'>): string {
	const { consentPath, role } = expectedTokens(provider, deliverVia) ?? MICROSOFT_TOKENS;
	return `${APP} → API permissions → Add a permission → ${consentPath} → Application permissions choose ${role}, if it is not listed yet. Then have an admin click Grant admin consent on that page: a green tick must stand beside it. ${orByRole(role)} Then run the workflow again.`;
}

/** What a refusal means without a person's connection. */
function withoutConnecting(draft: FailureDraft, context: FailureContext): FailureDraft {
	const isCustom = context.provider === 'custom';
	if (draft.code === 'RECONNECT_REQUIRED') {
		return {
			code: 'CLIENT_REJECTED',
			message: 'The sign-in server does not let the application sign in.',
			...(isCustom
				? {
						remedy:
							'Check Client ID, Client Secret, OAuth Token Endpoint and OAuth Scopes in the credential, and that the application may use the grant client_credentials.',
					}
				: {}),
		};
	}
	if (draft.code !== 'PERMISSION_MISSING') {
		const remedy = draft.remedy?.replaceAll('connect again', 'run the workflow again');
		return { ...draft, ...(remedy === undefined ? {} : { remedy }) };
	}
	return isCustom
		? {
				...draft,
				message: 'The sign-in server does not grant the application what OAuth Scopes asks for.',
				remedy:
					'Set OAuth Scopes to what the mail server wants (at Microsoft https://outlook.office365.com/.default, without offline_access), and grant it to the application.',
			}
		: {
				...draft,
				message: 'The application lacks a permission, or the consent of an admin to it.',
				remedy: permissionRemedy(context),
			};
}

/**
 * What a refused sign-in of an application means: what Microsoft's number means for applications,
 * else what it means for a person, but without advice to connect.
 *
 * @param usual what the same answer means to a person; `undefined` = nothing is known
 */
export function matchApplicationSignIn(
	evidence: Evidence,
	context: FailureContext,
	usual: FailureDraft | undefined,
): FailureDraft | undefined {
	const own = findEntraRule(evidence)?.application;
	return own ?? (usual === undefined ? undefined : withoutConnecting(usual, context));
}
