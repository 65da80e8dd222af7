import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { ALERT, AlertWorkflow, failedExecution } from '../../support/alerts/alert-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

describe('an alert', () => {
	it('mails the first of a problem at once', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'first' });
		const run = await workflow.fail([failedExecution('The disk is full.')]);
		console.log(
			JSON.stringify(run.data.resultData.error),
			JSON.stringify(jsonOf(run, ALERT), null, 1),
		);
		console.log(
			sandbox.mail.messages.at(-1)?.parsed.text,
			sandbox.mail.messages.at(-1)?.parsed.subject,
		);
		const again = await workflow.fail([
			failedExecution('The disk is full.'),
			failedExecution('The disk is full.'),
		]);
		console.log(JSON.stringify(jsonOf(again, ALERT), null, 1));
		const digest = await workflow.digest();
		console.log(
			JSON.stringify(jsonOf(digest, 'Send Digest'), null, 1),
			sandbox.mail.messages.at(-1)?.parsed.text,
		);
		console.log(JSON.stringify(workflow.stored, null, 1));
		expect(sandbox.mail.messages.length).toBe(2);
	});
});
