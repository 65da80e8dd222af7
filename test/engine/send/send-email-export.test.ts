import { readFileSync } from 'node:fs';
import type { INode } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf, NODE_TYPE } from '../../../sandbox/n8n/workflow-host.js';
import { inMemoryBinary } from '../../support/n8n/binary-store.js';
import { CREDENTIAL_ID, errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const { nodes } = JSON.parse(
	readFileSync(new URL('../../fixtures/send-email-2.1.json', import.meta.url), 'utf8'),
) as { nodes: INode[] };

/** A node exported from n8n's Send Email 2.1, with type, version and credential swapped. */
async function swapped(name: string): Promise<MailWorkflow> {
	const exported = nodes.find((node) => node.name === name);
	return await MailWorkflow.create(sandbox, {
		settings: {
			...exported,
			name: MAIL,
			type: NODE_TYPE,
			typeVersion: 1,
			credentials: { smtpOAuth2Api: { id: CREDENTIAL_ID, name: 'Sandbox' } },
		},
	});
}

describe('a node exported from Send Email 2.1', () => {
	it('sends what it sent before', async () => {
		const workflow = await swapped('Send Email');
		const logo = inMemoryBinary(Buffer.from('png'), {
			mimeType: 'image/png',
			fileName: 'logo.png',
		});
		const run = await workflow.run([
			{ json: { email: 'Bob <bob@sandbox.test>', order: 4711 }, binary: { logo } },
		]);
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'sent' }]);
		const [message] = sandbox.mail.messages;
		expect(message?.envelope.to).toEqual([
			'bob@sandbox.test',
			'carol@example.com',
			'archive@example.com',
		]);
		expect(message?.parsed).toMatchObject({
			from: { name: 'Shop', address: 'alice@sandbox.test' },
			subject: 'Order 4711',
			replyTo: [{ address: 'support@sandbox.test' }],
			attachments: [{ filename: 'logo.png', disposition: 'inline' }],
		});
		expect(message?.parsed.html).toContain('<b>4711</b>');
		expect(message?.parsed.html).toContain('This email was sent automatically with');
	});

	it('that ignored certificates fails, and points to the credential', async () => {
		const workflow = await swapped('Send Email1');
		const connections = sandbox.mail.connectionCount;
		const error = errorOf(await workflow.run());
		expect(error.context.data?.failure['code']).toBe('INVALID_PARAMETER');
		expect(error.message).toContain('Ignore SSL Issues (Insecure)');
		expect(error.description).toContain('credential');
		expect(sandbox.mail.connectionCount).toBe(connections);
	});
});
