const OFFLINE_ACCESS =
	'Give the app the permission offline_access: entra.microsoft.com → App registrations → your app → API permissions → Add a permission → Microsoft Graph → Delegated permissions. Then connect the credential again.';

const REMEDIES: Readonly<Record<string, string>> = {
	gmail:
		'Set Prompt/Consent Level to Consent in the credential and connect it again: Google gives a refresh token only when it asks for consent.',
	microsoft365: OFFLINE_ACCESS,
	outlook: OFFLINE_ACCESS,
	custom:
		'Add offline_access, or what your sign-in server wants for it, to OAuth Scopes in the credential, then connect it again.',
};

const OTHER_REMEDY =
	'Set Prompt/Consent Level to Consent in the credential and connect it again. If there is still none, ask the provider whether it gives refresh tokens to your app.';

/** How to get a refresh token, by provider (a key of credentials/providers.ts). */
export function refreshTokenRemedy(provider: string): string {
	return (Object.hasOwn(REMEDIES, provider) ? REMEDIES[provider] : undefined) ?? OTHER_REMEDY;
}
