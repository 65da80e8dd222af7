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
const TEN = Array.from({ length: 10 }, () => ({}));
const CONTINUE = { onError: 'continueRegularOutput' } as const;

let clouds: Clouds;
let proxy: NamedHosts;
let tenant: EntraTenant;
let app: EntraApplication;
let secret: string;
beforeAll(async () => {
	clouds = await startClouds(readTrustedCertificate(), { users: [{ email: MAILBOX }] });
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

const failureOf = (items: IDataObject[]) => items[0]?.['failure'];

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
	/** The item that it comes to; nothing may reach the mail server unless told. */
	async function failing(changes: IDataObject = {}, connections = 0): Promise<unknown> {
		const flow = workflow(changes, {
			settings: CONTINUE,
			parameters: { options: { maxAttempts: 1 } },
		});
		const items = jsonOf(await flow.run(), MAIL);
		expect(messages()).toHaveLength(0);
		expect(connectionCount()).toBe(connections);
		return failureOf(items);
	}

	it('with a wrong secret', async () => {
		expect(await failing({ clientSecret: 'wrong-secret' })).toMatchObject({
			code: 'CLIENT_REJECTED',
			stage: 'token',
		});
	});
});
