import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

async function statusOf(options: IDataObject): Promise<IDataObject> {
	const workflow = await MailWorkflow.create(sandbox, {
		parameters: { options },
		settings: { onError: 'continueRegularOutput' },
	});
	return jsonOf(await workflow.run(), MAIL)[0] ?? {};
}

/** Sends one mail with these options and gives its header block, unfolded. */
async function sendWith(options: IDataObject) {
	expect(await statusOf(options)).toMatchObject({ status: 'sent' });
	const message = sandbox.mail.messages.at(-1);
	if (!message) throw new Error('The message did not arrive');
	const block = message.raw.toString().split('\r\n\r\n')[0] ?? '';
	return { message, headers: block.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n') };
}

describe('options', () => {
	it('add headers of the author’s', async () => {
		const { headers } = await sendWith({
			headers: { entries: [{ name: 'X-Ticket', value: '={{ 4711 }}' }] },
		});
		expect(headers).toContain('X-Ticket: 4711');
	});

	it.each([
		['high', 'Importance: High'],
		['low', 'Importance: Low'],
	])('set the priority %s', async (priority, header) => {
		expect((await sendWith({ priority })).headers).toContain(header);
	});

	it('set threading headers', async () => {
		const { headers } = await sendWith({
			inReplyTo: 'parent@example.com',
			references: '<root@example.com> <parent@example.com>',
		});
		expect(headers).toContain('In-Reply-To: <parent@example.com>');
		expect(headers).toContain('References: <root@example.com> <parent@example.com>');
	});

	it('set the Message-ID', async () => {
		const { message, headers } = await sendWith({ messageId: 'order-4711@example.com' });
		expect(headers).toContain('Message-ID: <order-4711@example.com>');
		expect(message.parsed.messageId).toBe('<order-4711@example.com>');
	});

	it('offer to unsubscribe with one click', async () => {
		const { headers } = await sendWith({
			listUnsubscribe: 'https://example.com/leave?u=4, mailto:leave@example.com',
		});
		expect(headers).toContain(
			'List-Unsubscribe: <https://example.com/leave?u=4>, <mailto:leave@example.com>',
		);
		expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
	});

	it('refuse to unsubscribe without TLS', async () => {
		expect(await statusOf({ listUnsubscribe: 'http://example.com/leave' })).toMatchObject({
			status: 'failed',
			attempts: 0,
			failure: {
				code: 'INVALID_PARAMETER',
				message: expect.stringContaining('Options → List-Unsubscribe'),
			},
		});
	});

	it('carry a calendar invitation', async () => {
		const { message } = await sendWith({
			icalEvent:
				'BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1@x\nDTSTAMP:20261122T100000Z\nDTSTART:20261122T100000Z\nSUMMARY:Meet\nEND:VEVENT\nEND:VCALENDAR',
		});
		expect(message.raw.toString()).toMatch(
			/Content-Type: text\/calendar;[^\n]*\s*[^\n]*method=REQUEST/i,
		);
	});

	it('ask for delivery status notifications', async () => {
		const { message } = await sendWith({
			dsn: { settings: { notify: ['success', 'failure'], return: 'full' } },
			ccEmail: 'carol@example.com',
		});
		expect(message.mailFromArgs).toMatchObject({ RET: 'FULL' });
		expect(message.mailFromArgs['ENVID']).toBe(message.parsed.messageId?.replace(/^<|>$/g, ''));
		expect(message.rcptArgs.map(({ NOTIFY }) => NOTIFY)).toEqual([
			'SUCCESS,FAILURE',
			'SUCCESS,FAILURE',
		]);
	});

	it.each([
		['priority', 'urgent', 'Options → Priority'],
		['maxAttempts', 0, 'Options → Max Attempts'],
		['maxAttempts', 'many', 'Options → Max Attempts'],
		['timeoutSeconds', 1.5, 'Options → Timeout (Seconds)'],
		['resendUnknown', 'perhaps', 'Options → Resend Unknown'],
		['partialRejection', 'maybe', 'Options → Partial Rejection'],
		['ccEmail', 7, 'Options → CC Email'],
		['messageId', 'no id', 'Options → Message-ID'],
		['dsn', { settings: { notify: ['never', 'delay'] } }, 'Options → Delivery Status Notification'],
	])('refuse a wrong value of %s: %j', async (name, value, label) => {
		// By an expression: what an author picks in the editor is right already.
		const expression = `={{ (${JSON.stringify(value)}) }}`;
		const options = name === 'dsn' ? { dsn: value } : { [name]: expression };
		expect(await statusOf(options)).toMatchObject({
			status: 'failed',
			failure: { code: 'INVALID_PARAMETER', message: expect.stringContaining(label) },
		});
	});
});
