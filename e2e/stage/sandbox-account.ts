import type { Sandbox } from '../../sandbox/start-sandbox.js';
import type { N8nClient } from '../n8n/n8n-client.js';

/** The credential type's name in n8n. */
export const CREDENTIAL_TYPE = 'smtpOAuth2Api';

/** The mailbox that the credentials of the tests and of `npm start` belong to. */
export const MAILBOX = 'alice@sandbox.test';

/** A credential's fields for the sandbox, as one would type them into the dialog. */
export function fieldsFor(sandbox: Sandbox) {
	return {
		provider: 'custom',
		grantType: 'authorizationCode',
		clientId: sandbox.oauth.clients.confidential.clientId,
		clientSecret: sandbox.oauth.clients.confidential.clientSecret,
		customAuthUrl: sandbox.oauth.authorizationUrl,
		customAccessTokenUrl: sandbox.oauth.tokenUrl,
		customScope: sandbox.oauth.scope,
		user: MAILBOX,
		host: sandbox.mail.host,
		sslMode: 'explicit',
		port: sandbox.mail.starttlsPort,
		caCertificate: sandbox.mail.caCertificate,
	};
}

/** Fields that are to be other than those of `fieldsFor`. */
export type CredentialChanges = Partial<
	Omit<ReturnType<typeof fieldsFor>, 'host'> & {
		host: string;
		maxConnections: number;
		messagesPerMinute: number;
	}
>;

/**
 * Stores a credential for the sandbox in n8n and connects it as a person would: authorization URL,
 * consent page, callback. Resolves with its ID; fails with the page that stood in the way.
 *
 * @param account whose account is connected; default: that of the field User
 */
export async function connectAccount(
	client: N8nClient,
	sandbox: Sandbox,
	name: string,
	changes: CredentialChanges = {},
	account?: string,
): Promise<string> {
	const fields = { ...fieldsFor(sandbox), ...changes };
	const id = await client.createCredential(CREDENTIAL_TYPE, name, fields);
	await consent(client, await client.authorizeUrlOf(id), account ?? fields.user);
	return id;
}

async function consent(client: N8nClient, authorizeUrl: string, account: string) {
	let page = await client.session.follow(authorizeUrl);
	// The provider may ask more than once: for the account, then for consent.
	for (let pages = 0; page.body.includes('id="consent-form"') && pages < 3; pages += 1) {
		const action = /<form[^>]*\saction="([^"]+)"/.exec(page.body)?.[1];
		if (action === undefined) throw new Error('The consent page has no form.');
		page = await client.session.follow(new URL(action, page.url).href, {
			method: 'POST',
			form: { account, decision: 'allow' },
		});
	}
	if (
		page.status !== 200 ||
		!page.url.startsWith(`${client.url}/rest/oauth2-credential/callback`)
	) {
		throw new Error(`Connecting ended at ${page.url} (${page.status}): ${textOf(page.body)}`);
	}
	if (/went wrong|error/i.test(textOf(page.body))) {
		throw new Error(`n8n's callback page says: ${textOf(page.body)}`);
	}
}

function textOf(html: string): string {
	return html
		.replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, '')
		.replaceAll(/<[^>]+>/g, ' ')
		.replaceAll(/\s+/g, ' ')
		.trim()
		.slice(0, 400);
}
