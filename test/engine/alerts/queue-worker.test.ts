import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import {
	ALERT,
	AlertWorkflow,
	DIGEST,
	failedExecution,
} from '../../support/alerts/alert-workflow.js';

let sandbox: Sandbox;
let given: string[];
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});
beforeEach(() => {
	given = process.argv;
	process.argv = ['node', 'n8n', 'worker'];
});
afterEach(() => {
	process.argv = given;
});

describe('on a worker of queue mode', () => {
	it('an alert leaves alone the static data, which would replace that of all other nodes', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'worker' });
		await workflow.fail([failedExecution('Row 1 is bad')]);
		const run = await workflow.fail([failedExecution('Row 2 is bad')]);
		expect(jsonOf(run, ALERT)).toMatchObject([{ status: 'held' }]);
		expect(workflow.stored).toEqual({});
	});

	it('a digest says whose counts it tells, and since when', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'worker-digest' });
		await workflow.fail([failedExecution('Row 1 is bad')]);
		await workflow.fail([failedExecution('Row 2 is bad')]);
		expect(jsonOf(await workflow.digest(), DIGEST)).toMatchObject([{ digest: { occurrences: 1 } }]);
		expect(sandbox.mail.messages.at(-1)?.parsed.text).toMatch(
			/what one of its workers has counted since \d+ \w+ \d{4}/,
		);
	});
});
