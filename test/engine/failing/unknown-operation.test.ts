import { afterEach, beforeEach, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { errorOf, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => {
	await sandbox.close({ removeData: true });
});

const unheardOf = { parameters: { operation: 'unheardOf' } };

it('an operation that is none of this node stops the workflow and names those that are', async () => {
	const workflow = await MailWorkflow.create(sandbox, unheardOf);
	const error = errorOf(await workflow.run());
	expect(error.context.data?.failure).toMatchObject({ code: 'INVALID_PARAMETER' });
	expect(error.message).toMatch(/^"Operation" must be one of send, .*, but is unheardOf\.$/);
	expect(sandbox.mail.connectionCount).toBe(0);
});

it('an operation that is none of this node fails every item in the Continue modes', async () => {
	const workflow = await MailWorkflow.create(sandbox, {
		...unheardOf,
		settings: { onError: 'continueErrorOutput' },
	});
	expect(jsonOf(await workflow.run([{ n: 1 }, { n: 2 }]), 'Error')).toMatchObject([
		{ n: 1, error: { status: 'failed', failure: { code: 'INVALID_PARAMETER' } } },
		{ n: 2, error: { status: 'failed' } },
	]);
});
