import { CUSTOM_PROVIDER, providerIds } from '../../../../../credentials/providers/providers';
import type { FailureContext } from '../../model/failure';

/**
 * Whose mail server refused: the preset's, or with the provider Custom that of the preset whose
 * server was entered. What its administrator has to do is the same, however the credential names it.
 */
export function serverProvider({ provider, host }: FailureContext): string {
	if (provider !== CUSTOM_PROVIDER || host === undefined) return provider;
	const name = host.toLowerCase();
	return providerIds((row) => row.smtpHost === name).at(0) ?? provider;
}
