import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { EntraApplication, EntraTenant } from '../../../sandbox/entra/directory.js';
import type { EntraTokenRequest } from '../../../sandbox/entra/entra-server.js';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { MailWorkflow, type MailNode } from '../n8n/mail-workflow.js';
import { useNamedHosts } from '../tls/named-hosts.js';
import { closeIdleConnections } from '../smtp/mailbox-states.js';

/** The mailbox that the application may send from. */
export const MAILBOX = 'adele@contoso.example';

/** A mailbox of another person in the organization. */
export const COLLEAGUE = 'bertha@contoso.example';

/** An organization with an application that may send by SMTP, new for each test. */
export interface ApplicationCompany {
	clouds: Clouds;
	tenant: EntraTenant;
	app: EntraApplication;
	secret: string;
	/** What Entra was asked for in this test. */
	readonly requests: () => readonly EntraTokenRequest[];
	/** What the mail server has taken in this test. */
	readonly messages: () => readonly unknown[];
	/** How many connections the mail server got in this test. */
	readonly connectionCount: () => number;
	/** A workflow of the node, with what a person enters who lets the application sign in. */
	readonly workflow: (changes?: IDataObject, node?: MailNode) => MailWorkflow;
}

function credentialOf(
	{ clouds, tenant, app, secret }: ApplicationCompany,
	changes: IDataObject,
): ICredentialDataDecryptedObject {
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

/** Founds it before each test of a file and closes everything behind; valid within tests only. */
export function useApplicationCompany(): ApplicationCompany {
	let before = { requests: 0, messages: 0, connections: 0 };
	let proxy: NamedHosts;
	const company: ApplicationCompany = {
		requests: () => company.clouds.entra.tokenRequests.slice(before.requests),
		messages: () => company.clouds.sandbox.mail.messages.slice(before.messages),
		connectionCount: () => company.clouds.sandbox.mail.connectionCount - before.connections,
		workflow: (changes = {}, node = {}) => new MailWorkflow(node, credentialOf(company, changes)),
		...({} as Pick<ApplicationCompany, 'clouds' | 'tenant' | 'app' | 'secret'>),
	};
	beforeAll(async () => {
		company.clouds = await startClouds(readTrustedCertificate(), {
			users: [{ email: MAILBOX }, { email: COLLEAGUE }],
		});
		proxy = await useNamedHosts(company.clouds.ports);
	});
	afterAll(async () => {
		await proxy.close();
		await company.clouds.close();
	});
	beforeEach(() => {
		const { entra, sandbox } = company.clouds;
		const tenant = entra.directory.addTenant('Contoso', 'contoso.example');
		tenant.addUser(MAILBOX);
		const app = tenant.registerApplication('n8n mail');
		app.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		tenant.grantAdminConsent(app);
		tenant.exchange.newServicePrincipal(app.appId, app.enterpriseObjectId);
		tenant.exchange.addMailboxPermission(MAILBOX, app.enterpriseObjectId);
		Object.assign(company, { tenant, app, secret: app.addClientSecret() });
		before = {
			requests: entra.tokenRequests.length,
			messages: sandbox.mail.messages.length,
			connections: sandbox.mail.connectionCount,
		};
	});
	afterEach(async () => {
		await closeIdleConnections();
		company.clouds.entra.accessTokenSeconds = 3_599;
	});
	return company;
}
