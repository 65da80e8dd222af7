import { classifyFailure, describeFault } from '../failure/classify';
import type { Failure, FaultContext } from '../failure/model/failure';
import { NOT_CONNECTED } from '../failure/model/known-faults';
import { refreshTokenRemedy } from '../failure/rules/sign-in/refresh-token-remedy';
import { processRegistry } from '../registry/process-registry';
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
	/** Present where nobody connects the credential; as of the last read. */
	readonly unattended?: Unattended | undefined;
	/** Reads `oauthTokenData` of the credential as it is stored now. */
	readTokenData(): Promise<unknown>;
	/**
	 * Refreshes through n8n, which saves a rotated refresh token; where nobody connects the credential,
	 * fetches a token. Resolves with the new token data.
	 */
	refreshTokenData(): Promise<unknown>;
}

export type TokenResult =
	| { readonly ok: true; readonly token: StoredToken }
	| { readonly ok: false; readonly failure: Failure };

/** A token that ends within this time is renewed before it is used. n8n's own margin. */
const EXPIRY_MARGIN_MS = 60_000;

/**
 * Access tokens of one credential: the stored one, renewed when it is about to end or was refused.
 * Where nobody connects it, the first one is fetched as well.
 */
export interface AccessTokens {
	/**
	 * A token to sign in with now. Fails with `RECONNECT_REQUIRED` or `TOKEN_REQUEST_FAILED`, stage
	 * `token`; like `replace` it never throws.
	 */
	current(): Promise<TokenResult>;
	/**
	 * Another token than the refused one: what the credential holds meanwhile, else a refreshed
	 * one. Fails with `TOKEN_REJECTED` when the provider hands out the refused one again.
	 */
	replace(refused: StoredToken): Promise<TokenResult>;
}

const SAME_TOKEN = {
	code: 'TOKEN_REJECTED',
	detail: 'The mail server refused the access token, and the provider gave the same one again.',
} as const;

const NO_REFRESH_TOKEN = {
	code: 'RECONNECT_REQUIRED',
	detail:
		'The access token (what n8n shows instead of a password) has ended or was refused, and the provider gave no refresh token to renew it with.',
} as const;

const NO_TOKEN_GIVEN = {
	code: 'TOKEN_REQUEST_FAILED',
	detail: 'n8n asked the sign-in server for a new access token, but its answer holds none.',
} as const;

function isTokenResult(value: unknown): value is TokenResult {
	return typeof value === 'object' && value !== null && 'ok' in value;
}

/** Whose tokens they are, for the wording of failures. */
export type TokenOwner = Pick<
	FaultContext,
	'provider' | 'signIn' | 'user' | 'deliverVia' | 'adminCenter'
>;

/**
 * @param owner a key of credentials/providers.ts, or all that is known
 * @param now the clock, Unix ms
 */
