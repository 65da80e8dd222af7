import { ACCOUNT_ENTRIES } from './catalogue-account';
import { CONNECTION_ENTRIES } from './catalogue-connection';
import type { CatalogueEntry } from './catalogue-entry';
import { MESSAGE_ENTRIES } from './catalogue-message';
import { TOKEN_ENTRIES } from './catalogue-token';

/**
 * Every code a failure can have, with what happened, what to do about it and whether waiting
 * helps. Each has its heading in docs/errors.md; codes never change their name.
 */
export const CATALOGUE = {
	...MESSAGE_ENTRIES,
	...TOKEN_ENTRIES,
	...ACCOUNT_ENTRIES,
	...CONNECTION_ENTRIES,
} as const satisfies Record<string, CatalogueEntry>;

/** A key of the catalogue; the `failure.code` of status items and thrown errors. */
export type FailureCode = keyof typeof CATALOGUE;
