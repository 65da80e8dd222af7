import { MICROSOFT_TOKENS } from '../../../../../credentials/providers/microsoft-tokens';
import { expectedTokens } from '../../../../../credentials/providers/transports';
import { entraCodesOf } from '../../evidence/entra-codes';
import type { Evidence } from '../../evidence/evidence';
import { orByRole } from './exchange-role';
import type { FaultContext } from '../../model/failure';
import type { Verdict } from '../../model/verdict';

const APP = 'At entra.microsoft.com → App registrations → your app';

const UNKNOWN_APP: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'The organization that Tenant names does not know the application.',
	remedy: `${APP} → Overview compare Application (client) ID with Client ID, and Directory (tenant) ID with Tenant in the credential. An application of another organization needs the consent of an admin of this one first.`,
};

const UNKNOWN_TENANT: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft knows no organization by what Tenant in the credential holds.',
	remedy: `${APP} → Overview copy Directory (tenant) ID to Tenant in the credential. Check Cloud too: each of Microsoft's clouds knows its own organizations only.`,
};

const CLOCK: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'The sign-in of the application came too early or too late by Microsoft’s clock.',
	remedy: 'Correct the clock of the machine that runs n8n; 5 minutes off are too many.',
	cause: 'configuration-invalid',
};

const CERTIFICATE: Verdict = {
	code: 'CLIENT_REJECTED',
	message: 'Microsoft does not accept the certificate with which the application signs in.',
	remedy: `${APP} → Certificates & secrets → Certificates upload the certificate that is in the credential, or paste the one that is there with its key. The thumbprint in the error names the one in the credential; it must be listed, and not have ended.`,
};

const POLICY: Verdict = {
	code: 'SIGN_IN_BLOCKED',
	message: 'A security policy of the organization keeps the application from signing in.',
	remedy:
		'An admin looks at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs → Service principal sign-ins: the failed entry names the policy (Conditional Access for workload identities).',
};

/**
 * Codes of Microsoft's sign-in that mean something else, or want another cure, where an application
 * signs in by itself. Source as in entra-rules.ts; 900023 and 700024 word for word in the reports
 * that test/fixtures/oauth-errors.json and the sandbox name.
 */
const CODES: ReadonlyMap<string, Verdict> = new Map([
	...[90002, 900023].map((code) => [String(code), UNKNOWN_TENANT] as const),
	...[700016, 700011].map((code) => [String(code), UNKNOWN_APP] as const),
	...[700024].map((code) => [String(code), CLOCK] as const),
	...[50012, 50027, 700021, 700027, 700030].map((code) => [String(code), CERTIFICATE] as const),
	...[53003, 530032, 530034, 530035].map((code) => [String(code), POLICY] as const),
	...[50194, 90124, 90130, 9001023].map((code) => [String(code), UNKNOWN_TENANT] as const),
]);

/** How the permission comes about that an application needs. */
export function permissionRemedy({
	provider,
	deliverVia = 'smtp',
}: Pick<FaultContext, 'provider' | 'deliverVia'>): string {
	const { consentPath, role } = expectedTokens(provider, deliverVia) ?? MICROSOFT_TOKENS;
	return `${APP} → API permissions → Add a permission → ${consentPath} → Application permissions choose ${role}, if it is not listed yet. Then have an admin click Grant admin consent on that page: a green tick must stand beside it. ${orByRole(role)} Then run the workflow again.`;
}

/** What a refusal comes to where nobody can connect anything. */
function withoutConnecting(verdict: Verdict, context: FaultContext): Verdict {
	const isCustom = context.provider === 'custom';
	if (verdict.code === 'RECONNECT_REQUIRED') {
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
	if (verdict.code !== 'PERMISSION_MISSING') return verdict;
	return isCustom
		? {
				...verdict,
				message: 'The sign-in server does not grant the application what OAuth Scopes asks for.',
				remedy:
					'Set OAuth Scopes to what the mail server wants (at Microsoft https://outlook.office365.com/.default, without offline_access), and grant it to the application.',
			}
		: {
				...verdict,
				message: 'The application lacks a permission, or the consent of an admin to it.',
				remedy: permissionRemedy(context),
			};
}

/**
 * What a refused sign-in of an application means.
 *
 * @param usual what the same answer means where a person has connected; `undefined` = nothing is known
 */
export function matchApplicationSignIn(
	evidence: Evidence,
	context: FaultContext,
	usual: Verdict | undefined,
): Verdict | undefined {
	const code = entraCodesOf(evidence).find((known) => CODES.has(known));
	const own = code === undefined ? undefined : CODES.get(code);
	return own ?? (usual === undefined ? undefined : withoutConnecting(usual, context));
}
