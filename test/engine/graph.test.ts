import { randomBytes } from 'node:crypto';
import type { ICredentialDataDecryptedObject, IDataObject, INodeExecutionData } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntraApplication, EntraTenant } from '../../sandbox/entra-directory.js';
import { startEntraServer, type EntraServer } from '../../sandbox/entra-server.js';
import type { GraphMailbox } from '../../sandbox/graph-mailbox.js';
import { graphError } from '../../sandbox/graph-refusals.js';
import { startGraphServer, type GraphServer } from '../../sandbox/graph-server.js';
import type { NamedHosts } from '../../sandbox/named-hosts.js';
import { readTrustedCertificate } from '../../sandbox/trusted-certificate.js';
import { jsonOf } from '../../sandbox/workflow-host.js';
import { storeBinary } from '../support/binary-store.js';
import { findLeakedSecrets } from '../support/leaked-secrets.js';
import { errorOf, MAIL, MailWorkflow, type MailNode } from '../support/mail-workflow.js';
import { useNamedHosts } from '../support/named-hosts.js';
import { forgetLanes } from '../support/warm-connections.js';

const MAILBOX = 'alerts@contoso.example';
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const ERROR_OUTPUT = { onError: 'continueErrorOutput' } as const;
const ONCE = { maxAttempts: 1 } as const;

let entra: EntraServer;
let graph: GraphServer;
let proxy: NamedHosts;
let tenant: EntraTenant;
let app: EntraApplication;
let secret: string;
let mailbox: GraphMailbox;

beforeAll(async () => {
	const certificate = readTrustedCertificate();
	entra = await startEntraServer({ certificate });
});
afterAll(async () => {
	await entra.close();
});
beforeEach(async () => {
	const certificate = readTrustedCertificate();
	graph = await startGraphServer({
		certificate,
		checkToken: (token) => entra.verifyToken(token, 'graph'),
	});
	proxy = await useNamedHosts({
		'login.microsoftonline.com': entra.port,
		'graph.microsoft.com': graph.port,
		'outlook.office.com': graph.port,
	});
	await forgetLanes();
	tenant = entra.directory.addTenant('Contoso', 'contoso.example');
	app = tenant.registerApplication('n8n mail');
	app.addPermission('graph', 'Application', 'Mail.Send');
	app.addPermission('graph', 'Application', 'Mail.ReadWrite');
	tenant.grantAdminConsent(app);
	secret = app.addClientSecret();
	mailbox = { address: MAILBOX, tenantId: tenant.id };
	graph.mailboxes.push(mailbox);
	return async () => {
		await proxy.close();
		await graph.close();
	};
});

/** What a person enters, who lets an application send by Graph. */
function credential(changes: IDataObject = {}): ICredentialDataDecryptedObject {
	return {
		provider: 'microsoft365',
		grantType: 'clientCredentials',
		deliverVia: 'graph',
		tenant: tenant.id,
		clientId: app.appId,
		clientSecret: secret,
		user: MAILBOX,
		...(changes as ICredentialDataDecryptedObject),
	};
}

function workflow(
	parameters: IDataObject = {},
	settings: MailNode['settings'] = CONTINUE,
	changes: IDataObject = {},
): MailWorkflow {
	const node = { parameters: { toEmail: 'bob@example.net', ...parameters }, settings };
	return new MailWorkflow(node, credential(changes));
}

/** An item whose attachment lies in n8n's binary store, as large ones do. */
async function withAttachment(content: Buffer): Promise<INodeExecutionData> {
	const about = { mimeType: 'application/zip', fileName: 'big.zip' };
	return { json: {}, binary: { data: await storeBinary(content, about) } };
}

const TEN = Array.from({ length: 10 }, () => ({}));

