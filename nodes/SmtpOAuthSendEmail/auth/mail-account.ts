import { quote } from '../../../credentials/checks/checked-field';
import { checkClientCertificate } from '../../../credentials/checks/client-certificate';
import { resolveEndpoint } from '../../../credentials/checks/endpoint';
import { MICROSOFT_CLOUDS } from '../../../credentials/providers/microsoft-clouds';
import { isRecord } from '../../../credentials/checks/record';
import { checkServiceAccount } from '../../../credentials/checks/service-account';
import { resolveSignIn, type SignInKind } from '../../../credentials/checks/sign-in';
import type { TransportId } from '../../../credentials/providers/providers';
import { TRANSPORTS } from '../../../credentials/providers/transports';

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
	readonly tenant?: string;
	/** Where its admins register apps, where that is not the usual place (national clouds). */
	readonly adminCenter?: string;
	/** By Graph with a user's sign-in: whether the permission for messages above 3 MB was asked for. */
	readonly graphLargeMessages?: boolean;
	/** Unix ms: the end of the certificate that the application signs in with. */
	readonly clientCertificateEndsAtMs?: number;
}

/** What of its surroundings decides whether a credential can be used. */
export interface HostAbilities {
	/** Unix ms. */
	readonly now: () => number;
	/** Whether n8n signs in with a certificate (2.30 and later). */
	readonly signsWithCertificate: boolean;
}

export type AccountResult =
	| { readonly ok: true; readonly account: MailAccount }
	| { readonly ok: false; readonly detail: string; readonly remedy: string };

/** Control characters separate the fields of a SASL response: ^A in a user name would add one. */
function hasControlCharacter(text: string): boolean {
	return Array.from(text).some((character) => character < ' ' || character === '\u007f');
}

/** What an application or a service account signs with, checked before anybody is asked. */
function checkKeys(
	credential: Readonly<Record<string, unknown>>,
	signIn: SignInKind,
	{ now, signsWithCertificate }: HostAbilities,
): { readonly ok: true; readonly endsAtMs?: number } | Extract<AccountResult, { ok: false }> {
	if (signIn === 'serviceAccount') {
		const account = checkServiceAccount(credential);
		return account.ok ? { ok: true } : account;
	}
	if (signIn !== 'application' || credential['clientCredentialType'] !== 'certificate') {
		return { ok: true };
	}
	if (!signsWithCertificate) {
		return {
			ok: false,
			detail:
				'The credential field "Client Authentication" is "Certificate", with which this version of n8n cannot sign in.',
			remedy: 'Update n8n to 2.30 or newer, or set Client Authentication to Client Secret.',
		};
	}
	const certificate = checkClientCertificate(credential, now());
	if (!certificate.ok) return certificate;
	return { ok: true, endsAtMs: certificate.value.endsAtMs };
}

/**
 * Reads a decrypted `smtpOAuth2Api` credential. Fails with a sentence that names the field when a
 * value, typed or computed by an expression, cannot be used.
 */
export function readAccount(credential: unknown, host: HostAbilities): AccountResult {
	if (!isRecord(credential)) {
		return {
			ok: false,
			detail: 'The credential could not be read.',
			remedy: 'Select an SMTP OAuth2 API credential in the node.',
		};
	}
	const user = credential['user'];
	if (typeof user !== 'string' || user.trim() === '' || hasControlCharacter(user.trim())) {
		return {
			ok: false,
			detail: 'The credential field "User" is empty or contains an invisible character.',
			remedy: 'Open the credential and enter the mailbox that signs in, e.g. alerts@example.com.',
		};
	}
	const endpoint = resolveEndpoint(credential);
	if (!endpoint.ok) return { ok: false, detail: endpoint.detail, remedy: endpoint.remedy };
	const signedIn = resolveSignIn(credential);
	if (!signedIn.ok) return { ok: false, detail: signedIn.detail, remedy: signedIn.remedy };
	const { signIn, deliverVia, tenant, cloud, graphLargeMessages } = signedIn.value;
	const isUsual = cloud === undefined || cloud.adminCenter === MICROSOFT_CLOUDS.global.adminCenter;
	const { displayName, userPattern } = TRANSPORTS[deliverVia];
	if (userPattern?.test(user.trim()) === false) {
		return {
			ok: false,
			detail: `The credential field "User" is ${quote(user.trim())}, by which ${displayName} finds no mailbox.`,
			remedy: 'Enter the user principal name of the mailbox, e.g. alerts@example.com.',
		};
	}
	const keys = checkKeys(credential, signIn, host);
	if (!keys.ok) return keys;
	const provider = typeof credential['provider'] === 'string' ? credential['provider'] : 'custom';
	return {
		ok: true,
		account: {
			...endpoint.value,
			provider,
			user: user.trim(),
			deliverVia,
			signIn,
			...(tenant === undefined ? {} : { tenant }),
			...(isUsual ? {} : { adminCenter: cloud.adminCenter }),
			...(graphLargeMessages === undefined ? {} : { graphLargeMessages }),
			...(keys.endsAtMs === undefined ? {} : { clientCertificateEndsAtMs: keys.endsAtMs }),
		},
	};
}

/** The fields of a credential that an account is made of. */
const ACCOUNT_FIELDS = [
	'provider',
	'grantType',
	'clientCredentialType',
	'privateKey',
	'certificate',
	'serviceAccountEmail',
	'serviceAccountKey',
	'user',
	'tenant',
	'cloud',
	'deliverVia',
	'graphLargeMessages',
	'host',
	'port',
	'sslMode',
	'saslMechanism',
	'caCertificate',
	'allowUnauthorizedCerts',
	'ehloName',
	'maxConnections',
	'messagesPerMinute',
] as const;

/**
 * Reads one credential after another, as `readAccount` does. As long as the fields stay the same,
 * as they do for the items of nearly every execution, so does the result, and nothing is checked
 * anew: parsing a certificate alone takes as long as composing a message.
 */
export function createAccountReader(host: HostAbilities): (credential: unknown) => AccountResult {
	let last: { readonly fields: readonly unknown[]; readonly result: AccountResult } | undefined;
	return (credential) => {
		if (!isRecord(credential)) return readAccount(credential, host);
		const fields = ACCOUNT_FIELDS.map((name) => credential[name]);
		if (last?.fields.every((value, index) => Object.is(value, fields[index])) === true) {
			return last.result;
		}
		last = { fields, result: readAccount(credential, host) };
		return last.result;
	};
}
