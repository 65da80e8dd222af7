import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface StoredRecord {
	readonly model: string;
	readonly payload: AdapterPayload;
}

/** The models whose records belong to a grant and are removed with it. */
const GRANTED_MODELS = ['AccessToken', 'AuthorizationCode', 'RefreshToken'];
const ACCESS_TOKEN_MODELS = ['AccessToken', 'ClientCredentials'];
/** What outlives the server when it is to; sessions and half-finished sign-ins do not. */
const KEPT_MODELS = ['Grant', 'RefreshToken', ...ACCESS_TOKEN_MODELS];

/**
 * The memory of one OAuth2 server: what oidc-provider calls an adapter. Its own in-memory adapter
 * is shared by all servers of a process and forgets after 1,000 records. Expiry is not decided
 * here: the provider reads it from the record.
 *
 * With a path, grants and tokens are read from that file and written to it at each change.
 */
export class OAuthStore {
	readonly #records: Map<string, StoredRecord>;
	readonly #path: string | undefined;

	constructor(path?: string) {
		this.#path = path;
		this.#records = new Map(path === undefined ? [] : readRecords(path));
	}

	/** The adapter of one model, e.g. `AccessToken`; to be handed to the provider. */
	adapterFor(model: string): Adapter {
		const keyOf = (id: string) => `${model}:${id}`;
		const find = async (id: string) => this.#records.get(keyOf(id))?.payload;
		return {
			upsert: async (id, payload) => {
				this.#records.set(keyOf(id), { model, payload });
				this.#keep(model);
			},
			find,
			findByUid: async (uid) => this.#findBy(model, (payload) => payload.uid === uid),
			findByUserCode: async (code) => this.#findBy(model, (payload) => payload.userCode === code),
			consume: async (id) => {
				const payload = await find(id);
				if (payload) payload.consumed = Math.floor(Date.now() / 1000);
				this.#keep(model);
			},
			destroy: async (id) => {
				this.#records.delete(keyOf(id));
				this.#keep(model);
			},
			revokeByGrantId: async (grantId) => {
				for (const [key, { model: kind, payload }] of this.#records) {
					if (payload.grantId === grantId && kind === model) this.#records.delete(key);
				}
				this.#keep(model);
			},
		};
	}

	/** Forgets every grant of an account with all tokens and codes that came from it. */
	revokeGrantsOf(accountId: string): void {
		for (const [key, { model, payload }] of this.#records) {
			const isGrant = model === 'Grant' || GRANTED_MODELS.includes(model);
			if (isGrant && payload.accountId === accountId) this.#records.delete(key);
		}
		this.#keep('Grant');
	}

	/** Lets access tokens end now: those of one account, or all, an application's own included. */
	expireAccessTokens(accountId?: string): void {
		const nowSeconds = Math.floor(Date.now() / 1000);
		for (const { model, payload } of this.#records.values()) {
			const isMeant = accountId === undefined || payload.accountId === accountId;
			if (isMeant && ACCESS_TOKEN_MODELS.includes(model)) payload.exp = nowSeconds - 1;
		}
		this.#keep('AccessToken');
	}

	/** Writes the file, if there is one and the model is in it; whole or not at all. */
	#keep(changed: string): void {
		if (this.#path === undefined || !KEPT_MODELS.includes(changed)) return;
		const kept = [...this.#records].filter(([, { model }]) => KEPT_MODELS.includes(model));
		mkdirSync(dirname(this.#path), { recursive: true });
		writeFileSync(`${this.#path}.new`, JSON.stringify(kept), { mode: 0o600 });
		renameSync(`${this.#path}.new`, this.#path);
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

function readRecords(path: string): ReadonlyArray<[string, StoredRecord]> {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as Array<[string, StoredRecord]>;
	} catch {
		// The first start, or a file of another program: all accounts have to be connected again.
		return [];
	}
}
