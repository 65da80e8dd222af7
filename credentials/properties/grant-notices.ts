import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { PROVIDER_DOCS as DOCS } from './docs-address';
import { notice } from './notice';
import { CUSTOM_PROVIDER, providerIds } from '../providers/providers';

const withApplication = providerIds((provider) => provider.unattended === 'application');
const withServiceAccount = providerIds((provider) => provider.unattended === 'serviceAccount');
const onlyPersons = providerIds((provider) => provider.unattended === undefined);

/** Where one grant type is chosen for some providers. */
function showFor(grantType: string, provider: string[]): IDisplayOptions {
	return { show: { grantType: [grantType], provider } };
}

/**
 * What to choose instead of a grant type that the provider does not have: n8n cannot hide an option
 * by the provider, so that any can be chosen for any. And what a service account needs besides.
 */
export const GRANT_NOTICES: INodeProperties[] = [
	notice(
		'applicationNotice',
		'Client Credentials does not work with this provider, only with Microsoft 365 and Custom. Choose Authorization Code or PKCE under Grant Type: you sign in once, in the browser.',
		showFor('clientCredentials', onlyPersons),
	),
	notice(
		'googleApplicationNotice',
		'Client Credentials does not work with Google. For Google Workspace choose Service Account under Grant Type; for a private Gmail account Authorization Code, with which you sign in once, in the browser.',
		showFor('clientCredentials', withServiceAccount),
	),
	notice(
		'serviceAccountNotice',
		'Service Account works with Gmail / Google Workspace only. Choose Authorization Code or PKCE under Grant Type: you sign in once, in the browser.',
		showFor('serviceAccount', onlyPersons),
	),
	notice(
		'otherServiceAccountNotice',
		'Service Account works with Gmail / Google Workspace only. Choose Client Credentials under Grant Type: with it, too, you do not sign in.',
		showFor('serviceAccount', [...withApplication, CUSTOM_PROVIDER]),
	),
	notice(
		'delegationNotice',
		`An admin of Google Workspace must give the service account domain-wide delegation: admin.google.com → Security → Access and data control → API controls → Manage domain-wide delegation, with its client ID and the scope https://mail.google.com/ (with Deliver Via set to Gmail API: https://www.googleapis.com/auth/gmail.send). <a href="${DOCS}/gmail.md#a-service-account-instead-of-a-person" target="_blank">Step by step</a>`,
		showFor('serviceAccount', withServiceAccount),
	),
];
