import { checkChoice, checkSwitch, fieldProblem, quote, type Checked } from './checked-field';
import {
	MICROSOFT_CLOUD_IDS,
	MICROSOFT_CLOUDS,
	type MicrosoftCloud,
} from '../providers/microsoft-clouds';
import {
	CUSTOM_PROVIDER,
	hasTenant,
	hasTransport,
	providerIds,
	providerOf,
	type Provider,
	type TransportId,
} from '../providers/providers';
import { TRANSPORTS } from '../providers/transports';

/** Who signs in: a person who has connected, an application, or a service account for a person. */
export type SignInKind = 'user' | 'application' | 'serviceAccount';

/** How the credential signs in, and by which way its messages go out. */
export interface SignIn {
	readonly signIn: SignInKind;
	readonly deliverVia: TransportId;
	/** Where the provider has clouds. */
	readonly cloud?: MicrosoftCloud;
	/** Where the provider has tenants: an ID, a domain, or `common` and the like. */
	readonly tenant?: string;
	/** Graph, with a user's sign-in: whether the permission to write drafts was asked for. */
	readonly graphLargeMessages?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const GRANTS = ['authorizationCode', 'pkce', 'clientCredentials', 'serviceAccount'] as const;

/** Names that stand for many organizations, so that no application can be of one. */
export const NO_SINGLE_TENANT: readonly string[] = ['', 'common', 'organizations', 'consumers'];

/**
 * A tenant's ID or one of its domains
 * (https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols#endpoints).
 */
const TENANT =
	/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$|^(?:[^\s\p{Cf}@./?#\\]{1,63}\.){1,10}[^\s\p{Cf}@./?#\\]{2,63}$/iu;

function namesOf(unattended: 'application' | 'serviceAccount'): string {
	return providerIds((provider) => provider.unattended === unattended)
		.map((id) => providerOf(id)?.displayName ?? id)
		.join(' or ');
}

function checkKind(fields: Fields): Checked<SignInKind> {
	const grant = checkChoice('grantType', fields['grantType'], GRANTS);
	if (!grant.ok) return grant;
	const { provider: id } = fields;
	const unattended = typeof id === 'string' ? providerOf(id)?.unattended : undefined;
	if (grant.value === 'clientCredentials') {
		if (id === CUSTOM_PROVIDER || unattended === 'application') {
			return { ok: true, value: 'application' };
		}
		return fieldProblem(
			'grantType',
			'is "Client Credentials", which this provider does not have',
			unattended === 'serviceAccount'
				? 'Choose Service Account for Google Workspace. For a private account choose Authorization Code and connect the credential.'
				: `Choose Authorization Code or PKCE and connect the credential; only ${namesOf('application')} and Custom let an application sign in.`,
		);
	}
	if (grant.value === 'serviceAccount') {
		if (unattended === 'serviceAccount') return { ok: true, value: 'serviceAccount' };
		return fieldProblem(
			'grantType',
			'is "Service Account", which this provider does not have',
			`Choose another grant type, or the provider ${namesOf('serviceAccount')}. At Microsoft 365 the counterpart is Client Credentials.`,
		);
	}
	return { ok: true, value: 'user' };
}

function checkTenant(fields: Fields, signIn: SignInKind): Checked<string> {
	const { tenant = '' } = fields;
	if (typeof tenant !== 'string') {
		return fieldProblem('tenant', `is ${quote(tenant)}`, 'Use the Directory (tenant) ID.');
	}
	const name = tenant.trim();
	if (signIn === 'application' && NO_SINGLE_TENANT.includes(name.toLowerCase())) {
		return fieldProblem(
			'tenant',
			name === '' ? 'is empty' : `is ${quote(name)}, which names no single organization`,
			'Enter the Directory (tenant) ID of the organization whose mailbox sends: an application signs in to one organization. It stands in the Overview of the app registration.',
		);
	}
	if (name !== '' && !TENANT.test(name) && !NO_SINGLE_TENANT.includes(name.toLowerCase())) {
		return fieldProblem(
			'tenant',
			`is ${quote(name)}, which is neither an ID nor a domain`,
			'Enter the Directory (tenant) ID from the Overview of the app registration, or a domain such as contoso.onmicrosoft.com.',
		);
	}
	return { ok: true, value: name };
}

/**
 * What was chosen for another provider stays in the field: it stands for the provider's first
 * transport, and the dialog says so.
 */
function checkTransport({ transports }: Provider, fields: Fields): Checked<TransportId> {
	const { deliverVia } = fields;
	const isOfAnother = typeof deliverVia === 'string' && Object.hasOwn(TRANSPORTS, deliverVia);
	const isOwn = transports.some((id) => id === deliverVia);
	return transports.length === 1 || (isOfAnother && !isOwn)
		? { ok: true, value: transports[0] }
		: checkChoice('deliverVia', deliverVia, transports);
}

/** The fields that only Microsoft 365 shows: its cloud, and what the transport needs to know. */
function checkMicrosoft(
	fields: Fields,
	signIn: SignInKind,
	deliverVia: TransportId,
): Checked<Pick<SignIn, 'cloud' | 'graphLargeMessages'>> {
	const cloudId = checkChoice('cloud', fields['cloud'], MICROSOFT_CLOUD_IDS);
	if (!cloudId.ok) return cloudId;
	const cloud: MicrosoftCloud = MICROSOFT_CLOUDS[cloudId.value];
	if (deliverVia === 'smtp' && !cloud.hasSmtp) {
		return fieldProblem(
			'deliverVia',
			`is "SMTP", but for the cloud ${cloud.displayName} Microsoft documents no OAuth sign-in at its mail server`,
			'Set Deliver Via to Microsoft Graph, and give the app the permission Mail.Send. If you know server and scope of that cloud, choose the provider Custom instead.',
		);
	}
	if (deliverVia !== 'graph' || signIn !== 'user') return { ok: true, value: { cloud } };
	const large = checkSwitch('graphLargeMessages', fields['graphLargeMessages']);
	if (!large.ok) return large;
	return { ok: true, value: { cloud, graphLargeMessages: large.value } };
}

/**
 * Reads how a decrypted `smtpOAuth2Api` credential signs in. Fails with the first field that cannot
 * be used, and where provider and grant type do not go together.
 */
export function resolveSignIn(fields: Fields): Checked<SignIn> {
	const kind = checkKind(fields);
	if (!kind.ok) return kind;
	const signIn = kind.value;
	const { provider: id } = fields;
	const provider = typeof id === 'string' ? providerOf(id) : undefined;
	if (provider === undefined) return { ok: true, value: { signIn, deliverVia: 'smtp' } };
	const tenant = hasTenant(provider) ? checkTenant(fields, signIn) : undefined;
	if (tenant?.ok === false) return tenant;
	const transport = checkTransport(provider, fields);
	if (!transport.ok) return transport;
	const deliverVia = transport.value;
	const microsoft = hasTransport(provider, 'graph')
		? checkMicrosoft(fields, signIn, deliverVia)
		: undefined;
	if (microsoft?.ok === false) return microsoft;
	return {
		ok: true,
		value: {
			signIn,
			deliverVia,
			...microsoft?.value,
			...(tenant === undefined ? {} : { tenant: tenant.value }),
		},
	};
}
