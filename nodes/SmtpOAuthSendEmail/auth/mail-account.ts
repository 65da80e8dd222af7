import { isDeepStrictEqual } from 'node:util';
import { cleanField, quote } from '../../../credentials/checks/checked-field';
import { checkClientCertificate } from '../../../credentials/checks/client-certificate';
import { resolveEndpoint } from '../../../credentials/checks/endpoint';
import { MICROSOFT_CLOUDS } from '../../../credentials/providers/microsoft-clouds';
import { isRecord } from '../../../credentials/checks/record';
import { checkServiceAccount } from '../../../credentials/checks/service-account';
import { resolveSignIn, type SignInKind } from '../../../credentials/checks/sign-in';
import type { TransportId } from '../../../credentials/providers/providers';
import { TRANSPORTS } from '../../../credentials/providers/transports';
import type { FailureDraft } from '../failure/model/failure';
import { fail, succeed, type Result } from '../result/result';

type Endpoint = Extract<ReturnType<typeof resolveEndpoint>, { readonly ok: true }>['value'];

/** The mailbox that signs in, and the server it signs in to, as the credential and its preset say. */
export interface MailAccount extends Endpoint {
	/** A key of credentials/providers.ts. */
	readonly provider: string;
	/** The mailbox: by SMTP the SASL user. */
	readonly user: string;
	/** The transport that its messages go out by; `host` is the server of it. */
	readonly deliverVia: TransportId;
	/** Who signs in. */
	readonly signIn: SignInKind;
	/** The organization that is signed in to, where the provider has such (Microsoft 365). */
	readonly tenant?: string | undefined;
	/** Where its admins register apps, where that is not the usual place (national clouds). */
	readonly adminCenter?: string | undefined;
	/** By Graph with a user's sign-in: whether the permission for messages above 3 MB was asked for. */
	readonly graphLargeMessages?: boolean | undefined;
	/** Unix ms: the end of the certificate that the application signs in with. */
	readonly clientCertificateEndsAtMs?: number | undefined;
}

/** What of this n8n decides whether a credential can be used. */
interface HostAbilities {
	/** Unix ms. */
	readonly now: () => number;
	/** Whether n8n signs in with a certificate (2.30 and later). */
	readonly signsWithCertificate: boolean;
}

/** An account, or the field of the credential that cannot be used. */
export type AccountResult = Result<MailAccount, FailureDraft>;

/**
 * Control characters separate the fields of a SASL response: ^A in a user name would add one. Format
 * characters come from copying; the two joiners are left alone, since scripts write with them.
 */
const INVISIBLE = /\p{Cc}|(?![\u200c\u200d])\p{Cf}/u;

/** The name of a mailbox as it is copied: `Ann <ann@example.com>`, `mailto:ann@example.com`. */
function readUser(user: unknown): string {
	const text = cleanField(user);
	if (typeof text !== 'string') return '';
	const name = /^[^<>]{0,200}<([^<>\s]{1,320}@[^<>\s]{1,320})>$/.exec(text)?.[1] ?? text;
	return name.replace(/^mailto:/i, '');
}

function problem({ detail, remedy }: { readonly detail: string; readonly remedy: string }) {
	return fail({ code: 'INVALID_PARAMETER', detail, remedy } as const);
}

/**
 * Checks what an application or a service account signs with. Gives the end of the application's
 * certificate in Unix ms, if it signs with one.
 */
function checkKeys(
	credential: Readonly<Record<string, unknown>>,
	signIn: SignInKind,
	{ now, signsWithCertificate }: HostAbilities,
): Result<number | undefined, FailureDraft> {
	if (signIn === 'serviceAccount') {
		const account = checkServiceAccount(credential);
		return account.ok ? succeed(undefined) : problem(account);
	}
	if (signIn !== 'application' || credential['clientCredentialType'] !== 'certificate') {
		return succeed(undefined);
	}
	if (!signsWithCertificate) {
		return problem({
			detail:
				'The credential field "Client Authentication" is "Certificate", with which this version of n8n cannot sign in.',
			remedy: 'Update n8n to 2.30 or newer, or set Client Authentication to Client Secret.',
		});
	}
	const certificate = checkClientCertificate(credential, now());
	return certificate.ok ? succeed(certificate.value.endsAtMs) : problem(certificate);
}

/** The mailbox that a credential's User names, as far as the transport can find it. */
function checkUser(user: unknown, deliverVia: TransportId): Result<string, FailureDraft> {
	const name = readUser(user);
	if (name === '' || INVISIBLE.test(name)) {
		return problem({
			detail: 'The credential field "User" is empty or contains an invisible character.',
			remedy: 'Open the credential and enter the mailbox that signs in, e.g. alerts@example.com.',
		});
	}
	const { displayName, userPattern } = TRANSPORTS[deliverVia];
	if (userPattern?.test(name) !== false) return succeed(name);
	return problem({
		detail: `The credential field "User" is ${quote(name)}, by which ${displayName} finds no mailbox.`,
		remedy: 'Enter the user principal name of the mailbox, e.g. alerts@example.com.',
	});
}

/**
 * Reads a decrypted `smtpOAuth2Api` credential. Fails with a sentence that names the field when a
 * value, typed or computed by an expression, cannot be used.
 */
export function readAccount(credential: unknown, host: HostAbilities): AccountResult {
	if (!isRecord(credential)) {
		return problem({
			detail: 'The credential could not be read.',
			remedy: 'Select an SMTP OAuth2 API credential in the node.',
		});
	}
	const { provider } = credential;
	const signedIn = resolveSignIn(credential);
	const endpoint = resolveEndpoint(credential, signedIn);
	const user = checkUser(credential['user'], signedIn.ok ? signedIn.value.deliverVia : 'smtp');
	if (!user.ok) return user;
	if (!endpoint.ok) return problem(endpoint);
	if (!signedIn.ok) return problem(signedIn);
	const { signIn, deliverVia, tenant, cloud, graphLargeMessages } = signedIn.value;
	const keys = checkKeys(credential, signIn, host);
	if (!keys.ok) return keys;
	const isUsual = cloud === undefined || cloud.adminCenter === MICROSOFT_CLOUDS.global.adminCenter;
	return succeed({
		...endpoint.value,
		provider: typeof provider === 'string' ? provider : 'custom',
		user: user.value,
		deliverVia,
		signIn,
		tenant,
		adminCenter: isUsual ? undefined : cloud.adminCenter,
		graphLargeMessages,
		clientCertificateEndsAtMs: keys.value,
	});
}

/**
 * Reads one credential after another, as `readAccount` does. As long as the fields stay the same,
 * as they do for the items of nearly every execution, so does the result, and nothing is checked
 * again: parsing a certificate alone takes as long as composing a message.
 */
export function createAccountReader(host: HostAbilities): (credential: unknown) => AccountResult {
	let last: { readonly fields: unknown; readonly result: AccountResult } | undefined;
	return (credential) => {
		// A renewed token changes nothing of the account.
		const fields = isRecord(credential) ? { ...credential, oauthTokenData: undefined } : credential;
		if (last === undefined || !isDeepStrictEqual(fields, last.fields)) {
			last = { fields, result: readAccount(credential, host) };
		}
		return last.result;
	};
}
