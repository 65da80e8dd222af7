import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificateAuthority } from '../../../sandbox/net/certificates.js';
import { graphError } from '../../../sandbox/graph/refusals.js';
import { startGraphServer } from '../../../sandbox/graph/graph-server.js';
import { readTrustedCertificate } from '../../../sandbox/net/trusted-certificate.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { itemWithAttachment, useGraphCompany } from '../../support/graph/graph-company.js';
import { findLeakedSecrets } from '../../support/n8n/leaked-secrets.js';
import { MAIL } from '../../support/n8n/mail-workflow.js';
import { useNamedHosts } from '../../support/tls/named-hosts.js';

const ERROR_OUTPUT = { onError: 'continueErrorOutput' } as const;
const ONCE = { maxAttempts: 1 } as const;

const company = useGraphCompany();

describe('what Microsoft Graph does not answer', () => {
	it.each([
		{ act: { status: 504, body: 'gateway' }, when: 'after', status: 'unknown' },
		{ act: 'reset', when: 'after', status: 'unknown' },
		{ act: 'reset', when: 'before', status: 'unknown' },
		{ act: { status: 200 }, when: 'before', status: 'unknown' },
		{ act: graphError(503, 'ServiceUnavailable', 'Busy'), when: 'before', status: 'failed' },
	] as const)('is $status after $act ($when)', async ({ act, when, status }) => {
		company.graph.faults.add({ on: 'sendMail', act, when });
		const [item] = jsonOf(await company.workflow({ options: ONCE }).run(), MAIL);
		expect(item).toMatchObject({ status, failure: { stage: 'reply' } });
		expect(company.graph.requests.length).toBe(act === 'reset' && when === 'before' ? 0 : 1);
	});

	it('is unknown after silence', async () => {
		company.graph.faults.add({ on: 'sendMail', act: 'silence', when: 'after' });
		const flow = company.workflow({ options: { ...ONCE, timeoutSeconds: 3 } }, ERROR_OUTPUT);
		const [item] = jsonOf(await flow.run(), MAIL, 1);
		expect(item).toMatchObject({
			error: { status: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } },
		});
		expect(company.graph.messages).toHaveLength(1);
	});

	it('is unknown within its time-out where the answer never ends', async () => {
		const { certificate, privateKey } = readTrustedCertificate();
		const dripping = createServer({ cert: certificate, key: privateKey }, (request, response) => {
			request.resume();
			response.writeHead(202);
			const timer = setInterval(() => response.write(' '), 50);
			response.on('close', () => {
				clearInterval(timer);
			});
		}).listen(0, '127.0.0.1');
		await once(dripping, 'listening');
		onTestFinished(() => {
			dripping.closeAllConnections();
			dripping.close();
		});
		await company.proxy.close();
		company.proxy = await useNamedHosts({
			'login.microsoftonline.com': company.entra.port,
			'graph.microsoft.com': (dripping.address() as AddressInfo).port,
		});
		const flow = company.workflow({ options: { ...ONCE, timeoutSeconds: 3 } });
		const [item] = jsonOf(await flow.run(), MAIL);
		expect(item).toMatchObject({ status: 'unknown', failure: { code: 'DELIVERY_UNKNOWN' } });
	});

	it('is surely not sent where Graph cannot be reached', async () => {
		await company.graph.close();
		const [item] = jsonOf(await company.workflow({ options: ONCE }).run(), MAIL);
		expect(item).toMatchObject({ status: 'failed', failure: { stage: 'connect' } });
	});

	it('is surely not sent where the certificate is not trusted', async () => {
		await company.proxy.close();
		// The sign-in's certificate is good; Graph's name leads to a server with a stranger's.
		const authority = await createCertificateAuthority('Somebody else');
		const certificate = await authority.issueServerCertificate({ hosts: ['graph.microsoft.com'] });
		const strange = await startGraphServer({
			certificate,
			checkToken: () => ({ ok: false, reason: '' }),
		});
		company.proxy = await useNamedHosts({
			'login.microsoftonline.com': company.entra.port,
			'graph.microsoft.com': strange.port,
		});
		const [item] = jsonOf(await company.workflow({ options: ONCE }).run(), MAIL);
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
		const [item] = jsonOf(await company.workflow({ options }).run(), MAIL);
		expect(item).toMatchObject({
			status: 'failed',
			transport: 'graph',
			failure: { code: 'INVALID_PARAMETER', stage: 'parameters' },
		});
		expect(company.proxy.connections).toEqual([]);
	});

	it('is warned of: headers that may be dropped', async () => {
		const headers = { entries: [{ name: 'Auto-Submitted', value: 'auto-generated' }] };
		const [item] = jsonOf(await company.workflow({ options: { headers } }).run(), MAIL);
		expect(item).toMatchObject({
			status: 'sent',
			warnings: [expect.stringContaining('Auto-Submitted')],
		});
	});

	it.each([
		{
			what: 'a missing role',
			arrange: (): void => void company.app.grantedRoles.clear(),
			code: 'PERMISSION_MISSING',
		},
		{
			what: 'a mailbox that nobody knows',
			arrange: (): void => void company.graph.mailboxes.pop(),
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
		const [item] = jsonOf(await company.workflow({ ...parameters, options: ONCE }).run(), MAIL);
		expect(item).toMatchObject({ status: 'failed', failure: { code } });
		expect(company.graph.messages).toEqual([]);
	});
});

describe('secrets', () => {
	it('stand in no item, no transcript and no error, whatever goes wrong with an upload', async () => {
		company.graph.faults.add({
			on: 'upload',
			skip: 1,
			times: 9,
			act: graphError(500, 'generalException', 'x'),
		});
		const options = { attachments: 'data', debug: true, ...ONCE };
		const run = await company
			.workflow({ options })
			.run([await itemWithAttachment(randomBytes(6_000_000))]);
		const [item] = jsonOf(run, MAIL);
		expect(item).toMatchObject({ status: 'failed' });
		const transcript = (item?.['transcript'] as string[]).join('\n');
		expect(transcript).toContain('PUT (upload session) bytes 0-3932159/6000000');
		expect(JSON.stringify(run.data)).not.toMatch(/authtoken|AttachmentSessions/);
		expect(findLeakedSecrets(run, [company.secret])).toEqual([]);
	});
});
