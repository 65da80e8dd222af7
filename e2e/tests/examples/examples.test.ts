import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { type Sandbox, startSandbox } from '../../../sandbox/start-sandbox.js';
import { type ExampleWorkflow, readExampleWorkflows } from '../../stage/example-workflows.js';
import type { ExecutionResult, N8nClient, WorkflowDocument } from '../../n8n/n8n-client.js';
import { connectAccount } from '../../stage/sandbox-account.js';
import { callWhenListening, failingWorkflow } from '../../stage/failing-workflow.js';
import { openClient } from '../../ui/ui-session.js';

describe('the example workflows', () => {
	let sandbox: Sandbox;
	let client: N8nClient;
	let examples: ExampleWorkflow[];

	beforeAll(async () => {
		sandbox = await startSandbox();
		client = openClient();
		const name = 'Sandbox';
		const id = await connectAccount(client, sandbox, name);
		examples = await readExampleWorkflows({ id, name });
	});
	afterAll(async () => await sandbox?.close({ removeData: true }));

	const exampleIn = (file: string): WorkflowDocument => {
		const found = examples.find((example) => example.file === file);
		if (found === undefined) throw new Error(`There is no examples/${file}.`);
		return found.workflow;
	};

	/** Runs an example from its trigger: its result, and the subjects of the mails it sent. */
	const run = async (file: string, workflow = exampleIn(file)) => {
		const trigger = workflow.nodes.find(({ type }) => type.endsWith('Trigger'));
		if (trigger === undefined) throw new Error(`examples/${file} has no trigger.`);
		const before = sandbox.mail.messages.length;
		const result = await client.runWorkflow(await client.createWorkflow(workflow), trigger.name);
		const subjects = sandbox.mail.messages.slice(before).map(({ parsed }) => parsed.subject);
		return { result, subjects };
	};

	it('confirm a scheduled job', async () => {
		const { result, subjects } = await run('confirmation-after-job.json');
		expect(result.status).toBe('success');
		expect(subjects).toEqual(['Nightly import finished: 1,234 rows']);
	});

	it('branch on the status', async () => {
		const { result, subjects } = await run('branch-on-status.json');
		expect(subjects).toEqual(['Payment due on 1 December 2026']);
		expect(itemsOf(result, 'Mark as Reminded')).toHaveLength(1);
		expect(itemsOf(result, 'Ask a Person')).toHaveLength(0);
	});

	it('lead failed mails to a branch of their own', async () => {
		const { result, subjects } = await run('error-output.json');
		expect(subjects).toEqual(itemsOf(result, 'Invited').map(() => 'You are invited'));
		expect(itemsOf(result, 'To Be Corrected')).toEqual([
			expect.objectContaining({ name: 'Grace', code: 'INVALID_PARAMETER' }),
		]);
	});

	it('send each row its own mail', async () => {
		const { result, subjects } = await run('personalised-mails.json');
		expect(result.status).toBe('success');
		expect(subjects).toContain('Ada Lovelace, your plan renews on 31 January 2027');
		expect(subjects).toHaveLength(itemsOf(result, 'One Item Each').length);
	});

	it('warn before a mailbox dies, and not while it is well', async () => {
		const well = await run('mailbox-watch.json');
		expect(itemsOf(well.result, 'All Is Well')).toMatchObject([{ status: 'ok', warnings: [] }]);
		expect(well.subjects).toEqual([]);

		const watch = exampleIn('mailbox-watch.json');
		const nodes = watch.nodes.map((node) =>
			node.name === 'Verify Mailbox'
				? { ...node, parameters: { ...node.parameters, fromEmail: 'boss@sandbox.test' } }
				: node,
		);
		const { result, subjects } = await run('mailbox-watch.json', { ...watch, nodes });
		expect(result.status).toBe('success');
		expect(subjects).toEqual(['Mailbox alice@sandbox.test: cannot send']);
		const text = sandbox.mail.messages.at(-1)?.parsed.text;
		expect(text).toContain('Sender address rejected');
		expect(text).toContain('FAILED  mailFrom:');
	});

	it('answer a message in its thread, and no automatic one', async () => {
		const trigger = 'Email Trigger (IMAP)';
		const message = {
			from: { value: [{ name: 'Bob', address: 'bob@sandbox.test' }] },
			subject: 'Invoice 4711 is missing',
			messageId: '<CAF8x2@mail.example.com>',
			date: '2026-11-27T09:15:00.000Z',
			text: 'It did not arrive.',
			headers: { subject: 'Subject: Invoice 4711 is missing' },
		};
		const automatic = { ...message, headers: { 'auto-submitted': 'Auto-Submitted: auto-replied' } };
		const workflow = {
			...exampleIn('mailbox-triage.json'),
			pinData: { [trigger]: [message, automatic].map((json) => ({ json })) },
		};
		const before = sandbox.mail.messages.length;
		const result = await client.runWorkflow(await client.createWorkflow(workflow), trigger);
		expect(result.status).toBe('success');
		expect(itemsOf(result, 'Reply')).toMatchObject([
			{ status: 'sent', recognizedAs: 'imapResolved', inReplyTo: message.messageId },
			{ status: 'skipped', skippedBecause: 'automatic' },
		]);
		const [mail, ...others] = sandbox.mail.messages.slice(before);
		expect(others).toEqual([]);
		expect(mail?.parsed.subject).toBe('Re: Invoice 4711 is missing');
		expect(mail?.raw.toString()).toContain(`In-Reply-To: ${message.messageId}`);
	});

	it('send an alert when another workflow fails, and a digest of what was held', async () => {
		const alert = await client.createWorkflow(exampleIn('error-workflow.json'));
		await client.activateWorkflow(alert);
		const path = `fails-${alert}`;
		const failing = await client.createWorkflow(failingWorkflow(path, alert));
		await client.activateWorkflow(failing);

		const before = sandbox.mail.messages.length;
		await callWhenListening(`${client.url}/webhook/${path}`);
		const messages = await sandbox.mail.waitForMessages(before + 1, 30_000);
		const mail = messages.at(-1)?.parsed;
		expect(mail?.subject).toBe('[Error] Nightly import: The disk is full.');
		expect(mail?.text).toContain(`${client.url}/workflow/${failing}/executions/`);

		await fetch(`${client.url}/webhook/${path}`);
		await vi.waitUntil(async () => (await client.countExecutions(alert)) === 2, {
			timeout: 30_000,
			interval: 500,
		});
		const digest = await client.runWorkflow(alert, 'Every Morning');
		expect(itemsOf(digest, 'Send Digest')).toMatchObject([
			{ status: 'sent', digest: { problems: 1, occurrences: 1 } },
		]);
	});

	it('make one alert of the rows that a step cannot read', async () => {
		const { result, subjects } = await run('alert-on-error-output.json');
		expect(result.status).toBe('success');
		expect(subjects).toHaveLength(1);
		expect(subjects[0]).toContain('[Warning] Alert on an error output: "n/a" in row 2 is no price');
		expect(itemsOf(result, 'Import').map(({ row }) => row)).toEqual([1, 3]);
		expect(itemsOf(result, 'Send Alert')).toMatchObject([
			{ status: 'sent', alert: { node: 'Check Rows', occurrences: 2 } },
			{ status: 'sent', alert: { node: 'Check Rows', occurrences: 2 } },
		]);
	});

	it('alert by a second mailbox where the first cannot send', async () => {
		const example = exampleIn('alert-with-fallback.json');
		const nodes = example.nodes.map((node) =>
			node.name === 'Send Alert'
				? { ...node, parameters: { ...node.parameters, fromEmail: 'boss@sandbox.test' } }
				: node,
		);
		const { result } = await run('alert-with-fallback.json', { ...example, nodes });
		expect(result.status).toBe('success');
		expect(itemsOf(result, 'Second Mailbox')).toMatchObject([{ status: 'sent' }]);
		const text = sandbox.mail.messages.at(-1)?.parsed.text;
		expect(text).toContain('Example Error Message');
		expect(text).toContain('An alert before this one was not sent');
	});

	it('let alerts of the night wait until the morning', async () => {
		const example = exampleIn('quiet-nights.json');
		const at = (isDay: boolean): WorkflowDocument => ({
			...example,
			nodes: example.nodes.map((node) =>
				node.name === 'Daytime?'
					? {
							...node,
							parameters: JSON.parse(
								JSON.stringify(node.parameters).replace(
									/\{\{ \$now\.hour[^}]*\}\}/,
									`{{ ${String(isDay)} }}`,
								),
							) as Record<string, unknown>,
						}
					: node,
			),
		});
		const day = await run('quiet-nights.json', at(true));
		expect(itemsOf(day.result, 'Send Alert')).toMatchObject([{ status: 'sent' }]);

		const before = sandbox.mail.messages.length;
		const id = await client.createWorkflow(at(false));
		const execution = await client.startWorkflow(id, 'On Error');
		await vi.waitUntil(async () => (await client.statusOf(execution)) === 'waiting', {
			timeout: 30_000,
			interval: 500,
		});
		expect(sandbox.mail.messages).toHaveLength(before);
	});

	it('are all run here, or wait for an answer', () => {
		const waiting = ['approval-with-reminder.json', 'order-form-by-mail.json'];
		const others = examples.map(({ file }) => file).filter((file) => !waiting.includes(file));
		expect(others).toEqual([
			'alert-on-error-output.json',
			'alert-with-fallback.json',
			'branch-on-status.json',
			'confirmation-after-job.json',
			'error-output.json',
			'error-workflow.json',
			'mailbox-triage.json',
			'mailbox-watch.json',
			'personalised-mails.json',
			'quiet-nights.json',
		]);
	});
});

function itemsOf(result: ExecutionResult, node: string): Array<Record<string, unknown>> {
	return (result.outputs[node] ?? []).flat();
}
