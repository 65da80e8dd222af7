import { sign } from 'node:crypto';
import { isRecord } from '../../../credentials/checks/record';
import { secretTexts } from '../../../credentials/checks/secret-texts';
import {
	checkServiceAccount,
	type ServiceAccount,
} from '../../../credentials/checks/service-account';
import { providerOf } from '../../../credentials/providers/providers';
import { scopeFor } from '../../../credentials/providers/transports';
import { processRegistry } from '../registry/process-registry';
import type { CredentialAccess } from './access-tokens';
import type { HttpRequest } from './http-client';
import type { MailAccount } from './mail-account';
import { endOf } from './stored-token';
import { askTokenEndpoint, readAnswer, TokenEndpointRefusal } from './token-endpoint';
import { digestOf, type Unattended } from './unattended';

/** Google's token endpoint, and the `aud` of what is signed for it. */
const TOKEN_URL = 'https://oauth2.googleapis.com/token';

/** RFC 7523 §2.1. */
const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** The longest that Google takes ("service-account", "Additional claims"). */
const LIFE_SECONDS = 3_600;

const REQUEST_TIMEOUT_MS = 30_000;

/** What a service account's sign-in takes from outside. */
interface SignInDependencies {
	readonly request: HttpRequest;
	/** Unix ms. */
	readonly now: () => number;
}

function encode(value: unknown): string {
	return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/**
 * A signed request for a token of `user` (RFC 7523 §3, as
 * https://developers.google.com/identity/protocols/oauth2/service-account has it, November 2026).
 */
function signAssertion(
	account: ServiceAccount,
	{ user, scope }: { readonly user: string; readonly scope: string },
	nowMs: number,
): string {
	const iat = Math.floor(nowMs / 1_000);
	const { email, keyId, privateKey } = account;
	// JSON leaves out what is undefined.
	const header = { alg: 'RS256', typ: 'JWT', kid: keyId };
	const claims = { iss: email, sub: user, scope, aud: TOKEN_URL, iat, exp: iat + LIFE_SECONDS };
	const input = `${encode(header)}.${encode(claims)}`;
	return `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
}

/** Drops what is of no more use, so that what is kept stays as small as the credentials in use. */
function forgetEnded(nowMs: number): void {
	const { serviceAccountTokens } = processRegistry();
	for (const [key, { endsAtMs }] of serviceAccountTokens) {
		if (endsAtMs <= nowMs) serviceAccountTokens.delete(key);
	}
}

/**
 * The way to the tokens of a service account that acts for the account's user. n8n has no helper for
 * it: the tokens are kept in this process, and each process has its own.
 *
 * @param readFields the decrypted credential as it is now
 */
export function serviceAccountAccess(
	credentialId: string,
	{ user, provider, deliverVia }: MailAccount,
	readFields: () => Promise<Readonly<Record<string, unknown>>>,
	{ request, now }: SignInDependencies,
): CredentialAccess {
	const row = providerOf(provider);
	const scope = row === undefined ? '' : scopeFor(row, deliverVia);
	let fields: Readonly<Record<string, unknown>> = {};
	const settings = (): string => {
		const { serviceAccountEmail, serviceAccountKey } = fields;
		return digestOf(JSON.stringify([serviceAccountEmail, serviceAccountKey, user, scope]));
	};
	const keyOf = (): string => `${credentialId}\n${settings()}`;
	return {
		id: `${credentialId} as ${user}`,
		get unattended(): Unattended {
			// What is kept under the settings is of no others.
			return { signIn: 'serviceAccount', settings: settings(), mayBeFor: () => true };
		},
		get secrets() {
			return secretTexts(fields);
		},
		get clientId() {
			const account = checkServiceAccount(fields);
			return account.ok ? account.value.clientId : undefined;
		},
		readTokenData: async () => {
			fields = await readFields();
			return processRegistry().serviceAccountTokens.get(keyOf())?.tokenData;
		},
		refreshTokenData: async () => {
			fields = await readFields();
			const account = checkServiceAccount(fields);
			// Checked before anything goes out; it can only have changed since.
			if (!account.ok) return undefined;
			const askedAtMs = now();
			const assertion = signAssertion(account.value, { user, scope }, askedAtMs);
			const form = { grant_type: GRANT_TYPE, assertion };
			const reply = await askTokenEndpoint(request, TOKEN_URL, form, REQUEST_TIMEOUT_MS);
			const answer = readAnswer(reply);
			if (reply.status !== 200 || !isRecord(answer)) {
				return await Promise.reject(new TokenEndpointRefusal(reply.status, answer));
			}
			const endsAtMs = endOf(askedAtMs, answer['expires_in']) ?? askedAtMs + LIFE_SECONDS * 1_000;
			const tokenData = { ...answer, n8n_expires_at: String(endsAtMs) };
			forgetEnded(askedAtMs);
			processRegistry().serviceAccountTokens.set(keyOf(), { tokenData, endsAtMs });
			return tokenData;
		},
	};
}
