import type { TokenExpectation } from './token-expectation';

/**
 * Access tokens that Exchange Online takes for SMTP, and those of Microsoft's other services that
 * are often shown to it instead. Audiences:
 * https://learn.microsoft.com/en-us/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in;
 * permissions: https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
 * (both November 2026).
 */
export const MICROSOFT_TOKENS: TokenExpectation = {
	service: 'Exchange Online',
	audiences: [
		'https://outlook.office.com',
		'https://outlook.office365.com',
		'00000002-0000-0ff1-ce00-000000000000',
	],
	scope: 'https://outlook.office.com/SMTP.Send',
	consentPath: 'APIs my organization uses → Office 365 Exchange Online',
	role: 'SMTP.SendAsApp',
	applicationScope: 'https://outlook.office365.com/.default',
	otherServices: {
		'https://graph.microsoft.com': 'Microsoft Graph',
		'00000003-0000-0000-c000-000000000000': 'Microsoft Graph',
		'https://graph.windows.net': 'Azure AD Graph',
		'00000002-0000-0000-c000-000000000000': 'Azure AD Graph',
		'https://management.azure.com': 'Azure Resource Manager',
		'https://management.core.windows.net': 'Azure Resource Manager',
	},
};
