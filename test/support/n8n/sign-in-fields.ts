import { resolveSignIn } from '../../../credentials/checks/sign-in.js';

/** The ID of a tenant. */
export const TENANT = '11111111-2222-3333-4444-555555555555';
/** What a credential holds for an application's sign-in at Microsoft 365. */
export const application = {
	provider: 'microsoft365',
	grantType: 'clientCredentials',
	tenant: TENANT,
};

/** What is wrong with the fields; throws where nothing is. */
export function problemOf(fields: Record<string, unknown>) {
	const result = resolveSignIn(fields);
	if (result.ok) throw new Error(`resolved to ${JSON.stringify(result.value)}`);
	return result;
}
