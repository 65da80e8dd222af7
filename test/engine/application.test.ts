import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntraApplication, EntraTenant } from '../../sandbox/entra-directory.js';
import type { NamedHosts } from '../../sandbox/named-hosts.js';
import { startClouds, type Clouds } from '../../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../../sandbox/trusted-certificate.js';
import { jsonOf } from '../../sandbox/workflow-host.js';
import { MAIL, MailWorkflow, type MailNode } from '../support/mail-workflow.js';
import { useNamedHosts } from '../support/named-hosts.js';
import { createApplicationCertificate } from '../support/self-signed-rsa.js';
import { closeWarmConnections } from '../support/warm-connections.js';

const MAILBOX = 'adele@contoso.example';
const OTHERS = 'bertha@contoso.example';
const TEN = Array.from({ length: 10 }, () => ({}));
const CONTINUE = { onError: 'continueRegularOutput' } as const;

let clouds: Clouds;
let proxy: NamedHosts;
let tenant: EntraTenant;
let app: EntraApplication;
let secret: string;
beforeAll(async () => {
	clouds = await startClouds(readTrustedCertificate(), {
		users: [{ email: MAILBOX }, { email: OTHERS }],
	});
	proxy = await useNamedHosts(clouds.ports);
});
afterAll(async () => {
	await proxy.close();
	await clouds.close();
});
beforeEach(() => {
	tenant = clouds.entra.directory.addTenant('Contoso', 'contoso.example');
	tenant.addUser(MAILBOX);
	app = tenant.registerApplication('n8n mail');
	app.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
	tenant.grantAdminConsent(app);
	tenant.exchange.newServicePrincipal(app.appId, app.enterpriseObjectId);
	tenant.exchange.addMailboxPermission(MAILBOX, app.enterpriseObjectId);
	secret = app.addClientSecret();
	requestsBefore = clouds.entra.tokenRequests.length;
	messagesBefore = clouds.sandbox.mail.messages.length;
	connectionsBefore = clouds.sandbox.mail.connectionCount;
});
afterEach(async () => {
	await closeWarmConnections();
	clouds.entra.accessTokenSeconds = 3_599;
});

let requestsBefore = 0;
let messagesBefore = 0;
let connectionsBefore = 0;
const requests = () => clouds.entra.tokenRequests.slice(requestsBefore);
const messages = () => clouds.sandbox.mail.messages.slice(messagesBefore);
const connectionCount = () => clouds.sandbox.mail.connectionCount - connectionsBefore;

/** What a person enters, who lets the application sign in at a server of the sandbox. */
function credential(changes: IDataObject = {}): ICredentialDataDecryptedObject {
	const { mail } = clouds.sandbox;
	return {
		provider: 'custom',
		grantType: 'clientCredentials',
		clientId: app.appId,
		clientSecret: secret,
		customAccessTokenUrl: `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`,
		customScope: 'https://outlook.office365.com/.default',
		user: MAILBOX,
		host: mail.host,
		sslMode: 'explicit',
		port: mail.starttlsPort,
		caCertificate: mail.caCertificate,
		...(changes as ICredentialDataDecryptedObject),
	};
}

function workflow(changes: IDataObject = {}, node: MailNode = {}): MailWorkflow {
	return new MailWorkflow(node, credential(changes));
}

