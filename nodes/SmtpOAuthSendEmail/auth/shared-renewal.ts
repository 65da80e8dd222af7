import { processRegistry } from '../registry/process-registry';
import { withinTime } from '../timing/with-timeout';
import type { TokenResult } from './access-tokens';

/** A renewal that takes longer is given up, for all who wait for it. */
const RENEWAL_TIMEOUT_MS = 60_000;

function isTokenResult(value: unknown): value is TokenResult {
	return typeof value === 'object' && value !== null && 'ok' in value;
}

/**
 * Renews a credential's token, once for all who want the same at a time: also for other executions of
 * this process. n8n gives one result to all who refresh a credential at a time, also with other
 * settings and of other users. So a renewal for others, which could bring another user's token, is waited for
 * and not shared.
 *
 * @param credentialId as in `CredentialAccess`
 * @param purpose what tells this renewal from others of the same credential
 * @param renew never throws
 * @param lateResult what a renewal comes to that does not end
 */
export async function renewOnce(
	credentialId: string,
	purpose: string,
	renew: () => Promise<TokenResult>,
	lateResult: () => TokenResult,
): Promise<TokenResult> {
	const { refreshes } = processRegistry();
	const key = `${credentialId}\n${purpose}`;
	const isOthers = ([other]: readonly [string, unknown]): boolean =>
		other !== key && other.startsWith(`${credentialId}\n`);
	for (let others = [...refreshes].find(isOthers); others !== undefined;) {
		await others[1];
		others = [...refreshes].find(isOthers);
	}
	const underWay = refreshes.get(key);
	if (underWay !== undefined) {
		const shared = await underWay;
		if (isTokenResult(shared)) return shared;
	}
	const renewal = withinTime(renew(), RENEWAL_TIMEOUT_MS, undefined)
		.then((result) => (typeof result === 'string' ? lateResult() : result))
		.finally(() => {
			if (refreshes.get(key) === renewal) refreshes.delete(key);
		});
	refreshes.set(key, renewal);
	return await renewal;
}

/** Lets go of the credential's renewals under way, so that the next caller who needs a token asks again. */
export function giveUpRenewals(credentialId: string): void {
	const { refreshes } = processRegistry();
	for (const key of refreshes.keys()) {
		if (key.startsWith(`${credentialId}\n`)) refreshes.delete(key);
	}
}
