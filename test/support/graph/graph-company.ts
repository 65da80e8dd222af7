import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { EntraApplication, EntraTenant } from '../../../sandbox/entra/directory.js';
import { startEntraServer, type EntraServer } from '../../../sandbox/entra/entra-server.js';
import type { GraphMailbox } from '../../../sandbox/graph/mailbox.js';
import { startGraphServer, type GraphServer } from '../../../sandbox/graph/graph-server.js';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { storeBinary } from '../n8n/binary-store.js';
import { MailWorkflow, type MailNode } from '../n8n/mail-workflow.js';
import { useNamedHosts } from '../tls/named-hosts.js';
import { forgetMailboxStates } from '../smtp/mailbox-states.js';

/** The mailbox that sends. */
export const GRAPH_MAILBOX = 'alerts@contoso.example';

/** An organization with an application that may send by Graph, and the stand-ins it is signed in at. */
export interface GraphCompany {
	entra: EntraServer;
	graph: GraphServer;
	proxy: NamedHosts;
	tenant: EntraTenant;
	app: EntraApplication;
	secret: string;
	mailbox: GraphMailbox;
	/**
	 * A workflow of the node, with what a person enters who lets the application send by Graph.
	 *
	 * @param settings default: continue
	 * @param changes of the credential
	 */
	workflow(
		parameters?: IDataObject,
		settings?: MailNode['settings'],
		changes?: IDataObject,
	): MailWorkflow;
}

function createWorkflow(
	{ tenant, app, secret }: GraphCompany,
	parameters: IDataObject = {},
	settings: MailNode['settings'] = { onError: 'continueRegularOutput' },
	changes: IDataObject = {},
): MailWorkflow {
	const node = { parameters: { toEmail: 'bob@example.net', ...parameters }, settings };
	return new MailWorkflow(node, {
		provider: 'microsoft365',
		grantType: 'clientCredentials',
		deliverVia: 'graph',
		tenant: tenant.id,
		clientId: app.appId,
		clientSecret: secret,
		user: GRAPH_MAILBOX,
		...(changes as ICredentialDataDecryptedObject),
	});
}

/** Founds it before each test of a file and closes everything behind; valid within tests only. */
export function useGraphCompany(): GraphCompany {
	const company: GraphCompany = {
		workflow: (parameters, settings, changes) =>
			createWorkflow(company, parameters, settings, changes),
		...({} as Omit<GraphCompany, 'workflow'>),
	};
	beforeAll(async () => {
		company.entra = await startEntraServer({ certificate: readTrustedCertificate() });
	});
	afterAll(async () => {
		await company.entra.close();
	});
	beforeEach(async () => {
		const { entra } = company;
		const graph = await startGraphServer({
			certificate: readTrustedCertificate(),
			checkToken: (token) => entra.verifyToken(token, 'graph'),
		});
		const proxy = await useNamedHosts({
			'login.microsoftonline.com': entra.port,
			'graph.microsoft.com': graph.port,
			'outlook.office.com': graph.port,
		});
		await forgetMailboxStates();
		const tenant = entra.directory.addTenant('Contoso', 'contoso.example');
		const app = tenant.registerApplication('n8n mail');
		app.addPermission('graph', 'Application', 'Mail.Send');
		app.addPermission('graph', 'Application', 'Mail.ReadWrite');
		tenant.grantAdminConsent(app);
		const mailbox = { address: GRAPH_MAILBOX, tenantId: tenant.id };
		graph.mailboxes.push(mailbox);
		Object.assign(company, { graph, proxy, tenant, app, mailbox, secret: app.addClientSecret() });
		return async () => {
			await company.proxy.close();
			await graph.close();
		};
	});
	return company;
}

/** An item whose attachment lies in n8n's binary store, as large ones do. */
export async function itemWithAttachment(content: Buffer): Promise<INodeExecutionData> {
	const about = { mimeType: 'application/zip', fileName: 'big.zip' };
	return { json: {}, binary: { data: await storeBinary(content, about) } };
}
