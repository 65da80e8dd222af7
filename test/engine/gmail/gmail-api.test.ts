import { randomBytes } from 'node:crypto';
import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GMAIL_REFUSALS } from '../../../sandbox/google/gmail-refusals.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import type { NamedHosts } from '../../../sandbox/net/named-hosts.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { startClouds, type Clouds } from '../../../sandbox/start-clouds.js';
import { storeBinary } from '../../support/n8n/binary-store.js';
import { errorOf, MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { useNamedHosts } from '../../support/tls/named-hosts.js';

const SEND = 'https://www.googleapis.com/auth/gmail.send';
const ALL = 'https://mail.google.com/';

let clouds: Clouds;
let proxy: NamedHosts;
let user = '';
let count = 0;
beforeAll(async () => {
	clouds = await startClouds(readTrustedCertificate());
	proxy = await useNamedHosts(clouds.ports);
});
afterAll(async () => {
	await proxy.close();
	await clouds.close();
});
beforeEach(() => {
	count += 1;
	user = `alerts-${String(count)}@fabrikam.example`;
	clouds.gmail.mailboxes.push({ address: user });
});

const sent = () => clouds.gmail.messages.filter((message) => message.user === user);

/** What n8n has stored of a person who has connected the app with these scopes. */
function connected(scopes: readonly string[], lifeMs = 3_600_000): ICredentialDataDecryptedObject {
	const tokenData = clouds.google.grant(user, scopes);
	return {
		provider: 'gmail',
		grantType: 'authorizationCode',
		deliverVia: 'gmailApi',
		clientId: 'app',
		clientSecret: 'app-secret-1234567890',
		user,
		oauthTokenData: { ...tokenData, n8n_expires_at: String(Date.now() + lifeMs) },
	};
}

function workflow(
	credential: ICredentialDataDecryptedObject,
	parameters: IDataObject = {},
	settings: MailNode['settings'] = { onError: 'continueRegularOutput' },
): MailWorkflow {
	return new MailWorkflow({ parameters, settings }, credential);
}

describe('the Gmail API in n8n', () => {
	it('keeps the alerts of a problem in one thread, which its own id is no part of', async () => {
		const alert = { operation: 'alert', repeatAfterMinutes: 0 };
		const alerts = workflow(connected([SEND]), alert);
		await alerts.run([{ message: `${user} broke` }]);
		const [item] = jsonOf(await alerts.run([{ message: `${user} broke` }]), MAIL);
		expect(item).toMatchObject({ status: 'sent', transport: 'gmailApi' });
		const [first, second] = sent().map(({ parsed }) => parsed);
		expect(second?.inReplyTo).toBe(first?.messageId);
		expect(second?.references).toBe(first?.messageId);
	});

	it('sends for a person, with the permission to send alone', async () => {
		const [item] = jsonOf(await workflow(connected([SEND])).run(), MAIL);
		expect(item).toMatchObject({
			status: 'sent',
			provider: 'gmail',
			transport: 'gmailApi',
			tlsVerified: true,
			envelope: { from: user, to: ['bob@sandbox.test'] },
			serverMessageId: sent()[0]?.id,
		});
		expect(sent()).toHaveLength(1);
		expect(sent()[0]?.parsed.messageId).toBe(item?.['messageId']);
	});

	it('sends for a person whose connection has the whole mailbox', async () => {
		expect(jsonOf(await workflow(connected([ALL])).run(), MAIL)).toMatchObject([
			{ status: 'sent' },
		]);
	});

	it('renews a token that has ended by itself', async () => {
		const run = await workflow(connected([SEND], -1_000)).run();
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(clouds.google.tokenRequests.at(-1)).toMatchObject({ user, succeeded: true });
	});

	it('sends for a service account that was given this scope alone', async () => {
		const { directory } = clouds.google;
		const account = directory.createServiceAccount(`mailer-${String(count)}`);
		directory.delegate('fabrikam.example', account.clientId, [SEND]);
		directory.users.add(user);
		const run = await workflow({
			provider: 'gmail',
			grantType: 'serviceAccount',
			deliverVia: 'gmailApi',
			serviceAccountKey: JSON.stringify(account.createKey()),
			user,
		}).run([{}, {}]);
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
	});

	it('sends a large attachment by an upload', async () => {
		const content = randomBytes(5_000_000);
		const file = await storeBinary(content, {
			mimeType: 'application/octet-stream',
			fileName: 'large.bin',
		});
		const run = await workflow(connected([SEND]), { options: { attachments: 'file' } }).run([
			{ json: {}, binary: { file } },
		]);
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'sent', transport: 'gmailApi' }]);
		expect(sent()[0]?.parsed.attachments[0]?.content).toHaveProperty('byteLength', content.length);
		const { requests } = clouds.gmail;
		expect(requests.filter(({ operation }) => operation === 'upload').length).toBeGreaterThan(1);
	});

	it('says at once what to do where the connection was made for something else', async () => {
		const before = clouds.gmail.requests.length;
		const other = workflow(connected(['openid']), {}, {});
		const { message, description, context } = errorOf(await other.run());
		expect(context.data?.failure['code']).toBe('RECONNECT_REQUIRED');
		expect(`${message} ${String(description)}`).toMatch(/Gmail API.*connect it again/s);
		const bySmtp = workflow({ ...connected([SEND]), deliverVia: 'smtp' }, {}, {});
		expect(errorOf(await bySmtp.run()).message).toContain('may not send by SMTP');
		expect(clouds.gmail.requests).toHaveLength(before);
	});

	it('says in both operations by which transport the connection cannot send', async () => {
		const other = connected(['openid']);
		const [sent] = jsonOf(await workflow(other).run(), MAIL);
		const [verified] = jsonOf(await workflow(other, { operation: 'verify' }).run(), MAIL);
		const expected = {
			status: 'failed',
			transport: 'gmailApi',
			failure: { code: 'RECONNECT_REQUIRED' },
		};
		expect(sent).toMatchObject(expected);
		expect(verified).toMatchObject(expected);
		expect(JSON.stringify(verified)).not.toMatch(/names no server|not complete/);
	});

	it('verifies without sending anything', async () => {
		const run = await workflow(connected([SEND]), { operation: 'verify' }).run();
		const [item] = jsonOf(run, MAIL);
		expect(item).toMatchObject({ status: 'ok', transport: 'gmailApi' });
		expect(sent()).toEqual([]);
	});

	it('waits as long as Google says, and counts nothing twice', async () => {
		clouds.gmail.fail({
			on: 'send',
			act: { ...GMAIL_REFUSALS.userRate(), headers: { 'retry-after': '1' } },
		});
		const [item] = jsonOf(await workflow(connected([SEND])).run(), MAIL);
		expect(item).toMatchObject({ status: 'sent', attempts: 2 });
		expect(sent()).toHaveLength(1);
	});

	it('warns that Gmail replaces a sender that is no alias', async () => {
		const run = await workflow(connected([SEND]), { fromEmail: 'boss@fabrikam.example' }).run();
		const [item] = jsonOf(run, MAIL);
		expect(item?.['warnings']).toEqual([expect.stringContaining('Send mail as')]);
		expect(sent()[0]?.from).toBe(user);
	});

	it('does not send again what may have arrived', async () => {
		clouds.gmail.fail({ on: 'send', when: 'after', act: 'reset' });
		const [item] = jsonOf(await workflow(connected([SEND])).run(), MAIL);
		expect(item).toMatchObject({ status: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } });
		expect(sent()).toHaveLength(1);
	});
});
