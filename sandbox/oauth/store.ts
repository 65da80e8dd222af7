import type { Adapter, AdapterPayload } from 'oidc-provider';

interface StoredRecord {
	readonly model: string;
	readonly payload: AdapterPayload;
}

/** The models whose records hang on a grant and fall with it. */
const GRANTED_MODELS = ['AccessToken', 'AuthorizationCode', 'RefreshToken'];
const ACCESS_TOKEN_MODELS = ['AccessToken', 'ClientCredentials'];

/**
 * The memory of one OAuth2 server: what oidc-provider calls an adapter. Its own in-memory adapter
 * is shared by all servers of a process and forgets after 1,000 records. Expiry is not decided
 * here: the provider reads it from the record.
 */
export class OAuthStore {
	readonly #records = new Map<string, StoredRecord>();

	/** The adapter of one model, e.g. `AccessToken`; to be handed to the provider. */
	adapterFor(model: string): Adapter {
		const keyOf = (id: string) => `${model}:${id}`;
		const find = async (id: string) => this.#records.get(keyOf(id))?.payload;
		return {
			upsert: async (id, payload) => {
				this.#records.set(keyOf(id), { model, payload });
			},
			find,
			findByUid: async (uid) => this.#findBy(model, (payload) => payload.uid === uid),
			findByUserCode: async (code) => this.#findBy(model, (payload) => payload.userCode === code),
			consume: async (id) => {
				const payload = await find(id);
				if (payload) payload.consumed = Math.floor(Date.now() / 1000);
			},
			destroy: async (id) => {
				this.#records.delete(keyOf(id));
			},
			revokeByGrantId: async (grantId) => {
				for (const [key, { model: kind, payload }] of this.#records) {
					if (payload.grantId === grantId && kind === model) this.#records.delete(key);
				}
			},
		};
	}

	/** Forgets every grant of an account with all tokens and codes that came from it. */
	revokeGrantsOf(accountId: string): void {
		for (const [key, { model, payload }] of this.#records) {
			const isGrant = model === 'Grant' || GRANTED_MODELS.includes(model);
			if (isGrant && payload.accountId === accountId) this.#records.delete(key);
		}
	}

	/** Lets access tokens end now: those of one account, or all, an application's own included. */
	expireAccessTokens(accountId?: string): void {
		const nowSeconds = Math.floor(Date.now() / 1000);
		for (const { model, payload } of this.#records.values()) {
			const isMeant = accountId === undefined || payload.accountId === accountId;
			if (isMeant && ACCESS_TOKEN_MODELS.includes(model)) payload.exp = nowSeconds - 1;
		}
	}

	#findBy(
		model: string,
		isWanted: (payload: AdapterPayload) => boolean,
	): AdapterPayload | undefined {
		for (const record of this.#records.values()) {
			if (record.model === model && isWanted(record.payload)) return record.payload;
		}
		return undefined;
	}
}