describe('an application by Microsoft Graph', () => {
	it('sends what the second seed asks for, with the real addresses', async () => {
		const [item] = jsonOf(await workflow({ options: { ccEmail: 'cy@example.net' } }).run(), MAIL);
		expect(item).toMatchObject({
			status: 'sent',
			transport: 'graph',
			provider: 'microsoft365',
			tlsVerified: true,
			accepted: ['bob@example.net', 'cy@example.net'],
			envelope: { from: MAILBOX, to: ['bob@example.net', 'cy@example.net'] },
			attempts: 1,
		});
		expect(item?.['response']).toMatch(/^202 Accepted \(request-id /);
		expect(graph.messages).toMatchObject([
			{ from: MAILBOX, recipients: ['bob@example.net', 'cy@example.net'], via: 'sendMail' },
		]);
		expect(proxy.connections.every(({ isLed }) => isLed)).toBe(true);
		expect(entra.tokenRequests.filter(({ clientId }) => clientId === app.appId)).toMatchObject([
			{ scope: 'https://graph.microsoft.com/.default', succeeded: true },
		]);
	});

	it('sends ten items, no more than four at a time, with one token', async () => {
		graph.latencyMs = 30;
		const items = jsonOf(await workflow().run(TEN), MAIL);
		expect(items).toMatchObject(TEN.map(() => ({ status: 'sent' })));
		expect(graph.messages).toHaveLength(10);
		expect(graph.peak).toBeLessThanOrEqual(4);
		expect(entra.tokenRequests.filter(({ clientId }) => clientId === app.appId)).toHaveLength(1);
	});

	it('sends an attachment of 12 MB by draft and upload session', async () => {
		const content = randomBytes(12_000_000);
		const item = await withAttachment(content);
		const flow = workflow({ options: { attachments: 'data', bccEmail: 'di@example.net' } });
		expect(jsonOf(await flow.run([item]), MAIL)).toMatchObject([
			{ status: 'sent', serverMessageId: expect.stringMatching(/^<.+@SANDBOX/) },
		]);
		const [sent] = graph.messages;
		expect(sent).toMatchObject({ via: 'draft', recipients: ['bob@example.net', 'di@example.net'] });
		expect(sent?.raw.toString('latin1')).not.toContain('di@example.net');
		expect(sent?.attachments[0]?.content.equals(content)).toBe(true);
		expect(graph.requests.filter(({ operation }) => operation === 'upload')).toHaveLength(4);
	});

	it('verifies that it may send', async () => {
		const [item] = jsonOf(await workflow({ operation: 'verify' }).run(), MAIL);
		expect(item).toMatchObject({ status: 'ok', transport: 'graph', host: 'graph.microsoft.com' });
		expect(graph.messages).toEqual([]);
	});

	it('waits as Retry-After says, and sends then', async () => {
		graph.faults.add({
			on: 'sendMail',
			act: graphError(429, 'ApplicationThrottled', 'Throttled', { 'retry-after': '1' }),
		});
		expect(jsonOf(await workflow().run(), MAIL)).toMatchObject([{ status: 'sent', attempts: 2 }]);
	});

	it('skips on a retry what was accepted, and on the next run what its key knows', async () => {
		graph.faults.add({
			on: 'sendMail',
			skip: 1,
			act: graphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.'),
		});
		const flow = workflow({ options: { maxAttempts: 1 } }, {});
		const failed = await flow.run([{}, {}]);
		expect(errorOf(failed).context.data?.failure).toMatchObject({ code: 'RECIPIENT_REJECTED' });
		const again = jsonOf(await flow.retry(failed), MAIL);
		expect(again.map(({ status }) => status).toSorted()).toEqual(['sent', 'skipped']);
		expect(graph.messages).toHaveLength(2);

		const keyed = workflow({ options: { idempotencyKey: `key-${app.appId}` } });
		expect(jsonOf(await keyed.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(jsonOf(await keyed.run(), MAIL)).toMatchObject([
			{ status: 'skipped', skippedBecause: 'idempotencyKey', transport: 'graph' },
		]);
		expect(graph.messages).toHaveLength(3);
	});

	it('stops with an account of the batch', async () => {
		graph.mailboxes[0] = { ...mailbox, blockedApps: [app.appId] };
		const error = errorOf(await workflow({}, {}).run(TEN));
		expect(error.message).toContain('A policy in Exchange Online');
		expect(error.description).toContain('Get-ApplicationAccessPolicy');
		expect(error.description).toContain('Of 10 items');
		expect(graph.messages).toEqual([]);
	});
});

describe('a person by Microsoft Graph', () => {
	/** What is in the credential once a person has connected it. */
	function connected(upn: string, scope: string, changes: IDataObject = {}): IDataObject {
		tenant.addUser(upn);
		for (const name of ['Mail.Send', 'Mail.Send.Shared', 'Mail.ReadWrite']) {
			app.addPermission('graph', 'Delegated', name);
		}
		tenant.grantAdminConsent(app);
		const token = entra.connect(tenant, app, upn, scope);
		return { grantType: 'authorizationCode', oauthTokenData: { ...token }, ...changes };
	}
	const SEND = 'https://graph.microsoft.com/Mail.Send offline_access';
	const LARGE = `https://graph.microsoft.com/Mail.ReadWrite ${SEND}`;

	it('sends, and renews the access token that was refused', async () => {
		const flow = workflow({}, CONTINUE, connected(MAILBOX, SEND));
		entra.revokeAccessTokens();
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent', transport: 'graph' }]);
		expect(graph.requests.map(({ status }) => status)).toEqual([401, 202]);
	});

	it.each([
		{ scope: SEND, status: 'failed' },
		{ scope: `https://graph.microsoft.com/Mail.Send.Shared ${SEND}`, status: 'sent' },
	])(
		'sends from a shared mailbox with the permission for it: $status',
		async ({ scope, status }) => {
			const person = 'ada@contoso.example';
			graph.mailboxes[0] = { ...mailbox, delegates: [person] };
			const flow = workflow({ options: ONCE }, CONTINUE, connected(person, scope));
			const [item] = jsonOf(await flow.run(), MAIL);
			expect(item).toMatchObject({ status });
			if (status === 'sent') return;
			expect(item).toMatchObject({
				failure: { code: 'PERMISSION_MISSING', remedy: expect.stringContaining('Shared Mailbox') },
			});
		},
	);

	it.each([
		{ graphLargeMessages: false, scope: SEND, status: 'failed', requests: 0 },
		{ graphLargeMessages: true, scope: LARGE, status: 'sent', requests: 4 },
	])(
		'needs Large Messages for 3.5 MB: $status with $graphLargeMessages',
		async ({ graphLargeMessages, scope, status, requests }) => {
			const flow = workflow(
				{ options: { attachments: 'data', ...ONCE } },
				CONTINUE,
				connected(MAILBOX, scope, { graphLargeMessages }),
			);
			const [item] = jsonOf(await flow.run([await withAttachment(randomBytes(3_500_000))]), MAIL);
			expect(item).toMatchObject({ status });
			expect(graph.requests).toHaveLength(requests);
			if (status === 'sent') return;
			expect(item).toMatchObject({ failure: { code: 'MESSAGE_TOO_LARGE', stage: 'parameters' } });
		},
	);
});

describe('what Microsoft Graph does not answer', () => {
	it.each([
		{ act: { status: 504, body: 'gateway' }, when: 'after', status: 'unknown' },
		{ act: 'reset', when: 'after', status: 'unknown' },
		{ act: 'reset', when: 'before', status: 'unknown' },
		{ act: { status: 200 }, when: 'before', status: 'unknown' },
		{ act: graphError(503, 'ServiceUnavailable', 'Busy'), when: 'before', status: 'failed' },
	] as const)('is $status after $act ($when)', async ({ act, when, status }) => {
		graph.faults.add({ on: 'sendMail', act, when });
		const [item] = jsonOf(await workflow({ options: ONCE }).run(), MAIL);
		expect(item).toMatchObject({ status, failure: { stage: 'reply' } });
		expect(graph.requests.length).toBe(act === 'reset' && when === 'before' ? 0 : 1);
	});

	it('is unknown after silence', async () => {
		graph.faults.add({ on: 'sendMail', act: 'silence', when: 'after' });
		const flow = workflow({ options: { ...ONCE, timeoutSeconds: 1 } }, ERROR_OUTPUT);
		const [item] = jsonOf(await flow.run(), MAIL, 1);
		expect(item).toMatchObject({
			error: { status: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } },
		});
		expect(graph.messages).toHaveLength(1);
	});

	it('is surely not sent where Graph cannot be reached', async () => {
		await graph.close();
		const [item] = jsonOf(await workflow({ options: ONCE }).run(), MAIL);
		expect(item).toMatchObject({ status: 'failed', failure: { stage: 'connect' } });
	});

	it('is surely not sent where the certificate is not trusted', async () => {
		await proxy.close();
		// The sign-in's certificate is good; Graph's name leads to a server with a stranger's.
		const { createCertificateAuthority } = await import('../../sandbox/certificates.js');
		const authority = await createCertificateAuthority('Somebody else');
		const certificate = await authority.issueServerCertificate({ hosts: ['graph.microsoft.com'] });
		const strange = await startGraphServer({
			certificate,
			checkToken: () => ({ ok: false, reason: '' }),
		});
		proxy = await useNamedHosts({
			'login.microsoftonline.com': entra.port,
			'graph.microsoft.com': strange.port,
		});
		const [item] = jsonOf(await workflow({ options: ONCE }).run(), MAIL);
		await strange.close();
		expect(item).toMatchObject({
			status: 'failed',
			failure: { code: 'TLS_CERTIFICATE_INVALID', stage: 'tls' },
		});
	});
});

describe('what is wrong before', () => {
	it.each([
		{
			what: 'a delivery status notification',
			options: { dsn: { settings: { notify: ['failure'] } } },
		},
		{ what: 'a sender besides From', options: { sender: 'other@contoso.example' } },
	])('is refused before anything goes out: $what', async ({ options }) => {
		const [item] = jsonOf(await workflow({ options }).run(), MAIL);
		expect(item).toMatchObject({
			status: 'failed',
			transport: 'graph',
			failure: { code: 'INVALID_PARAMETER', stage: 'parameters' },
		});
		expect(proxy.connections).toEqual([]);
	});

	it('is warned of: headers that may be dropped', async () => {
		const headers = { entries: [{ name: 'Auto-Submitted', value: 'auto-generated' }] };
		const [item] = jsonOf(await workflow({ options: { headers } }).run(), MAIL);
		expect(item).toMatchObject({
			status: 'sent',
			warnings: [expect.stringContaining('Auto-Submitted')],
		});
	});

	it.each([
		{
			what: 'a missing role',
			arrange: (): void => void app.grantedRoles.clear(),
			code: 'PERMISSION_MISSING',
		},
		{
			what: 'a mailbox that nobody knows',
			arrange: (): void => void graph.mailboxes.pop(),
			code: 'INVALID_PARAMETER',
		},
		{
			what: 'a From that is another mailbox',
			arrange: (): void => undefined,
			parameters: { fromEmail: 'boss@contoso.example' },
			code: 'SENDER_NOT_ALLOWED',
		},
	])('is told as it is: $what', async ({ arrange, code, parameters = {} }) => {
		arrange();
		const [item] = jsonOf(await workflow({ ...parameters, options: ONCE }).run(), MAIL);
		expect(item).toMatchObject({ status: 'failed', failure: { code } });
		expect(graph.messages).toEqual([]);
	});
});

describe('secrets', () => {
	it('stand in no item, no transcript and no error, whatever goes wrong with an upload', async () => {
		graph.faults.add({
			on: 'upload',
			skip: 1,
			times: 9,
			act: graphError(500, 'generalException', 'x'),
		});
		const options = { attachments: 'data', debug: true, ...ONCE };
		const run = await workflow({ options }).run([await withAttachment(randomBytes(6_000_000))]);
		const [item] = jsonOf(run, MAIL);
		expect(item).toMatchObject({ status: 'failed' });
		const transcript = (item?.['transcript'] as string[]).join('\n');
		expect(transcript).toContain('PUT (upload session) bytes 0-3932159/6000000');
		expect(JSON.stringify(run.data)).not.toMatch(/authtoken|AttachmentSessions/);
		expect(findLeakedSecrets(run, [secret])).toEqual([]);
	});
});
