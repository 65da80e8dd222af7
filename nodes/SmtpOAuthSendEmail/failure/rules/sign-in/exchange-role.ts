/**
 * How an application is let in without the API permission: by a role in Exchange Online, which no
 * claim of its token shows ("RBAC for Applications",
 * https://learn.microsoft.com/en-us/exchange/permissions-exo/application-rbac, November 2026).
 */
export function orByRole(permission: string, clientId = 'CLIENT_ID'): string {
	return `Instead, an Exchange admin may assign the role: New-ManagementRoleAssignment -App ${clientId} -Role "Application ${permission}".`;
}
