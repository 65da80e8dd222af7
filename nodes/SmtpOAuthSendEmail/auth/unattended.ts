import { createHash } from 'node:crypto';
import { MICROSOFT_CLOUDS } from '../../../credentials/providers/microsoft-clouds';
import { expectedTokens } from '../../../credentials/providers/transports';
import { readTokenClaims, type TokenClaims } from '../untrusted/token-claims';
import { processRegistry } from '../registry/process-registry';
import type { MailAccount } from './mail-account';
import { endOf, type StoredToken } from './stored-token';

/** A credential that no person connects: an application or a service account signs in with it. */
export interface Unattended {
	readonly signIn: 'application' | 'serviceAccount';
	/** A digest of everything that decides what a token is for: another one, another token. */
	readonly settings: string;
	/** Unix ms: the end of the certificate that it signs in with, if it does so with one. */
	readonly clientCertificateEndsAtMs?: number | undefined;
	/** Whether nothing that can be read in an access token shows that it is for other settings. */
	mayBeFor(accessToken: string): boolean;
}

/** SHA-256, for what must be told apart and not be kept. */
export function digestOf(...texts: readonly string[]): string {
	return createHash('sha256').update(texts.join('\n')).digest('base64url');
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isOtherId(claimed: string | undefined, entered: unknown): boolean {
	if (claimed === undefined || typeof entered !== 'string') return false;
	const wanted = entered.trim().toLowerCase();
	// Only of two IDs is it sure that they do not name the same.
	return GUID.test(claimed) && GUID.test(wanted) && claimed !== wanted;
}

/** Audiences of services other than the one that this account sends through. */
function foreignAudiences({ provider, deliverVia, host }: MailAccount): readonly string[] {
	const tokens = expectedTokens(provider, deliverVia);
	if (tokens === undefined) return [];
	// Each cloud has a Graph of its own.
	const graphs = Object.values(MICROSOFT_CLOUDS).map(({ graphHost }) => `https://${graphHost}`);
	const others = [...Object.keys(tokens.otherServices), ...graphs];
	return others.filter((audience) => audience !== `https://${host}`);
}

function isForeign(claims: TokenClaims, account: MailAccount, clientId: unknown): boolean {
	const foreign = foreignAudiences(account);
	return (
		claims.users.length > 0 ||
		isOtherId(claims.tenant, account.tenant) ||
		isOtherId(claims.clientId, clientId) ||
		claims.audiences.some((audience) => foreign.includes(audience))
	);
}

/** The fields that decide what an application's token is for. */
const SETTINGS = ['grantType', 'accessTokenUrl', 'clientId', 'scope'] as const;

/** How an application's credential tells its own tokens from those of earlier settings. */
export function applicationOf(
	account: MailAccount,
	fields: Readonly<Record<string, unknown>>,
): Unattended {
	const texts = SETTINGS.map((name) => (typeof fields[name] === 'string' ? fields[name] : ''));
	return {
		signIn: 'application',
		settings: digestOf(...texts),
		clientCertificateEndsAtMs: account.clientCertificateEndsAtMs,
		mayBeFor: (accessToken) => {
			const claims = readTokenClaims(accessToken);
			return claims === undefined || !isForeign(claims, account, fields['clientId']);
		},
	};
}

/** More credentials than one n8n uses at a time. */
const MAX_FETCHED = 1_000;

/** Forgets tokens that have ended, and the oldest ones where too many do not say when they end. */
function forgetFetched(nowMs: number): void {
	const { fetchedTokens } = processRegistry();
	for (const [id, { endsAtMs }] of fetchedTokens) {
		const hasEnded = endsAtMs !== undefined && endsAtMs <= nowMs;
		if (hasEnded || fetchedTokens.size >= MAX_FETCHED) fetchedTokens.delete(id);
	}
}

/**
 * Remembers what a token was fetched with, and when it ends if n8n has not noted that (before 2.x).
 *
 * @param startedAtMs Unix ms: when it was asked for
 */
export function rememberFetched(
	id: string,
	{ settings }: Unattended,
	token: StoredToken,
	startedAtMs: number,
): void {
	forgetFetched(startedAtMs);
	processRegistry().fetchedTokens.set(id, {
		digest: digestOf(token.accessToken),
		settings,
		endsAtMs: endOf(startedAtMs, (token.lifeMs ?? 0) / 1_000),
	});
}

/**
 * A stored token as one of this credential, with its end as far as it is known: by n8n, by our own
 * memory of fetching it, by the token itself, in this order, since the last is the provider's clock.
 * `undefined` for one that was fetched with other settings.
 */
export function asOwn(
	id: string,
	unattended: Unattended,
	stored: StoredToken,
): StoredToken | undefined {
	const fetched = processRegistry().fetchedTokens.get(id);
	const known = fetched?.digest === digestOf(stored.accessToken) ? fetched : undefined;
	const isOwn =
		known === undefined
			? unattended.mayBeFor(stored.accessToken)
			: known.settings === unattended.settings;
	if (!isOwn) return undefined;
	const expiresAtMs =
		stored.expiresAtMs ?? known?.endsAtMs ?? readTokenClaims(stored.accessToken)?.expiresAtMs;
	const { signIn, clientCertificateEndsAtMs } = unattended;
	return { ...stored, renewal: signIn, clientCertificateEndsAtMs, expiresAtMs };
}
