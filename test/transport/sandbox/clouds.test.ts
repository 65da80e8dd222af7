import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import type { EntraApplication, EntraTenant } from '../../../sandbox/entra/directory.js';
import { signJwt } from '../../../sandbox/net/jwt.js';
import { NAMED_HOSTS } from '../../../sandbox/net/named-hosts.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { askByName, askEntra } from '../../support/graph/entra-client.js';
import { RawSmtpClient } from '../../support/smtp/raw-smtp-client.js';

const ADELE = 'adele@contoso.example';
const BOB = 'bob@contoso.example';

let clouds: Clouds;
let caCertificate: string;
let tenant: EntraTenant;

beforeAll(async () => {
	const authority = await createCertificateAuthority();
	const certificate = await authority.issueServerCertificate({ hosts: NAMED_HOSTS });
	caCertificate = certificate.caCertificate;
	clouds = await startClouds(certificate, {
		users: [ADELE, BOB].map((email) => ({ email })),
		mail: { refusalStyle: 'plain' },
	});
	tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example');
	tenant.addUser(ADELE);
	tenant.addUser(BOB);
});

afterAll(async () => {
	await clouds.close();
});

/** The code of the mail server's reply to a sign-in, and why the server gave it. */
async function signIn(user: string, token: string): Promise<[number, string | undefined]> {
	const { mail } = clouds.sandbox;
	const client = await RawSmtpClient.connect(mail.implicitPort, mail.caCertificate);
	try {
		await client.read();
		await client.say('EHLO client.test');
		await client.say('AUTH XOAUTH2');
		const response = Buffer.from(`user=${user}\x01auth=Bearer ${token}\x01\x01`).toString('base64');
		const { code } = await client.say(response);
		return [code, mail.authAttempts.at(-1)?.reason];
	} finally {
		client.close();
	}
}

async function applicationToken(app: EntraApplication, scope: string): Promise<string> {
	const { body } = await askEntra(clouds.entra, caCertificate, tenant.id, {
		grant_type: 'client_credentials',
		client_id: app.appId,
		client_secret: app.addClientSecret(),
		scope,
	});
	return String(body['access_token']);
}

describe('the mail server takes', () => {
	it("an application's token for the mailboxes it was given, and no others", async () => {
		const app = tenant.registerApplication('SMTP');
		app.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		app.addPermission('graph', 'Application', 'Mail.Send');
		tenant.grantAdminConsent(app);
		tenant.exchange.newServicePrincipal(app.appId, app.enterpriseObjectId);
		tenant.exchange.addMailboxPermission(ADELE, app.enterpriseObjectId);
		const token = await applicationToken(app, 'https://outlook.office365.com/.default');
		expect(await signIn(ADELE, token)).toEqual([235, undefined]);
		expect(await signIn(BOB, token)).toEqual([535, 'no permission for the mailbox']);
		const forGraph = await applicationToken(app, 'https://graph.microsoft.com/.default');
		expect(await signIn(ADELE, forGraph)).toEqual([535, 'audience']);
	});

	it("a person's token for the own mailbox, and only with SMTP.Send", async () => {
		const app = tenant.registerApplication('n8n');
		const connect = (scope: string): string =>
			String(clouds.entra.connect(tenant, app, ADELE, scope)['access_token']);
		const token = connect('https://outlook.office.com/SMTP.Send offline_access');
		expect(await signIn(ADELE, token)).toEqual([235, undefined]);
		expect(await signIn(BOB, token)).toEqual([535, 'token of another mailbox']);
		const other = connect('https://outlook.office.com/IMAP.AccessAsUser.All');
		expect(await signIn(ADELE, other)).toEqual([535, 'no scope SMTP.Send']);
	});

	it('the token that a service account has of Google for a person', async () => {
		const { directory, port } = clouds.google;
		const account = directory.createServiceAccount('mailer');
		const key = account.createKey();
		const scope = 'https://mail.google.com/';
		directory.users.add(ADELE);
		directory.delegate('contoso.example', account.clientId, [scope]);
		const iat = Math.floor(Date.now() / 1_000);
		const { body } = await askByName(port, 'oauth2.googleapis.com', caCertificate, {
			path: '/token',
			form: {
				grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
				assertion: signJwt(
					{ iss: account.email, sub: ADELE, scope, aud: key.token_uri, iat, exp: iat + 3_600 },
					key.private_key,
				),
			},
		});
		const { access_token: token } = JSON.parse(body) as { access_token: string };
		expect(await signIn(ADELE, token)).toEqual([235, undefined]);
		expect(await signIn(BOB, token)).toEqual([535, 'token of another mailbox']);
	});
});
