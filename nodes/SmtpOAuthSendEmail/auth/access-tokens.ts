import { classifyFailure } from '../failure/classify';
import { describeFailure } from '../failure/describe-failure';
import { readEvidence } from '../failure/evidence/evidence';
import {
	type Failure,
	type FailureContext,
	type FailureDraft,
	NOT_CONNECTED,
} from '../failure/model/failure';
import { refreshTokenRemedy } from '../failure/rules/sign-in/refresh-token-remedy';
import { fail, succeed, type Result } from '../result/result';
import { withinTime } from '../timing/with-timeout';
import { giveUpRenewals, renewOnce } from './shared-renewal';
import { readStoredToken, type StoredToken } from './stored-token';
import { asOwn, rememberFetched, type Unattended } from './unattended';

/** The way to one credential: n8n's own functions, bound to the node and the item. */
export interface CredentialAccess {
	/** Identity of the credential, for single flight. */
	readonly id: string;
	/** The mailbox that signs in with it, for the wording of failures. */
	readonly user?: string;
	/** Further secrets of the credential as last read, to be removed from what the sign-in server says. */
	readonly secrets?: readonly string[];
	/** The number of a service account, where its key file tells it; as of the last read. */
	readonly clientId?: string | undefined;
	/** Present where an application or a service account signs in; as of the last read. */
	readonly unattended?: Unattended | undefined;
	/** Reads `oauthTokenData` of the credential as it is stored now. */
	readTokenData(): Promise<unknown>;
	/**
	 * Refreshes through n8n, which saves a rotated refresh token. For an application or a service
	 * account it fetches a token. Resolves with the new token data.
	 */
	refreshTokenData(): Promise<unknown>;
	/**
	 * Asks the token endpoint itself for the reason of a refusal that n8n has told of without one.
	 * Resolves with the endpoint's error, `undefined` where it gives none. Never rejects.
	 */
	askForReason?(): Promise<unknown>;
}

export type TokenResult = Result<StoredToken, Failure>;

/** A token that ends within this time is renewed before it is used. n8n's own margin. */
const EXPIRY_MARGIN_MS = 60_000;

/** The longest wait for a new token while the old one is still valid. */
const PATIENCE_MS = 10_000;

const SAME_TOKEN = {
	code: 'TOKEN_REJECTED',
	detail: 'The mail server refused the access token, and the provider gave the same one again.',
} as const;

const NO_REFRESH_TOKEN = {
	code: 'RECONNECT_REQUIRED',
	detail:
		'The access token has ended or was refused, and the provider gave no refresh token to renew it with.',
} as const;

const NO_TOKEN_GIVEN = {
	code: 'TOKEN_REQUEST_FAILED',
	detail: 'n8n asked the sign-in server for a new access token, but its answer holds none.',
} as const;

const NO_END: FailureDraft = {
	code: 'TOKEN_REQUEST_FAILED',
	detail: 'The sign-in server did not finish its answer to the request for a new access token.',
};

/** How long a token is taken for the stored one: reading a credential takes n8n longer than a message. */
const FRESH_MS = 10_000;

/** Whose tokens they are, for the wording of failures. */
type TokenOwner = Pick<
	FailureContext,
	'provider' | 'signIn' | 'user' | 'deliverVia' | 'adminCenter'
>;

/**
 * Access tokens of one credential: the stored one, renewed when it is about to end or was refused.
 * For an application or a service account the first one is fetched as well.
 */
export class AccessTokens {
	/** A new token has not come soon: the next messages do not wait for it. */
	#isLate = false;
	/** The stored token as read a moment ago, until another one is wanted. */
	#recent: { readonly token: StoredToken; readonly untilMs: number } | undefined;
	/** Of every token given out: a server may repeat one that it was shown before. */
	readonly #secrets = new Set<string>();

	/** @param now the clock, Unix ms */
	constructor(
		private readonly access: CredentialAccess,
		private readonly owner: TokenOwner,
		private readonly now: () => number,
	) {}

	/**
	 * A token to sign in with now. Fails with `RECONNECT_REQUIRED` or `TOKEN_REQUEST_FAILED`, stage
	 * `token`; like `replace` it never throws. A stored token that is still valid is used where a new
	 * one does not come soon. The credential is read again after some seconds, or after `replace`.
	 *
	 * @param timeoutMs how long the caller waits for it
	 */
	async current(timeoutMs = Number.POSITIVE_INFINITY): Promise<TokenResult> {
		return this.#withSecrets(await this.#guard(async () => await this.#current(timeoutMs)));
	}

	/**
	 * Another token than the refused one: what the credential holds meanwhile, else a refreshed
	 * one. Fails with `TOKEN_REJECTED` when the provider hands out the refused one again.
	 */
	async replace(refused: StoredToken): Promise<TokenResult> {
		const other = await this.#renewOnce(refused);
		const isSame = other.ok && other.value.accessToken === refused.accessToken;
		return isSame ? this.#fault(SAME_TOKEN) : this.#withSecrets(other, refused.secrets);
	}

	/** Call it when the wait for a token is over without one: the next caller asks again. */
	giveUp(): void {
		giveUpRenewals(this.access.id);
	}

