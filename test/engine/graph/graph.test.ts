import { randomBytes } from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { graphError } from '../../../sandbox/graph/refusals.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import {
	GRAPH_MAILBOX,
	itemWithAttachment,
	useGraphCompany,
} from '../../support/graph/graph-company.js';
import { errorOf, MAIL } from '../../support/n8n/mail-workflow.js';

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const ONCE = { maxAttempts: 1 } as const;

const company = useGraphCompany();

const TEN = Array.from({ length: 10 }, () => ({}));

describe('an application by Microsoft Graph', () => {
	it('sends with what a person types, at the real addresses', async () => {
		const [item] = jsonOf(
			await company.workflow({ options: { ccEmail: 'cy@example.net' } }).run(),
			MAIL,
		);
		expect(item).toMatchObject({
			status: 'sent',
			transport: 'graph',
			provider: 'microsoft365',
			tlsVerified: true,
			accepted: ['bob@example.net', 'cy@example.net'],
			envelope: { from: GRAPH_MAILBOX, to: ['bob@example.net', 'cy@example.net'] },
			attempts: 1,
		});
		expect(item?.['response']).toMatch(/^202 Accepted \(request-id /);
		expect(company.graph.messages).toMatchObject([
			{ from: GRAPH_MAILBOX, recipients: ['bob@example.net', 'cy@example.net'], via: 'sendMail' },
		]);
		expect(company.proxy.connections.every(({ isLed }) => isLed)).toBe(true);
		expect(
			company.entra.tokenRequests.filter(({ clientId }) => clientId === company.app.appId),
		).toMatchObject([{ scope: 'https://graph.microsoft.com/.default', succeeded: true }]);
	});

	it('sends ten items, no more than four at a time, with one token', async () => {
		company.graph.latencyMs = 30;
		const items = jsonOf(await company.workflow().run(TEN), MAIL);
		expect(items).toMatchObject(TEN.map(() => ({ status: 'sent' })));
		expect(company.graph.messages).toHaveLength(10);
		expect(company.graph.peak).toBeLessThanOrEqual(4);
		expect(
			company.entra.tokenRequests.filter(({ clientId }) => clientId === company.app.appId),
		).toHaveLength(1);
	});

	it('sends an attachment of 12 MB by draft and upload session', async () => {
		const content = randomBytes(12_000_000);
		const item = await itemWithAttachment(content);
		const flow = company.workflow({ options: { attachments: 'data', bccEmail: 'di@example.net' } });
		expect(jsonOf(await flow.run([item]), MAIL)).toMatchObject([
			{ status: 'sent', serverMessageId: expect.stringMatching(/^<.+@SANDBOX/) },
		]);
		const [sent] = company.graph.messages;
		expect(sent).toMatchObject({ via: 'draft', recipients: ['bob@example.net', 'di@example.net'] });
		expect(sent?.raw.toString('latin1')).not.toContain('di@example.net');
		expect(sent?.attachments[0]?.content.equals(content)).toBe(true);
		expect(company.graph.requests.filter(({ operation }) => operation === 'upload')).toHaveLength(
			4,
		);
	});

	it('verifies that it may send', async () => {
		const [item] = jsonOf(await company.workflow({ operation: 'verify' }).run(), MAIL);
		expect(item).toMatchObject({ status: 'ok', transport: 'graph', host: 'graph.microsoft.com' });
		expect(company.graph.messages).toEqual([]);
	});

	it('waits as Retry-After says, and sends then', async () => {
		company.graph.faults.add({
			on: 'sendMail',
			act: graphError(429, 'ApplicationThrottled', 'Throttled', { 'retry-after': '1' }),
		});
		expect(jsonOf(await company.workflow().run(), MAIL)).toMatchObject([
			{ status: 'sent', attempts: 2 },
		]);
	});

	it('skips on a retry what was accepted, and on the next run what its key knows', async () => {
		company.graph.faults.add({
			on: 'sendMail',
			skip: 1,
			act: graphError(400, 'ErrorInvalidRecipients', 'At least one recipient is not valid.'),
		});
		const flow = company.workflow({ options: { maxAttempts: 1 } }, {});
		const failed = await flow.run([{}, {}]);
		expect(errorOf(failed).context.data?.failure).toMatchObject({ code: 'RECIPIENT_REJECTED' });
		const again = jsonOf(await flow.retry(failed), MAIL);
		expect(again.map(({ status }) => status).toSorted()).toEqual(['sent', 'skipped']);
		expect(company.graph.messages).toHaveLength(2);

		const keyed = company.workflow({ options: { idempotencyKey: `key-${company.app.appId}` } });
		expect(jsonOf(await keyed.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(jsonOf(await keyed.run(), MAIL)).toMatchObject([
			{ status: 'skipped', skippedBecause: 'idempotencyKey', transport: 'graph' },
		]);
		expect(company.graph.messages).toHaveLength(3);
	});

	it('stops with an account of the batch', async () => {
		company.graph.mailboxes[0] = { ...company.mailbox, blockedApps: [company.app.appId] };
		const error = errorOf(await company.workflow({}, {}).run(TEN));
		expect(error.message).toContain('A policy in Exchange Online');
		expect(error.description).toContain('Get-ApplicationAccessPolicy');
		expect(error.description).toContain('Of 10 items');
		expect(company.graph.messages).toEqual([]);
	});
});

describe('a person by Microsoft Graph', () => {
	/** What is in the credential once a person has connected it. */
	function connected(upn: string, scope: string, changes: IDataObject = {}): IDataObject {
		company.tenant.addUser(upn);
		for (const name of ['Mail.Send', 'Mail.Send.Shared', 'Mail.ReadWrite']) {
			company.app.addPermission('graph', 'Delegated', name);
		}
		company.tenant.grantAdminConsent(company.app);
		const token = company.entra.connect(company.tenant, company.app, upn, scope);
		return { grantType: 'authorizationCode', oauthTokenData: { ...token }, ...changes };
	}
	const SEND = 'https://graph.microsoft.com/Mail.Send offline_access';
	const LARGE = `https://graph.microsoft.com/Mail.ReadWrite ${SEND}`;

	it('sends, and renews the access token that was refused', async () => {
		const flow = company.workflow({}, CONTINUE, connected(GRAPH_MAILBOX, SEND));
		company.entra.revokeAccessTokens();
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent', transport: 'graph' }]);
		expect(company.graph.requests.map(({ status }) => status)).toEqual([401, 202]);
	});

	it.each([
		{ scope: SEND, status: 'failed' },
		{ scope: `https://graph.microsoft.com/Mail.Send.Shared ${SEND}`, status: 'sent' },
	])(
		'sends from a shared mailbox with the permission for it: $status',
		async ({ scope, status }) => {
			const person = 'ada@contoso.example';
			company.graph.mailboxes[0] = { ...company.mailbox, delegates: [person] };
			const flow = company.workflow({ options: ONCE }, CONTINUE, connected(person, scope));
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
			const flow = company.workflow(
				{ options: { attachments: 'data', ...ONCE } },
				CONTINUE,
				connected(GRAPH_MAILBOX, scope, { graphLargeMessages }),
			);
			const [item] = jsonOf(
				await flow.run([await itemWithAttachment(randomBytes(3_500_000))]),
				MAIL,
			);
			expect(item).toMatchObject({ status });
			expect(company.graph.requests).toHaveLength(requests);
			if (status === 'sent') return;
			expect(item).toMatchObject({ failure: { code: 'MESSAGE_TOO_LARGE', stage: 'parameters' } });
		},
	);
});
