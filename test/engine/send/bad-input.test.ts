import type { IDataObject } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

interface BadInput {
	readonly parameters: IDataObject;
	/** What the message must name. */
	readonly named: string;
	readonly code?: string;
}

const list = (count: number): string =>
	Array.from({ length: count }, (_, index) => `r${String(index)}@example.com`).join(',');

/** Each is good for the items without `bad`. */
const BAD_INPUT: Readonly<Record<string, BadInput>> = {
	'an empty To': {
		parameters: { toEmail: '={{ $json.bad ? "" : "bob@sandbox.test" }}' },
		named: 'To Email',
	},
	'a To from a field that is missing': {
		parameters: { toEmail: '={{ $json.bad ? $json.missing : "bob@sandbox.test" }}' },
		named: 'To Email',
	},
	'a broken address': {
		parameters: { toEmail: '={{ $json.bad ? "bob at sandbox" : "bob@sandbox.test" }}' },
		named: 'To Email.*bob at sandbox',
	},
	'a line break in an address': {
		parameters: {
			toEmail:
				'={{ $json.bad ? "bob@sandbox.test\\r\\nBcc: eve@example.com" : "bob@sandbox.test" }}',
		},
		named: 'To Email',
	},
	'a line break in a name': {
		parameters: {
			toEmail:
				'={{ $json.bad ? "\\"Bob\\r\\nBcc: eve@example.com\\" <bob@sandbox.test>" : "bob@sandbox.test" }}',
		},
		named: 'To Email',
	},
	'a line break in the subject': {
		parameters: { subject: '={{ $json.bad ? "Hi\\r\\nBcc: eve@example.com" : "Hi" }}' },
		named: 'Subject',
	},
	'a line break in a header': {
		parameters: {
			options: {
				headers: {
					entries: [{ name: 'X-A', value: '={{ $json.bad ? "a\\nBcc: eve@example.com" : "a" }}' }],
				},
			},
		},
		named: 'Options → Headers',
	},
	'a list of objects for To': {
		parameters: {
			toEmail: '={{ $json.bad ? [{ address: "bob@sandbox.test" }] : ["bob@sandbox.test"] }}',
		},
		named: 'To Email.*the list holds an object',
	},
	'an empty list for To': {
		parameters: { toEmail: '={{ $json.bad ? [] : ["bob@sandbox.test"] }}' },
		named: 'To Email is empty',
	},
	'an object for To': {
		parameters: { toEmail: '={{ $json.bad ? { a: 1 } : "bob@sandbox.test" }}' },
		named: 'To Email.*an object',
	},
	'a number for From': {
		parameters: { fromEmail: '={{ $json.bad ? 7 : "" }}' },
		named: 'From Email.*a number',
	},
	'a failing expression': {
		parameters: { subject: '={{ $json.bad ? $("Nowhere").item.json.subject : "Hi" }}' },
		named: 'Subject',
	},
	'a wrong format from an expression': {
		parameters: { emailFormat: '={{ $json.bad ? "markdown" : "text" }}' },
		named: 'Email Format',
	},
	'10,000 recipients': {
		parameters: {
			toEmail: `={{ $json.bad ? ${JSON.stringify(list(10_000))} : "bob@sandbox.test" }}`,
		},
		named: 'To Email.*10000',
		code: 'TOO_MANY_RECIPIENTS',
	},
	'a missing binary property': {
		parameters: { options: { attachments: '={{ $json.bad ? "invoice" : "" }}' } },
		named: 'Options → Attachments.*invoice',
		code: 'ATTACHMENT_MISSING',
	},
};

const ITEMS = [{ n: 0 }, { n: 1, bad: true }, { n: 2 }];

describe.each(Object.entries(BAD_INPUT))(
	'%s',
	(_what, { parameters, named, code = 'INVALID_PARAMETER' }) => {
		it('stops the workflow before anything is sent, naming parameter and item', async () => {
			const workflow = await MailWorkflow.create(sandbox, { parameters });
			const connections = sandbox.mail.connectionCount;
			const error = errorOf(await workflow.run(ITEMS));
			expect(error.name).toBe('NodeOperationError');
			expect(error.message).toMatch(new RegExp(named));
			expect(error.context.itemIndex).toBe(1);
			expect(error.context.data?.failure).toMatchObject({ code, stage: 'parameters' });
			expect(error.description).toContain('Of 3 items: 1 failed (1), 2 not tried (0, 2).');
			expect(sandbox.mail.connectionCount).toBe(connections);
		});

		it('fails only its own item where the workflow goes on', async () => {
			const workflow = await MailWorkflow.create(sandbox, {
				parameters,
				settings: { onError: 'continueRegularOutput' },
			});
			const arrived = sandbox.mail.messages.length;
			const items = jsonOf(await workflow.run(ITEMS), MAIL);
			expect(items).toMatchObject([
				{ status: 'sent' },
				{ status: 'failed', attempts: 0, failure: { code, stage: 'parameters' } },
				{ status: 'sent' },
			]);
			expect(sandbox.mail.messages.length - arrived).toBe(2);
		});
	},
);

