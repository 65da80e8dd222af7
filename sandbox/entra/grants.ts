import { createHash, randomBytes } from 'node:crypto';
import type { EntraApplication, EntraTenant, EntraUser } from './directory.js';
import { REFUSALS } from './errors.js';
import type { EntraRefusal } from './errors.js';

const CODE_LIFE_MS = 10 * 60 * 1_000;

/** What a person has allowed an application. */
export interface EntraGrant {
	readonly tenant: EntraTenant;
	readonly application: EntraApplication;
	readonly user: EntraUser;
	/** As it was asked for. */
	readonly scope: string;
}

interface IssuedCode extends EntraGrant {
	readonly redirectUri: string;
	readonly codeChallenge: string | undefined;
	readonly endsAtMs: number;
	isRedeemed: boolean;
}

interface IssuedRefreshToken extends EntraGrant {
	readonly issuedAtMs: number;
	revokedAtMs?: number;
}

type Redeemed<Grant> =
	| { readonly ok: true; readonly grant: Grant }
	| { readonly ok: false; readonly refusal: EntraRefusal };

/** The authorization codes and refresh tokens given out. */
export class EntraGrants {
	readonly #codes = new Map<string, IssuedCode>();
	readonly #refreshTokens = new Map<string, IssuedRefreshToken>();

	issueCode(grant: EntraGrant, redirectUri: string, codeChallenge: string | undefined): string {
		const code = `1.${randomBytes(120).toString('base64url')}`;
		const endsAtMs = Date.now() + CODE_LIFE_MS;
		this.#codes.set(code, { ...grant, redirectUri, codeChallenge, endsAtMs, isRedeemed: false });
		return code;
	}

	/** A code is good once, for the redirect URI and the verifier of its request (RFC 7636 §4.6). */
	redeemCode(
		code: string,
		application: EntraApplication,
		redirectUri: string,
		verifier: string | undefined,
	): Redeemed<EntraGrant> {
		const issued = this.#codes.get(code);
		const isOurs = issued?.application === application && issued.redirectUri === redirectUri;
		if (!issued || !isOurs || issued.endsAtMs <= Date.now()) {
			return { ok: false, refusal: REFUSALS.codeInvalid() };
		}
		if (issued.isRedeemed) return { ok: false, refusal: REFUSALS.codeRedeemed() };
		if (issued.codeChallenge !== challengeOf(verifier)) {
			return { ok: false, refusal: REFUSALS.verifierWrong() };
		}
		issued.isRedeemed = true;
		return { ok: true, grant: issued };
	}

	/** Each use of a refresh token gives a further one; Entra does not end the used one. */
	issueRefreshToken(grant: EntraGrant): string {
		const token = `1.${randomBytes(300).toString('base64url')}`;
		this.#refreshTokens.set(token, { ...grant, issuedAtMs: Date.now() });
		return token;
	}

	redeemRefreshToken(token: string, application: EntraApplication): Redeemed<EntraGrant> {
		const issued = this.#refreshTokens.get(token);
		if (issued?.application !== application) {
			return { ok: false, refusal: REFUSALS.refreshTokenInvalid() };
		}
		const { revokedAtMs } = issued;
		if (revokedAtMs !== undefined) {
			const [issuedAt, from] = [issued.issuedAtMs, revokedAtMs].map((timeMs) =>
				new Date(timeMs).toISOString(),
			);
			return { ok: false, refusal: REFUSALS.refreshTokenRevoked(issuedAt ?? '', from ?? '') };
		}
		return { ok: true, grant: issued };
	}

	/** Ends a person's refresh tokens, as an admin's "Revoke sessions" does. */
	revoke(user: EntraUser): void {
		for (const issued of this.#refreshTokens.values()) {
			if (issued.user === user) issued.revokedAtMs ??= Date.now();
		}
	}
}

function challengeOf(verifier: string | undefined): string | undefined {
	return verifier === undefined
		? undefined
		: createHash('sha256').update(verifier).digest('base64url');
}
