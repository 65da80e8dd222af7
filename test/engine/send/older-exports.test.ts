import { readFileSync } from 'node:fs';
import type { INode } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf, NODE_TYPE } from '../../../sandbox/n8n/workflow-host.js';
import { inMemoryBinary } from '../../support/n8n/binary-store.js';
import { CREDENTIAL_ID, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const ATTRIBUTION = 'This email was sent automatically with';
const PDF = { mimeType: 'application/pdf', fileName: 'invoice.pdf' };

/** Runs a node exported from n8n's Send Email with its type swapped, its version too if one is given. */
async function sendExported(version: '1' | '2', name: string, typeVersion?: number) {
	const file = new URL(`../../fixtures/send-email-${version}.json`, import.meta.url);
	const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as { nodes: INode[] };
	const exported = nodes.find((node) => node.name === name);
	const workflow = await MailWorkflow.create(sandbox, {
		isBare: true,
		settings: {
			...exported,
			name: MAIL,
			type: NODE_TYPE,
			...(typeVersion === undefined ? {} : { typeVersion }),
			credentials: { smtpOAuth2Api: { id: CREDENTIAL_ID, name: 'Sandbox' } },
		},
	});
	const binary = {
		invoice: inMemoryBinary(Buffer.from('one'), PDF),
		terms: inMemoryBinary(Buffer.from('two'), { ...PDF, fileName: 'terms.pdf' }),
	};
	const run = await workflow.run([{ json: { order: 4711 }, binary }]);
	expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'sent' }]);
	expect(jsonOf(run, MAIL)[0]).not.toHaveProperty('warnings');
	const message = sandbox.mail.messages.at(-1);
	if (message === undefined) throw new Error('The message did not arrive');
	expect(message.raw.toString()).not.toContain(ATTRIBUTION);
	return message;
}

describe.each([undefined, 1])(
	'a node exported from Send Email version 1, its version now %s,',
	(typeVersion) => {
		it('reaches every recipient, with both bodies and every file', async () => {
			const { envelope, parsed } = await sendExported('1', 'Send Email', typeVersion);
			expect(envelope.to).toEqual([
				'bob@sandbox.test',
				'carol@example.com',
				'dave@example.com',
				'archive@example.com',
			]);
			expect(parsed.cc?.map(({ address }) => address)).toEqual([
				'carol@example.com',
				'dave@example.com',
			]);
			expect(parsed.replyTo).toMatchObject([{ address: 'support@sandbox.test' }]);
			expect(parsed.subject).toBe('Order 4711');
			expect(parsed.text?.trim()).toBe('Order 4711 has left our house.');
			expect(parsed.html?.trim()).toBe('<p>Order <b>4711</b> has left our house.</p>');
			expect(parsed.attachments).toMatchObject([
				{ filename: 'invoice.pdf', disposition: 'attachment' },
				{ filename: 'terms.pdf', disposition: 'attachment' },
			]);
		});

		it('sends a text as text', async () => {
			const { parsed } = await sendExported('1', 'Text', typeVersion);
			expect(parsed.text?.trim()).toBe('The backup is done.');
			expect(parsed.html).toBeUndefined();
		});
	},
);

it('a node exported from Send Email version 1 with nothing but text and HTML sends both', async () => {
	const file = new URL('../../fixtures/send-email-1.json', import.meta.url);
	const { nodes } = JSON.parse(readFileSync(file, 'utf8')) as { nodes: INode[] };
	const exported = nodes.find((node) => node.name === 'Text and HTML');
	const workflow = await MailWorkflow.create(sandbox, {
		isBare: true,
		parameters: { ...exported?.parameters },
	});
	expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
	const parsed = sandbox.mail.messages.at(-1)?.parsed;
	expect(parsed?.text).toMatch(/^The backup is done\./);
	expect(parsed?.html).toMatch(/^<p>The <i>backup<\/i> is done\.<\/p>/);
});

describe.each([undefined, 1])(
	'a node exported from Send Email version 2, its version now %s,',
	(typeVersion) => {
		it('sends a text as text, as its default was', async () => {
			const { parsed, envelope } = await sendExported('2', 'Text', typeVersion);
			expect(parsed.text?.trim()).toBe('Backup 4711 is done.');
			expect(parsed.html).toBeUndefined();
			expect(envelope.to).toEqual(['bob@sandbox.test', 'carol@example.com']);
			expect(parsed.attachments).toMatchObject([{ filename: 'invoice.pdf' }]);
		});
	},
);