	async #current(timeoutMs: number): Promise<TokenResult> {
		if (this.#recent !== undefined && this.now() < this.#recent.untilMs) {
			return succeed(this.#recent.token);
		}
		const { own: stored, foreign } = await this.#read();
		if (stored === undefined) {
			return this.access.unattended === undefined
				? this.#fault(NOT_CONNECTED)
				: await this.#renewOnce(foreign);
		}
		const remainingMs = (stored.expiresAtMs ?? Number.POSITIVE_INFINITY) - this.now();
		if (remainingMs > EXPIRY_MARGIN_MS) {
			const freshMs = Math.min(FRESH_MS, remainingMs - EXPIRY_MARGIN_MS);
			this.#recent = { token: stored, untilMs: this.now() + freshMs };
			return succeed(stored);
		}
		if (remainingMs <= 0) return await this.#renewOnce(stored);
		// An endpoint that is down or hangs must not hold back a mail that the old token still gets out.
		const patienceMs = this.#isLate ? 0 : Math.min(PATIENCE_MS, remainingMs / 2, timeoutMs / 2);
		const renewed = await withinTime(this.#renewOnce(stored), patienceMs, undefined);
		this.#isLate = typeof renewed === 'string';
		// Some providers prolong the token instead of handing out another one.
		return typeof renewed !== 'string' && renewed.ok ? renewed : succeed(stored);
	}

	/** Adds to a token the secrets of all that came before it. */
	#withSecrets(result: TokenResult, more: readonly string[] = []): TokenResult {
		if (!result.ok) return result;
		for (const secret of [...result.value.secrets, ...more]) this.#secrets.add(secret);
		return succeed({ ...result.value, secrets: [...this.#secrets] });
	}

	#context(secrets: readonly string[] = []): FailureContext {
		const { access } = this;
		const { provider, signIn, user = access.user, deliverVia, adminCenter } = this.owner;
		return {
			stage: 'token',
			provider,
			signIn,
			user,
			deliverVia,
			adminCenter,
			clientId: access.clientId,
			secrets: [...secrets, ...this.#secrets, ...(access.secrets ?? [])],
		};
	}

	#fault(fault: FailureDraft): TokenResult {
		return fail(describeFailure(fault, this.#context()));
	}

	/** n8n's own functions may throw anything. */
	async #guard(
		task: () => Promise<TokenResult>,
		secrets: readonly string[] = [],
	): Promise<TokenResult> {
		try {
			return await task();
		} catch (error: unknown) {
			return fail(classifyFailure(error, this.#context(secrets)));
		}
	}

	/** The credential's token as it is stored now, and the one of other settings that it holds instead. */
	async #read(): Promise<{ own?: StoredToken; foreign?: StoredToken }> {
		const stored = readStoredToken(await this.access.readTokenData());
		if (stored === undefined) return {};
		const { id, unattended } = this.access;
		if (unattended === undefined) return { own: stored };
		const own = asOwn(id, unattended, stored);
		return own === undefined ? { foreign: stored } : { own };
	}

	async #storedElsewhere(refused: StoredToken | undefined): Promise<StoredToken | undefined> {
		const { own } = await this.#read();
		return own?.accessToken === refused?.accessToken ? undefined : own;
	}

	async #renewOnce(refused: StoredToken | undefined): Promise<TokenResult> {
		this.#recent = undefined;
		const { id, unattended } = this.access;
		return await renewOnce(
			id,
			`${refused?.accessToken ?? ''}\n${unattended?.settings ?? ''}`,
			async () => await this.#guard(async () => await this.#renew(refused), refused?.secrets),
			() => this.#fault(NO_END),
		);
	}

	async #renew(refused: StoredToken | undefined): Promise<TokenResult> {
		const newer = await this.#storedElsewhere(refused);
		if (newer !== undefined) return succeed(newer);
		if (this.access.unattended === undefined && refused?.hasRefreshToken !== true) {
			const remedy = refreshTokenRemedy(this.owner.provider);
			return this.#fault({ ...NO_REFRESH_TOKEN, remedy });
		}
		try {
			const renewed = await this.#fetch(refused);
			return renewed === undefined ? this.#fault(NO_TOKEN_GIVEN) : succeed(renewed);
		} catch (error: unknown) {
			// Another process may have renewed it in between, which makes our refresh token void.
			const meanwhile = await this.#storedElsewhere(refused).catch(() => undefined);
			if (meanwhile !== undefined) return succeed(meanwhile);
			return fail(await this.#describeRefusal(error, refused?.secrets));
		}
	}

	/** What n8n's refresh has given, as this credential's own. */
	async #fetch(refused: StoredToken | undefined): Promise<StoredToken | undefined> {
		const startedAtMs = this.now();
		const fetched = readStoredToken(await this.access.refreshTokenData());
		const { id, unattended } = this.access;
		if (fetched === undefined) return undefined;
		// What n8n has saved is this user's for sure, also where each user has an account of their own.
		if (unattended === undefined) return (await this.#storedElsewhere(refused)) ?? fetched;
		rememberFetched(id, unattended, fetched, startedAtMs);
		return asOwn(id, unattended, fetched);
	}

	async #describeRefusal(error: unknown, secrets: readonly string[] = []): Promise<Failure> {
		const reason = isWithoutReason(error) ? await this.access.askForReason?.() : undefined;
		return classifyFailure(reason ?? error, this.#context(secrets));
	}
}

/** Whether n8n says that the grant has ended, and leaves out what the token endpoint said. */
function isWithoutReason(error: unknown): boolean {
	const { oauthError, httpStatus, declaredCause } = readEvidence(error);
	return (
		oauthError === undefined && httpStatus === undefined && declaredCause === 'credential-invalid'
	);
}
