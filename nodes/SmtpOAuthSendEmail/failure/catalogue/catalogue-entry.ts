import type { FailureCause } from './failure-stage';

/**
 * What the catalogue says about one code. Texts may hold the placeholders of `fill-template.ts`:
 * `{host}`, `{server}`, `{user}`, `{from}`, `{recipients}`, `{offer}`, `{sizes}`, `{orOwn}`.
 */
export interface CatalogueEntry {
	/** A few words, as a heading. */
	readonly title: string;
	/** What happened, in plain words: one sentence. */
	readonly message: string;
	/** What to do about it. */
	readonly remedy: string;
	/** What to do instead at one provider, by its key in `credentials/providers.ts`. */
	readonly remedyFor?: Readonly<Record<string, string>>;
	readonly cause: FailureCause;
	/** Whether the same message may pass later without any change. */
	readonly retryable: boolean;
	/** How long to wait before the next try, in ms, where experience or the provider says so. */
	readonly retryAfterMs?: number;
}

/** A minute in ms: the wait after which a busy server is asked again. */
export const MINUTE_MS = 60_000;

/** An hour in ms. */
export const HOUR_MS = 60 * MINUTE_MS;

/** A day in ms: the period of the providers' sending quotas. */
export const DAY_MS = 24 * HOUR_MS;
