/** One of Microsoft's clouds: each has its own sign-in service, Graph and Exchange Online. */
export interface MicrosoftCloud {
	readonly displayName: string;
	/** The host of Microsoft Entra's endpoints. */
	readonly loginHost: string;
	/** The host of Microsoft Graph, and with `https://` before it the audience of its tokens. */
	readonly graphHost: string;
	/** Where its Outlook takes the attachments of large messages. */
	readonly outlookHost: string;
	/** Where an administrator registers applications. */
	readonly adminCenter: string;
	/** Whether Microsoft documents an OAuth sign-in for SMTP there: its host, scopes and audience. */
	readonly hasSmtp: boolean;
	/** Where these facts stand. */
	readonly sources: readonly string[];
	/** ISO date on which they were last compared with the sources. */
	readonly checkedOn: string;
}

const SOURCES = [
	'https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud',
	'https://learn.microsoft.com/en-us/graph/deployments',
	'https://learn.microsoft.com/en-us/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth',
] as const;

/**
 * Microsoft's clouds. The page on OAuth for SMTP names the scopes of the global one only. Of the
 * others Microsoft's lists of endpoints name outlook.office365.us (GCC High) and
 * outlook-dod.office365.us (DoD) at port 587, and for China no port for SMTP at all.
 */
export const MICROSOFT_CLOUDS = {
	global: {
		displayName: 'Global',
		loginHost: 'login.microsoftonline.com',
		graphHost: 'graph.microsoft.com',
		outlookHost: 'outlook.office.com',
		adminCenter: 'entra.microsoft.com',
		hasSmtp: true,
		sources: SOURCES,
		checkedOn: '2026-11-22',
	},
	usGovernment: {
		displayName: 'US Government (GCC High)',
		loginHost: 'login.microsoftonline.us',
		graphHost: 'graph.microsoft.us',
		outlookHost: 'outlook.office365.us',
		adminCenter: 'portal.azure.us',
		hasSmtp: false,
		sources: [
			...SOURCES,
			'https://learn.microsoft.com/en-us/microsoft-365/enterprise/microsoft-365-u-s-government-gcc-high-endpoints',
		],
		checkedOn: '2026-11-22',
	},
	usGovernmentDoD: {
		displayName: 'US Government (DoD)',
		loginHost: 'login.microsoftonline.us',
		graphHost: 'dod-graph.microsoft.us',
		outlookHost: 'outlook-dod.office365.us',
		adminCenter: 'portal.azure.us',
		hasSmtp: false,
		sources: [
			...SOURCES,
			'https://learn.microsoft.com/en-us/microsoft-365/enterprise/microsoft-365-u-s-government-dod-endpoints',
		],
		checkedOn: '2026-11-22',
	},
	china: {
		displayName: 'China (21Vianet)',
		loginHost: 'login.partner.microsoftonline.cn',
		graphHost: 'microsoftgraph.chinacloudapi.cn',
		outlookHost: 'partner.outlook.cn',
		adminCenter: 'portal.azure.cn',
		hasSmtp: false,
		sources: [
			...SOURCES,
			'https://learn.microsoft.com/en-us/microsoft-365/enterprise/urls-and-ip-address-ranges-21vianet',
		],
		checkedOn: '2026-11-22',
	},
} as const satisfies Readonly<Record<string, MicrosoftCloud>>;

/** A cloud's key, as a credential's `cloud` field stores it. */
export type MicrosoftCloudId = keyof typeof MICROSOFT_CLOUDS;

/** The keys of the clouds, the default first. */
export const MICROSOFT_CLOUD_IDS = [
	'global',
	'usGovernment',
	'usGovernmentDoD',
	'china',
] as const satisfies readonly MicrosoftCloudId[];

/**
 * The cloud whose Microsoft Graph a host is; the global one for every other host.
 *
 * @param graphHost as in `MicrosoftCloud`
 */
export function cloudAt(graphHost: string | undefined): MicrosoftCloud {
	const clouds: readonly MicrosoftCloud[] = Object.values(MICROSOFT_CLOUDS);
	return clouds.find((cloud) => cloud.graphHost === graphHost) ?? MICROSOFT_CLOUDS.global;
}

/** The domains of Exchange Online and of Graph in Microsoft's clouds, as the lists of endpoints have them. */
const MICROSOFT_DOMAINS =
	/(?:^|\.)(?:office\.com|office365\.com|outlook\.com|microsoft\.com|office365\.us|microsoft\.us|apps\.mil|outlook\.cn|office365\.cn|chinacloudapi\.cn)$/;

/** Whether an address may be one of an upload session: HTTPS, at its usual port, of Microsoft. */
export function isMicrosoftUpload({ protocol, port, hostname, username, password }: URL): boolean {
	const isPlain = protocol === 'https:' && port === '' && username === '' && password === '';
	return isPlain && MICROSOFT_DOMAINS.test(hostname);
}
