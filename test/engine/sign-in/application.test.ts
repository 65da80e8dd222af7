import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import {
	COLLEAGUE,
	MAILBOX,
	useApplicationCompany,
} from '../../support/graph/application-company.js';
import { MAIL } from '../../support/n8n/mail-workflow.js';
import { createApplicationCertificate } from '../../support/tls/self-signed-rsa.js';
import { closeIdleConnections } from '../../support/smtp/mailbox-states.js';

const CONTINUE = { onError: 'continueRegularOutput' } as const;
const TEN = Array.from({ length: 10 }, () => ({}));

const company = useApplicationCompany();
const { messages, requests, workflow } = company;

describe('an application that signs in by itself', () => {
	it('fetches one token for ten items, and keeps it for the next execution', async () => {
		const flow = workflow();
		expect(jsonOf(await flow.run(TEN), MAIL)).toMatchObject(TEN.map(() => ({ status: 'sent' })));
		expect(requests()).toMatchObject([
			{ grantType: 'client_credentials', proof: 'secret', succeeded: true },
		]);
		await closeIdleConnections();
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
		company.app.uploadCertificate(pair.certificate);
		const flow = workflow({
			clientCredentialType: 'certificate',
			clientSecret: '',
			...pair,
		});
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(requests()).toMatchObject([{ proof: 'certificate', succeeded: true }]);
	});

	it('is not warned of a missing refresh token, but of a certificate that ends soon', async () => {
		const endsAt = new Date(Date.now() + 10 * 86_400_000 + 60_000);
		const pair = await createApplicationCertificate(endsAt);
		company.app.uploadCertificate(pair.certificate);
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
		company.clouds.entra.accessTokenSeconds = 30;
		const flow = workflow();
		await flow.run();
		company.clouds.entra.accessTokenSeconds = 3_599;
		await closeIdleConnections();
		expect(jsonOf(await flow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(requests()).toHaveLength(2);
	});

	it('replaces a refused token once', async () => {
		const flow = workflow();
		await flow.run();
		company.clouds.entra.revokeAccessTokens();
		await closeIdleConnections();
		expect(jsonOf(await flow.run([{}, {}]), MAIL)).toMatchObject([
			{ status: 'sent' },
			{ status: 'sent' },
		]);
		expect(requests()).toHaveLength(2);
	});

	it('may be another one for each item: each signs in by itself', async () => {
		const second = company.tenant.registerApplication('of the other mailbox');
		second.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		company.tenant.grantAdminConsent(second);
		company.tenant.exchange.newServicePrincipal(second.appId, second.enterpriseObjectId);
		company.tenant.exchange.addMailboxPermission(COLLEAGUE, second.enterpriseObjectId);
		const attemptsBefore = company.clouds.sandbox.mail.authAttempts.length;
		const flow = workflow({
			user: '={{ $json.user }}',
			clientId: '={{ $json.clientId }}',
			clientSecret: '={{ $json.clientSecret }}',
		});
		const run = await flow.run([
			{ user: MAILBOX, clientId: company.app.appId, clientSecret: company.secret },
			{ user: COLLEAGUE, clientId: second.appId, clientSecret: second.addClientSecret() },
		]);
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'sent', envelope: { from: MAILBOX } },
			{ status: 'sent', envelope: { from: COLLEAGUE } },
		]);
		// Nobody was shown the token of another one first.
		expect(
			company.clouds.sandbox.mail.authAttempts
				.slice(attemptsBefore)
				.map(({ accepted }) => accepted),
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
		const other = company.tenant.registerApplication('another');
		other.addPermission('exchange', 'Application', 'SMTP.SendAsApp');
		company.tenant.grantAdminConsent(other);
		company.tenant.exchange.newServicePrincipal(other.appId, other.enterpriseObjectId);
		company.tenant.exchange.addMailboxPermission(MAILBOX, other.enterpriseObjectId);
		Object.assign(flow.credential, {
			clientId: other.appId,
			clientSecret: other.addClientSecret(),
		});
		await closeIdleConnections();
		await flow.run();
		expect(requests()).toMatchObject([{ succeeded: true }, { succeeded: true }]);
		expect(messages()).toHaveLength(2);
	});
});