describe('an idempotency key', () => {
	it.each([
		['a field that is missing', '={{ $json.missing }}'],
		['an empty text', '={{ "" }}'],
		['spaces', '={{ "  " }}'],
		['no number', '={{ Number($json.n + "A") }}'],
		['an object', '={{ ({}) }}'],
	])('from %s is refused: it would protect nothing', async (_what, idempotencyKey) => {
		const workflow = await MailWorkflow.create(sandbox, {
			parameters: { options: { idempotencyKey } },
			settings: { onError: 'continueRegularOutput' },
		});
		const connections = sandbox.mail.connectionCount;
		const failure = {
			code: 'INVALID_PARAMETER',
			message: expect.stringContaining('"Options → Idempotency Key"'),
		};
		expect(jsonOf(await workflow.run([{ n: 0 }, { n: 1 }]), MAIL)).toMatchObject([
			{ status: 'failed', failure },
			{ status: 'failed', failure },
		]);
		expect(sandbox.mail.connectionCount).toBe(connections);
	});
});

describe('a credential', () => {
	it('that was not connected names its provider in the item all the same', async () => {
		const workflow = await MailWorkflow.create(sandbox, {
			credential: { provider: 'gmail', oauthTokenData: {} },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'failed', provider: 'gmail', failure: { code: 'RECONNECT_REQUIRED' } },
		]);
	});

	const NOT_USABLE: Readonly<Record<string, { node: MailNode; code: string; named: RegExp }>> = {
		'without a token': {
			node: { credential: { oauthTokenData: undefined } },
			code: 'RECONNECT_REQUIRED',
			named: /not connected/,
		},
		'with an empty user': {
			node: { credential: { user: '' } },
			code: 'INVALID_PARAMETER',
			named: /"User"/,
		},
		'with a control character in the user': {
			node: { credential: { user: 'alice\u0001@sandbox.test' } },
			code: 'INVALID_PARAMETER',
			named: /"User"/,
		},
		'with a web address as host': {
			node: { credential: { host: 'smtp://localhost' } },
			code: 'INVALID_PARAMETER',
			named: /"SMTP Server"/,
		},
		'with a port that is none': {
			node: { credential: { port: 70_000 } },
			code: 'INVALID_PARAMETER',
			named: /"Port"/,
		},
		'that the node does not have': {
			node: { settings: { credentials: {} } },
			code: 'INVALID_PARAMETER',
			named: /The credential could not be read/,
		},
		'that n8n no longer has': {
			node: { settings: { credentials: { smtpOAuth2Api: { id: 'gone', name: 'Gone' } } } },
			code: 'INVALID_PARAMETER',
			named: /gone/i,
		},
	};

	it.each(Object.entries(NOT_USABLE))(
		'%s stops the workflow before anything is sent',
		async (_what, { node, code, named }) => {
			const workflow = await MailWorkflow.create(sandbox, node);
			const connections = sandbox.mail.connectionCount;
			const error = errorOf(await workflow.run([{}, {}]));
			expect(error.message).toMatch(named);
			expect(error.context.itemIndex).toBe(0);
			expect(error.context.data?.failure['code']).toBe(code);
			expect(sandbox.mail.connectionCount).toBe(connections);
		},
	);

	it.each(Object.entries(NOT_USABLE))(
		'%s fails every item where the workflow goes on',
		async (_what, { node, code }) => {
			const settings = { onError: 'continueErrorOutput' as const, ...node.settings };
			const workflow = await MailWorkflow.create(sandbox, { ...node, settings });
			const run = await workflow.run([{ n: 0 }, { n: 1 }]);
			expect(outputOf(run, MAIL)[0]).toEqual([]);
			expect(jsonOf(run, 'Error')).toMatchObject([
				{ n: 0, error: { status: 'failed', failure: { code } } },
				{ n: 1, error: { status: 'failed', failure: { code } } },
			]);
		},
	);
});
