import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import { startEntraServer } from '../../../sandbox/entra/entra-server.js';
import { readJwt } from '../../../sandbox/net/jwt.js';
import { NAMED_HOSTS } from '../../../sandbox/net/named-hosts.js';
import { createApplicationCertificate } from '../tls/self-signed-rsa.js';
import { askEntra, assertionFields, type TokenAnswer } from './entra-client.js';

/** What an application asks for that sends by Microsoft Graph. */
export const GRAPH = 'https://graph.microsoft.com/.default';

/**
 * Entra's stand-in with a tenant, a person, and an application that has a secret and a certificate,
 * and an expired one of each. `close` ends the server.
 */
export async function startContoso() {
	const authority = await createCertificateAuthority();
	const certificate = await authority.issueServerCertificate({ hosts: NAMED_HOSTS });
	const { caCertificate } = certificate;
	const entra = await startEntraServer({ certificate });
	const tenant = entra.directory.addTenant('Contoso', 'contoso.example');
	tenant.addUser('adele@contoso.example');
	const app = tenant.registerApplication('n8n mail', {
		redirectUris: ['http://localhost:5678/rest/oauth2-credential/callback'],
	});
	const secret = app.addClientSecret();
	const expiredSecret = app.addClientSecret(Date.now() - 1_000);
	const keyPair = await createApplicationCertificate();
	const expiredPair = await createApplicationCertificate(new Date(Date.now() - 3_600_000));
	app.uploadCertificate(keyPair.certificate);
	app.uploadCertificate(expiredPair.certificate);

	/** What the token endpoint answers to the form. */
	async function ask(
		form: Readonly<Record<string, string>>,
		at = tenant.id,
		host?: string,
	): Promise<TokenAnswer> {
		return await askEntra(entra, caCertificate, at, form, host);
	}

	/** The form of a request that proves the application by its secret. */
	function bySecret(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
		const grant = { grant_type: 'client_credentials', scope: GRAPH };
		return { ...grant, client_id: app.appId, client_secret: secret, ...changes };
	}

	/** The form of a request that proves the application by a certificate. */
	function byCertificate(
		pair = keyPair,
		changes: Readonly<Record<string, unknown>> = {},
		header: Readonly<Record<string, unknown>> = {},
	): Record<string, string> {
		const tokenUrl = `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`;
		const proof = assertionFields(app.appId, tokenUrl, pair, changes, header);
		return { grant_type: 'client_credentials', scope: GRAPH, ...proof };
	}

	const close = async () => {
		await entra.close();
	};
	return {
		...{ entra, caCertificate, tenant, app, expiredSecret, keyPair, expiredPair },
		...{ ask, bySecret, byCertificate, close },
	};
}

/** The form without one field. */
export function without(
	form: Readonly<Record<string, string>>,
	name: string,
): Record<string, string> {
	return Object.fromEntries(Object.entries(form).filter(([key]) => key !== name));
}

/** The claims of the access token in the answer. */
export function claimsOf({ body }: TokenAnswer): Readonly<Record<string, unknown>> {
	return readJwt(String(body['access_token']))?.claims ?? {};
}