export function createAccessTokens(
	access: CredentialAccess,
	owner: string | TokenOwner,
	now: () => number,
): AccessTokens {
	const known = typeof owner === 'string' ? { provider: owner } : owner;
	const { provider, signIn, user, deliverVia, adminCenter } = known;
	const mailbox = user ?? access.user;
	const context = (secrets: readonly string[] = []): FaultContext => ({
		stage: 'token',
		provider,
		...(signIn === undefined ? {} : { signIn }),
		...(mailbox === undefined ? {} : { user: mailbox }),
		...(deliverVia === undefined ? {} : { deliverVia }),
		...(adminCenter === undefined ? {} : { adminCenter }),
		...(access.clientId === undefined ? {} : { clientId: access.clientId }),
		secrets: [...secrets, ...(access.secrets ?? [])],
	});

	/** The credential's token as it is stored now, and the one of other settings that it holds instead. */
	const readToken = async (): Promise<{ own?: StoredToken; foreign?: StoredToken }> => {
		const stored = readStoredToken(await access.readTokenData());
		if (stored === undefined) return {};
		const { unattended } = access;
		if (unattended === undefined) return { own: stored };
		const own = asOwn(access.id, unattended, stored);
		return own === undefined ? { foreign: stored } : { own };
	};

	const notConnected = (): TokenResult => ({
		ok: false,
		failure: describeFault(NOT_CONNECTED, context()),
	});

	/** n8n's own functions throw what they like. */
	const guard = async (
		secrets: readonly string[],
		task: () => Promise<TokenResult>,
	): Promise<TokenResult> => {
		try {
			return await task();
		} catch (error: unknown) {
			return { ok: false, failure: classifyFailure(error, context(secrets)) };
		}
	};

	const storedElsewhere = async (
		refused: StoredToken | undefined,
	): Promise<StoredToken | undefined> => {
		const { own } = await readToken();
		return own?.accessToken === refused?.accessToken ? undefined : own;
	};

	/** What n8n's refresh has given, as this credential's own. */
	const fetchToken = async (refused: StoredToken | undefined): Promise<StoredToken | undefined> => {
		const startedAtMs = now();
		const fetched = readStoredToken(await access.refreshTokenData());
		const { unattended } = access;
		if (fetched === undefined) return undefined;
		// What n8n has saved is this user's for sure, also where each user has an account of their own.
		if (unattended === undefined) return (await storedElsewhere(refused)) ?? fetched;
		rememberFetched(access.id, unattended, fetched, startedAtMs);
		return asOwn(access.id, unattended, fetched);
	};

	const refresh = async (refused: StoredToken | undefined): Promise<TokenResult> => {
		const newer = await storedElsewhere(refused);
		if (newer !== undefined) return { ok: true, token: newer };
		if (access.unattended === undefined && refused?.hasRefreshToken !== true) {
			return {
				ok: false,
				failure: describeFault(
					{ ...NO_REFRESH_TOKEN, remedy: refreshTokenRemedy(provider) },
					context(),
				),
			};
		}
		try {
			const renewed = await fetchToken(refused);
			return renewed === undefined
				? { ok: false, failure: describeFault(NO_TOKEN_GIVEN, context()) }
				: { ok: true, token: renewed };
		} catch (error: unknown) {
			// Another process may have renewed it in between, which makes our refresh token void.
			const meanwhile = await storedElsewhere(refused).catch(() => undefined);
			if (meanwhile !== undefined) return { ok: true, token: meanwhile };
			return { ok: false, failure: classifyFailure(error, context(refused?.secrets)) };
		}
	};

	const refreshOnce = async (refused?: StoredToken): Promise<TokenResult> => {
		const { refreshes } = processRegistry();
		const settings = access.unattended?.settings ?? '';
		const key = `${access.id}\n${refused?.accessToken ?? ''}\n${settings}`;
		// n8n hands one result to all who refresh a credential at a time, whatever their settings and
		// whoever they are: with an account of each user's own, it would be another user's token.
		const isOthers = ([other]: readonly [string, unknown]): boolean =>
			other !== key && other.startsWith(`${access.id}\n`);
		for (let others = [...refreshes].find(isOthers); others !== undefined;) {
			await others[1];
			others = [...refreshes].find(isOthers);
		}
		const underWay = refreshes.get(key);
		if (underWay !== undefined) {
			const shared = await underWay;
			if (isTokenResult(shared)) return shared;
		}
		const refreshing = guard(refused?.secrets ?? [], async () => await refresh(refused)).finally(
			() => refreshes.delete(key),
		);
		refreshes.set(key, refreshing);
		return await refreshing;
	};

	const unchanged = (): TokenResult => ({
		ok: false,
		failure: describeFault(SAME_TOKEN, context()),
	});

	return {
		async current() {
			return await guard([], async () => {
				const { own: stored, foreign } = await readToken();
				if (stored === undefined) {
					return access.unattended === undefined ? notConnected() : await refreshOnce(foreign);
				}
				const remainingMs = (stored.expiresAtMs ?? Number.POSITIVE_INFINITY) - now();
				if (remainingMs > EXPIRY_MARGIN_MS) return { ok: true, token: stored };
				// Some providers prolong the token instead of handing out another one.
				const renewed = await refreshOnce(stored);
				// A token endpoint that is down must not hold back a mail that the old token still gets out.
				return renewed.ok || remainingMs <= 0 ? renewed : { ok: true, token: stored };
			});
		},
		async replace(refused) {
			const other = await refreshOnce(refused);
			return other.ok && other.token.accessToken === refused.accessToken ? unchanged() : other;
		},
	};
}
