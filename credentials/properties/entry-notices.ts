import type { DisplayCondition, INodeProperties } from 'n8n-workflow';
import {
	CUSTOM_PROVIDER,
	hasSslModeChoice,
	hasTenant,
	hasTransport,
	providerIds,
} from '../providers/providers';
import { NO_SINGLE_TENANT } from '../checks/sign-in';
import { EXPRESSION } from './item-independence';
import { notice } from './notice';

/*
 * n8n saves a credential with any values in its fields. These notices appear while a user types what
 * cannot be right. Each looks at its field under `hide`: under `show` n8n takes an expression for a
 * match, and `includes` fails in n8n 1.123 where a field has no value yet.
 *
 * n8n works these conditions out whenever it reads the credential, and ends a regular expression after
 * 250 ms on the clock, which a busy machine can reach: the reading then fails. So the notices are for
 * persons only, and their conditions end at the first one as soon as n8n holds a token.
 */

/** The field is empty, or holds something of this. */
const emptyOr = (pattern: string): DisplayCondition => ({ _cnd: { regex: `^$|${pattern}` } });

const PERSONS = ['authorizationCode', 'pkce'];

/** Where n8n keeps the token of a person who has connected. */
const ONCE_CONNECTED: Record<string, DisplayCondition[]> = {
	oauthTokenData: [{ _cnd: { exists: true } }],
};

const withGraph = providerIds((provider) => hasTransport(provider, 'graph'));
const withoutGraph = providerIds((provider) => !hasTransport(provider, 'graph'));

const USER_NOTICE = 'User is not an email address. Enter the whole address of the mailbox.';

/** Below Tenant. */
export const TENANT_NOTICE: INodeProperties = notice(
	'tenantFormNotice',
	'Tenant is neither an ID nor a domain. Enter the Directory (tenant) ID from the Overview of the app registration, or a domain such as contoso.onmicrosoft.com.',
	{
		show: { provider: providerIds(hasTenant), grantType: PERSONS },
		hide: { ...ONCE_CONNECTED, tenant: [EXPRESSION, ...NO_SINGLE_TENANT, emptyOr('[.-]')] },
	},
);

/** Below User. A custom server may know its users by other names. */
export const USER_NOTICES: INodeProperties[] = [
	notice('userNotice', USER_NOTICE, {
		show: { provider: withoutGraph, grantType: PERSONS },
		hide: { ...ONCE_CONNECTED, user: [EXPRESSION, emptyOr('@')] },
	}),
	notice('smtpUserNotice', USER_NOTICE, {
		show: { provider: withGraph, deliverVia: ['smtp', 'gmailApi'], grantType: PERSONS },
		hide: { ...ONCE_CONNECTED, user: [EXPRESSION, emptyOr('@')] },
	}),
	// An object ID names a mailbox as well.
	notice('graphUserFormNotice', USER_NOTICE, {
		show: { provider: withGraph, deliverVia: ['graph'], grantType: PERSONS },
		hide: { ...ONCE_CONNECTED, user: [EXPRESSION, emptyOr('[@-]')] },
	}),
];

/** Below Port, which n8n's own input limits only where it is left by mouse or keyboard. */
export const PORT_NOTICE: INodeProperties = notice(
	'portNotice',
	'Port must be a number from 1 to 65535. Leave it empty for the usual one.',
	{
		show: { provider: [...providerIds(hasSslModeChoice), CUSTOM_PROVIDER] },
		hide: { port: [EXPRESSION, { _cnd: { lte: 65_535 } }], deliverVia: ['gmailApi'] },
	},
);
