import type { TokenExpectation } from './token-expectation';

/** Services whose tokens are often shown to the others. */
const AZURE = {
	'https://graph.windows.net': 'Azure AD Graph',
	'00000002-0000-0000-c000-000000000000': 'Azure AD Graph',
	'https://management.azure.com': 'Azure Resource Manager',
	'https://management.core.windows.net': 'Azure Resource Manager',
} as const;

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
		...AZURE,
	},
};

/**
 * Access tokens that Microsoft Graph takes for sending mail, in all of its clouds, and those of
 * Microsoft's other services that are often shown to it instead. Audiences:
 * https://learn.microsoft.com/en-us/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 * and https://learn.microsoft.com/en-us/graph/deployments; permissions:
 * https://learn.microsoft.com/en-us/graph/api/user-sendmail (all November 2026).
 */
export const GRAPH_TOKENS: TokenExpectation = {
	service: 'Microsoft Graph',
	audiences: [
		'https://graph.microsoft.com',
		'00000003-0000-0000-c000-000000000000',
		'https://graph.microsoft.us',
		'https://dod-graph.microsoft.us',
		'https://microsoftgraph.chinacloudapi.cn',
	],
	scope: 'https://graph.microsoft.com/Mail.Send',
	consentPath: 'Microsoft Graph',
	role: 'Mail.Send',
	applicationScope: 'https://graph.microsoft.com/.default',
	otherServices: {
		'https://outlook.office.com': 'Exchange Online',
		'https://outlook.office365.com': 'Exchange Online',
		'00000002-0000-0ff1-ce00-000000000000': 'Exchange Online',
		...AZURE,
	},
};