describe('an application that signs in by itself', () => {
	it('fetches one token for ten items, and keeps it for the next execution', async () => {
		const flow = workflow();
		expect(jsonOf(await flow.run(TEN), MAIL)).toMatchObject(TEN.map(() => ({ status: 'sent' })));
		expect(requests()).toMatchObject([
			{ grantType: 'client_credentials', proof: 'secret', succeeded: true },
		]);
		await closeWarmConnections();
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(requests()).toHaveLength(1);
		expect(messages()).toHaveLength(11);
	});

	it('fetches one token for five executions at a time', async () => {
		const flow = workflow();
		const runs = await Promise.all(Array.from({ length: 5 }, () => flow.run()));
		expect(runs.flatMap((run) => jsonOf(run, MAIL))).toMatchObject(
			Array.from({ length: 5 }, () => ({ status: 'sent' })),
		);
		expect(requests()).toHaveLength(1);
	});

	it('signs in with a certificate', async () => {
		const pair = await createApplicationCertificate();
		app.uploadCertificate(pair.certificate);
		const flow = workflow({ clientCredentialType: 'certificate', clientSecret: '', ...pair });
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(requests()).toMatchObject([{ proof: 'certificate', succeeded: true }]);
	});

	it('is not warned of a missing refresh token, but of a certificate that ends soon', async () => {
		const endsAt = new Date(Date.now() + 10 * 86_400_000 + 60_000);
		const pair = await createApplicationCertificate(endsAt);
		app.uploadCertificate(pair.certificate);
		const flow = workflow(
			{ clientCredentialType: 'certificate', clientSecret: '', ...pair },
			{ parameters: { operation: 'verify' } },
		);
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([
			{
				status: 'ok',
				warnings: [
					{
						code: 'CLIENT_CERTIFICATE_ENDS_SOON',
						message: expect.stringContaining('in 10 days'),
						breaksAt: expect.stringMatching(/^20\d\d-/),
					},
				],
			},
		]);
	});

	it('renews the token before its end, without a refresh token', async () => {
		clouds.entra.accessTokenSeconds = 30;
		const flow = workflow();
		await flow.run();
		clouds.entra.accessTokenSeconds = 3_599;
		await closeWarmConnections();
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(requests()).toHaveLength(2);
	});

	it('replaces a refused token once', async () => {
		const flow = workflow();
		await flow.run();
		clouds.entra.revokeAccessTokens();
		await closeWarmConnections();
		expect(jsonOf(await flow.run([{}, {}]), MAIL)).toMatchObject([
			{ status: 'sent' },
			{ status: 'sent' },
		]);
		expect(requests()).toHaveLength(2);
	});

	it('may be another one for each item: each signs in by itself', async () => {
		const second = tenant.registerApplication('of the other mailbox');
		second.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		tenant.grantAdminConsent(second);
		tenant.exchange.newServicePrincipal(second.appId, second.enterpriseObjectId);
		tenant.exchange.addMailboxPermission(OTHERS, second.enterpriseObjectId);
		const attemptsBefore = clouds.sandbox.mail.authAttempts.length;
		const flow = workflow({
			user: '={{ $json.user }}',
			clientId: '={{ $json.clientId }}',
			clientSecret: '={{ $json.clientSecret }}',
		});
		const run = await flow.run([
			{ user: MAILBOX, clientId: app.appId, clientSecret: secret },
			{ user: OTHERS, clientId: second.appId, clientSecret: second.addClientSecret() },
		]);
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'sent', envelope: { from: MAILBOX } },
			{ status: 'sent', envelope: { from: OTHERS } },
		]);
		// Nobody was shown the token of another one first.
		expect(
			clouds.sandbox.mail.authAttempts.slice(attemptsBefore).map(({ accepted }) => accepted),
		).toEqual([true, true]);
	});

	it('asks for one more token for all mailboxes that it may not use', async () => {
		const users = Array.from({ length: 20 }, (_, index) => `user${String(index)}@contoso.example`);
		const flow = workflow({ user: '={{ $json.user }}' }, { settings: CONTINUE });
		const items = jsonOf(await flow.run([...users, MAILBOX].map((user) => ({ user }))), MAIL);
		expect(items).toMatchObject([
			...users.map(() => ({ status: 'failed', failure: { code: 'TOKEN_REJECTED' } })),
			{ status: 'sent' },
		]);
		expect(requests()).toHaveLength(2);
	});

	it('takes no token that was fetched for another application', async () => {
		const flow = workflow();
		await flow.run();
		const other = tenant.registerApplication('another');
		other.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		tenant.grantAdminConsent(other);
		tenant.exchange.newServicePrincipal(other.appId, other.enterpriseObjectId);
		tenant.exchange.addMailboxPermission(MAILBOX, other.enterpriseObjectId);
		Object.assign(flow.credential, {
			clientId: other.appId,
			clientSecret: other.addClientSecret(),
		});
		await closeWarmConnections();
		await flow.run();
		expect(requests()).toMatchObject([{ succeeded: true }, { succeeded: true }]);
		expect(messages()).toHaveLength(2);
	});
});

