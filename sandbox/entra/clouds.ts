import type { NamedHost } from '../net/named-hosts.js';

/** Microsoft's clouds, each with sign-in, directory and services of its own. */
export type MicrosoftCloud = 'global' | 'usGovernment' | 'usGovernmentDoD' | 'china';

/** A service that tokens are for. */
export type EntraResource = 'graph' | 'exchange';

/** Where a cloud's parts are. */
export interface CloudAddresses {
	readonly loginHosts: readonly NamedHost[];
	/** What tokens for the service may be asked with, and say in `aud`; the usual one first. */
	readonly audiences: Readonly<Record<EntraResource, readonly string[]>>;
}

/**
 * Microsoft's pages "Microsoft Graph national cloud deployments"
 * (https://learn.microsoft.com/en-us/graph/deployments) and "National clouds"
 * (https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud),
 * November 2026.
 */
export const CLOUDS: Readonly<Record<MicrosoftCloud, CloudAddresses>> = {
	global: {
		loginHosts: ['login.microsoftonline.com'],
		audiences: {
			graph: ['https://graph.microsoft.com'],
			exchange: ['https://outlook.office365.com', 'https://outlook.office.com'],
		},
	},
	usGovernment: {
		loginHosts: ['login.microsoftonline.us'],
		audiences: {
			graph: ['https://graph.microsoft.us'],
			exchange: ['https://outlook.office365.us'],
		},
	},
	usGovernmentDoD: {
		loginHosts: ['login.microsoftonline.us'],
		audiences: {
			graph: ['https://dod-graph.microsoft.us'],
			exchange: ['https://outlook-dod.office365.us', 'https://webmail.apps.mil'],
		},
	},
	china: {
		loginHosts: ['login.partner.microsoftonline.cn', 'login.chinacloudapi.cn'],
		audiences: {
			graph: ['https://microsoftgraph.chinacloudapi.cn'],
			exchange: ['https://partner.outlook.cn'],
		},
	},
};

/** What the services have to grant: application roles and delegated scopes, as far as mail goes. */
export const PERMISSIONS: Readonly<
	Record<
		EntraResource,
		{ readonly name: string; readonly roles: string[]; readonly scopes: string[] }
	>
> = {
	graph: {
		name: 'Microsoft Graph',
		roles: ['Mail.Send', 'Mail.Read', 'Mail.ReadWrite', 'User.Read.All'],
		scopes: [
			'Mail.Send',
			'Mail.Send.Shared',
			'Mail.Read',
			'Mail.ReadWrite',
			'Mail.ReadWrite.Shared',
			'User.Read',
		],
	},
	exchange: {
		name: 'Office 365 Exchange Online',
		roles: ['SMTP.SendAsApp', 'IMAP.AccessAsApp', 'POP.AccessAsApp', 'full_access_as_app'],
		scopes: ['SMTP.Send', 'IMAP.AccessAsUser.All', 'POP.AccessAsUser.All', 'Mail.Send'],
	},
};

/** The service that an identifier names in a cloud, as the scope `<identifier>/.default` does. */
export function findResource(cloud: MicrosoftCloud, identifier: string): EntraResource | undefined {
	const { graph, exchange } = CLOUDS[cloud].audiences;
	const wanted = identifier.replace(/\/$/, '').toLowerCase();
	if (graph.includes(wanted) || wanted === '00000003-0000-0000-c000-000000000000') return 'graph';
	if (exchange.includes(wanted) || wanted === '00000002-0000-0ff1-ce00-000000000000') {
		return 'exchange';
	}
	return undefined;
}
