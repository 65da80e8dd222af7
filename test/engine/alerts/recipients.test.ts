import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { ALERT, AlertWorkflow, failedExecution } from '../../support/alerts/alert-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

describe('an alert', () => {
	it('goes to the addresses of a list that an expression gives', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'recipients',
			alert: {
				toEmail: '={{ ["Ann <ann@sandbox.test>", "bob@sandbox.test"] }}',
				options: { ccEmail: '={{ JSON.stringify(["carol@sandbox.test"]) }}' },
			},
		});
		const run = await workflow.fail([failedExecution('It broke')]);
		expect(jsonOf(run, ALERT)).toMatchObject([
			{
				status: 'sent',
				accepted: ['ann@sandbox.test', 'bob@sandbox.test', 'carol@sandbox.test'],
			},
		]);
	});

	it('warns where the expression of a copy gives nothing', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'lost-copy',
			alert: { options: { ccEmail: '={{ $json.nothing }}' } },
		});
		expect(jsonOf(await workflow.fail([failedExecution('It broke')]), ALERT)).toMatchObject([
			{ status: 'sent', warnings: [expect.stringContaining('"Options → CC Email"')] },
		]);
	});
});
