import { timingSafeEqual } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import type { EntraApplication, EntraTenant } from './directory.js';
import { REFUSALS } from './errors.js';
import type { EntraRefusal } from './errors.js';
import { isSignedBy, readJwt } from '../net/jwt.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** How far clocks may differ. */
const SKEW_SECONDS = 300;

/** A token request, as far as it shows who the client is. */
export interface ClientProof {
	readonly clientId: string;
	readonly clientSecret: string | undefined;
	readonly clientAssertion: string | undefined;
	readonly clientAssertionType: string | undefined;
	/** The address that the request went to: what an assertion is to be addressed to. */
	readonly tokenUrl: string;
}

/** How a client signed in, or why it may not. */
export type ClientSignIn =
	| { readonly ok: true; readonly how: 'secret' | 'certificate' }
	| { readonly ok: false; readonly refusal: EntraRefusal };

/** Checks clients' secrets and signed assertions; remembers the assertions it has seen. */
export class ClientSignIns {
	readonly #seen = new Set<string>();

	check(application: EntraApplication, tenant: EntraTenant, proof: ClientProof): ClientSignIn {
		if (proof.clientAssertion !== undefined) {
			const refusal = this.#checkAssertion(application, tenant, proof, proof.clientAssertion);
			return refusal ? { ok: false, refusal } : { ok: true, how: 'certificate' };
		}
		if (proof.clientSecret === undefined) return { ok: false, refusal: REFUSALS.secretMissing() };
		const refusal = checkSecret(application, proof.clientSecret);
		return refusal ? { ok: false, refusal } : { ok: true, how: 'secret' };
	}

	/**
	 * As documented for certificate credentials
	 * (https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials): RS256, `x5t`
	 * of an uploaded certificate, `aud` the token endpoint of the tenant, `iss` and `sub` the client.
	 * Each assertion is good once; of a repetition Entra's wording is not known.
	 */
	#checkAssertion(
		{ appId, certificates }: EntraApplication,
		tenant: EntraTenant,
		proof: ClientProof,
		assertion: string,
	): EntraRefusal | undefined {
		const jwt = readJwt(assertion);
		if (!jwt || proof.clientAssertionType !== ASSERTION_TYPE) return REFUSALS.assertionMalformed();
		const { header, claims } = jwt;
		const x5t = header['x5t'];
		if (typeof x5t !== 'string') return REFUSALS.assertionWithoutThumbprint();
		const thumbprint = Buffer.from(x5t, 'base64url').toString('hex').toUpperCase();
		const certificate = certificates.find((known) => thumbprintOf(known) === thumbprint);
		if (!certificate) return REFUSALS.certificateUnknown(appId, thumbprint);
		const nowMs = Date.now();
		const period = `Start=${showDate(certificate.validFrom)}, End=${showDate(certificate.validTo)}`;
		if (nowMs > Date.parse(certificate.validTo) || nowMs < Date.parse(certificate.validFrom)) {
			return REFUSALS.certificateExpired(appId, thumbprint, period);
		}
		if (!isSignedBy(jwt, certificate.publicKey)) {
			return REFUSALS.signatureWrong(appId, thumbprint, period);
		}
		if (!audiencesOf(tenant, proof.tokenUrl).includes(String(claims['aud']))) {
			return REFUSALS.assertionAudience();
		}
		if (claims['iss'] !== proof.clientId || claims['sub'] !== proof.clientId) {
			return REFUSALS.assertionIssuer();
		}
		const from = Number(claims['nbf'] ?? claims['iat'] ?? 0);
		const until = Number(claims['exp']);
		const now = nowMs / 1_000;
		if (!(from - SKEW_SECONDS <= now && now < until + SKEW_SECONDS)) {
			const show = (seconds: number): string =>
				Number.isFinite(seconds) ? new Date(seconds * 1_000).toISOString() : 'never';
			return REFUSALS.assertionOutOfTime(show(now), show(from), show(until));
		}
		const jti = claims['jti'];
		if (typeof jti !== 'string' || jti === '' || this.#seen.has(jti)) {
			return REFUSALS.assertionMalformed();
		}
		this.#seen.add(jti);
		return undefined;
	}
}

function checkSecret(
	{ appId, secrets }: EntraApplication,
	given: string,
): EntraRefusal | undefined {
	const known = secrets.find(({ value }) => isSame(value, given));
	if (!known) return REFUSALS.secretWrong(appId);
	return known.endsAtMs <= Date.now() ? REFUSALS.secretExpired(appId) : undefined;
}

function isSame(value: string, other: string): boolean {
	const [left, right] = [Buffer.from(value), Buffer.from(other)];
	return left.length === right.length && timingSafeEqual(left, right);
}

/** The token endpoint by the tenant's name in the request, or by its ID. */
function audiencesOf(tenant: EntraTenant, tokenUrl: string): string[] {
	const byId = new URL(tokenUrl);
	byId.pathname = `/${tenant.id}/oauth2/v2.0/token`;
	return [tokenUrl, byId.href, `${byId.origin}/${tenant.id}/v2.0`];
}

function thumbprintOf(certificate: X509Certificate): string {
	return certificate.fingerprint.replaceAll(':', '');
}

/** As in Entra's words: `08/18/2024 19:33:23`. */
function showDate(date: string): string {
	const [day = '', time = ''] = new Date(date).toISOString().split('T');
	const [year, month, dayOfMonth] = day.split('-');
	return `${month ?? ''}/${dayOfMonth ?? ''}/${year ?? ''} ${time.slice(0, 8)}`;
}