describe('an application that may not sign in', () => {
	/** What its item says; nothing may reach the mail server unless told. */
	async function failing(changes: IDataObject = {}, connections = 0): Promise<IDataObject> {
		const flow = workflow(changes, {
			settings: CONTINUE,
			parameters: { options: { maxAttempts: 1 } },
		});
		const [item] = jsonOf(await flow.run(), MAIL);
		expect(messages()).toHaveLength(0);
		expect(connectionCount()).toBe(connections);
		return item?.['failure'] as IDataObject;
	}

	const tokenUrl = (name: string) => `https://login.microsoftonline.com/${name}/oauth2/v2.0/token`;

	it('with a wrong secret', async () => {
		expect(await failing({ clientSecret: 'wrong-secret' })).toMatchObject({
			code: 'CLIENT_REJECTED',
			stage: 'token',
			message: expect.stringContaining('AADSTS7000215'),
		});
	});

	it('with a secret that has ended', async () => {
		const clientSecret = app.addClientSecret(Date.now() - 1_000);
		expect(await failing({ clientSecret })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('has expired'),
		});
	});

	it.each([
		['of an organization that there is not', () => tokenUrl('9'.repeat(8) + tenant.id.slice(8))],
		['of no organization', () => tokenUrl('no_tenant')],
	])('with the tenant %s', async (_what, customAccessTokenUrl) => {
		expect(await failing({ customAccessTokenUrl: customAccessTokenUrl() })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('knows no organization'),
			remedy: expect.stringContaining('Directory (tenant) ID'),
		});
	});

	it('in an organization that does not know it', async () => {
		const other = clouds.entra.directory.addTenant('Fabrikam', 'fabrikam.example');
		expect(await failing({ customAccessTokenUrl: tokenUrl(other.id) })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('does not know the application'),
		});
	});

	it('with a certificate that was not uploaded', async () => {
		const pair = await createApplicationCertificate();
		expect(await failing({ clientCredentialType: 'certificate', ...pair })).toMatchObject({
			code: 'CLIENT_REJECTED',
			message: expect.stringContaining('AADSTS700027'),
			remedy: expect.stringContaining('Certificates & secrets'),
		});
	});

	it('for a scope that does not end in .default', async () => {
		const customScope = 'https://outlook.office365.com/SMTP.SendAsApp';
		expect(await failing({ customScope })).toMatchObject({ code: 'PERMISSION_MISSING' });
	});

	it('without the admin’s consent, which only the mail server notices', async () => {
		app.grantedRoles.clear();
		expect(await failing({}, 2)).toMatchObject({ code: 'PERMISSION_MISSING', stage: 'auth' });
	});

	it('before the admin’s consent can soon after it', async () => {
		app.grantedRoles.clear();
		const flow = workflow({}, { settings: CONTINUE });
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'failed' }]);
		tenant.grantAdminConsent(app);
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	});

	it('without Exchange’s leave, the cure of which names both IDs', async () => {
		const { mail } = clouds.sandbox;
		const stranger = tenant.registerApplication('stranger');
		stranger.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		tenant.grantAdminConsent(stranger);
		const changes = { clientId: stranger.appId, clientSecret: stranger.addClientSecret() };
		expect(await failing(changes, 2)).toMatchObject({
			code: 'TOKEN_REJECTED',
			stage: 'auth',
			remedy: expect.stringContaining('New-ServicePrincipal'),
		});
		expect(mail.authAttempts.slice(-2).map(({ accepted }) => accepted)).toEqual([false, false]);
		expect(requests()).toHaveLength(2);
	});
});

describe('what cannot work is refused before anybody is asked', () => {
	const certificate = async (changes: IDataObject) => ({
		clientCredentialType: 'certificate',
		...(await createApplicationCertificate()),
		...changes,
	});
	const DAY_MS = 86_400_000;

	it.each<[string, string, () => Promise<IDataObject>]>([
		['a private key that is no PEM', 'Private Key', () => certificate({ privateKey: 'MIIEvQ' })],
		[
			'a private key that is cut off',
			'Private Key',
			async () => {
				const { privateKey, ...rest } = await createApplicationCertificate();
				const cut = `${privateKey.slice(0, 300)}\n-----END PRIVATE KEY-----`;
				return { clientCredentialType: 'certificate', ...rest, privateKey: cut };
			},
		],
		['a certificate that is no PEM', 'Certificate', () => certificate({ certificate: 'MIIC' })],
		[
			'a certificate of another key',
			'Certificate',
			async () =>
				await certificate({ certificate: (await createApplicationCertificate()).certificate }),
		],
		[
			'a certificate that has ended',
			'Certificate',
			async () =>
				await certificate({
					...(await createApplicationCertificate(new Date(Date.now() - 1_000))),
				}),
		],
		[
			'a certificate that is not valid yet',
			'Certificate',
			async () =>
				await certificate({
					...(await createApplicationCertificate(
						new Date(Date.now() + 2 * DAY_MS),
						new Date(Date.now() + DAY_MS),
					)),
				}),
		],
		['the tenant common', 'Tenant', async () => ({ provider: 'microsoft365', tenant: 'common' })],
		['a provider without applications', 'Grant Type', async () => ({ provider: 'yahoo' })],
		[
			'SMTP in the cloud of China',
			'Deliver Via',
			async () => ({ provider: 'microsoft365', tenant: tenant.id, cloud: 'china' }),
		],
	])('%s', async (_what, field, changes) => {
		const flow = workflow(await changes(), { settings: CONTINUE });
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([
			{
				status: 'failed',
				failure: {
					code: 'INVALID_PARAMETER',
					stage: 'parameters',
					message: expect.stringContaining(`"${field}"`),
				},
			},
		]);
		expect(requests()).toEqual([]);
		expect(connectionCount()).toBe(0);
	});
});
