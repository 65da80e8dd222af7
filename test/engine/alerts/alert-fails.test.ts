import type { IDataObject, IRun } from 'n8n-workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import {
	ALERT,
	AlertWorkflow,
	DIGEST,
	failedExecution,
	FALLBACK,
} from '../../support/alerts/alert-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

/** Nothing listens there. */
const DOWN = { port: 1 };
const ONCE = { options: { maxAttempts: 1 } };
const CONTINUE = { onError: 'continueRegularOutput' } as const;
const ERROR_OUTPUT = { onError: 'continueErrorOutput' } as const;

const statuses = (run: IRun) => jsonOf(run, ALERT).map(({ status }) => status);
const alertOf = (run: IRun, index = 0) => jsonOf(run, ALERT)[index]?.['alert'] as IDataObject;

/** An execution of an error workflow that failed at the alert node. */
function failedAlert(): IDataObject {
	const node = {
		name: 'Send Alert',
		type: 'n8n-nodes-smtp-oauth.smtpOAuthSendEmail',
		parameters: { operation: 'alert' },
	};
	const item = failedExecution('No connection', { node });
	return { ...item, execution: { ...(item['execution'] as IDataObject), mode: 'error' } };
}

describe('an alert that cannot be sent', () => {
	it('holds nothing back: the next occurrence tries again and tells of both', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'tries-again',
			alert: ONCE,
			alertNode: CONTINUE,
		});
		const { port = 0 } = workflow.credential;
		workflow.change(DOWN);
		const failed = await workflow.fail([failedExecution('Row 1 is bad')]);
		expect(jsonOf(failed, ALERT)).toMatchObject([
			{ status: 'failed', failure: { code: 'CONNECTION_REFUSED' }, alert: { occurrences: 1 } },
		]);
		expect(alertOf(failed)).not.toHaveProperty('lastMailAt');
		workflow.change({ port });
		const sent = await workflow.fail([failedExecution('Row 2 is bad')]);
		expect(statuses(sent)).toEqual(['sent']);
		expect(alertOf(sent)).toMatchObject({ occurrences: 2 });
	});

	it('is told of by a digest, where nothing happens any more', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'digest-tells',
			alert: ONCE,
			alertNode: CONTINUE,
		});
		const { port = 0 } = workflow.credential;
		workflow.change(DOWN);
		await workflow.fail([failedExecution('It broke')]);
		workflow.change({ port });
		expect(jsonOf(await workflow.digest(), DIGEST)).toMatchObject([
			{ status: 'sent', digest: { occurrences: 1 } },
		]);
	});

	it('goes out all the same where its subject repeats a message of several lines', async () => {
		const alert = { options: { subject: '=Failed: {{ $json.execution.error.message }}' } };
		const workflow = await AlertWorkflow.create(sandbox, { id: 'lines-in-subject', alert });
		const message = 'It broke\nBcc: eve@sandbox.test\npassword=hunter22';
		expect(statuses(await workflow.fail([failedExecution(message)]))).toEqual(['sent']);
		expect(sandbox.mail.messages.at(-1)?.parsed.subject).toBe(
			'Failed: It broke Bcc: eve@sandbox.test password=[redacted]',
		);
	});

	it('does not keep the others of its execution from going out', async () => {
		const alert = {
			toEmail: '={{ $json.workflow.id === "bad" ? "no address" : "on-call@sandbox.test" }}',
		};
		const workflow = await AlertWorkflow.create(sandbox, { id: 'others', alert });
		const bad = { ...failedExecution('One'), workflow: { id: 'bad', name: 'Bad' } };
		const before = sandbox.mail.messages.length;
		const run = await workflow.fail([bad, failedExecution('Two')]);
		expect(run.data.resultData.error?.message).toContain('To Email');
		expect(sandbox.mail.messages).toHaveLength(before + 1);
	});

	it('goes to a second mailbox by the error output, with the whole story', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'fallback',
			alert: ONCE,
			alertNode: ERROR_OUTPUT,
			errorOutputTo: FALLBACK,
		});
		workflow.change(DOWN);
		const run = await workflow.fail([failedExecution('The disk is full.')]);
		expect(jsonOf(run, FALLBACK)).toMatchObject([
			{ status: 'sent', alert: { title: 'The disk is full.', workflow: 'Shop', node: 'Import' } },
		]);
		const message = sandbox.mail.messages.at(-1);
		expect(message?.user).toBe('bob@sandbox.test');
		expect(message?.parsed.text).toContain('An alert before this one was not sent');
		expect(message?.parsed.text).toContain('executions/231');
	});

	it('goes to a second mailbox from an error output as well', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'fallback-of-step',
			alert: ONCE,
			alertNode: ERROR_OUTPUT,
			errorOutputTo: FALLBACK,
		});
		workflow.change(DOWN);
		const run = await workflow.failStep('The file is missing.');
		expect(jsonOf(run, FALLBACK)).toMatchObject([
			{
				status: 'sent',
				alert: { title: 'The file is missing.', workflow: 'Nightly import', node: 'Import Rows' },
			},
		]);
	});

	it('ends where its error output leads back to it', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'loop',
			alert: ONCE,
			alertNode: ERROR_OUTPUT,
			errorOutputTo: ALERT,
		});
		workflow.change(DOWN);
		const run = await workflow.fail([failedExecution('It broke')]);
		expect(run.data.resultData.error).toBeUndefined();
		expect(run.data.resultData.runData[ALERT]).toHaveLength(2);
		expect(jsonOf(run, 'Success')).toMatchObject([
			{
				status: 'failed',
				failure: { code: 'INVALID_PARAMETER' },
				alert: { title: 'It broke', fingerprint: expect.stringMatching(/^v1-/), occurrences: 1 },
			},
		]);
	});

	it('stops the workflow, unless it is itself about an alert that could not be sent', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'about-alert', alert: ONCE });
		workflow.change(DOWN);
		const first = await workflow.fail([failedExecution('It broke')]);
		expect(first.data.resultData.error?.message).toContain('was refused');
		const second = await workflow.fail([failedAlert()]);
		expect(second.data.resultData.error).toBeUndefined();
		expect(jsonOf(second, ALERT)).toMatchObject([{ status: 'failed' }]);
	});

	it('about an alert goes out like any other', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'about-alert-sent' });
		expect(statuses(await workflow.fail([failedAlert()]))).toEqual(['sent']);
	});

	it('is counted once, however often n8n tries the node again', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'retried',
			alert: ONCE,
			alertNode: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		const { port = 0 } = workflow.credential;
		workflow.change(DOWN);
		const items = [failedExecution('Row 1 is bad'), failedExecution('Row 2 is bad')];
		const failed = await workflow.fail(items);
		expect(failed.data.resultData.error).toBeDefined();
		workflow.change({ port });
		const sent = await workflow.fail([failedExecution('Row 3 is bad')]);
		expect(alertOf(sent)).toMatchObject({ occurrences: 3 });
	});

	it('is not sent twice where another item of its execution is why n8n tries again', async () => {
		const alert = {
			toEmail: '={{ $json.workflow.id === "bad" ? "no address" : "on-call@sandbox.test" }}',
		};
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'retried-others',
			alert,
			alertNode: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		const bad = { ...failedExecution('One'), workflow: { id: 'bad', name: 'Bad' } };
		const before = sandbox.mail.messages.length;
		await workflow.fail([failedExecution('Two'), bad]);
		expect(sandbox.mail.messages).toHaveLength(before + 1);
		expect(jsonOf(await workflow.digest(), DIGEST)).toMatchObject([
			{ digest: { problems: 1, occurrences: 1 } },
		]);
	});

	it.each([
		['Group By', { options: { groupBy: "={{ $('Nowhere').item.json.x }}" } }],
		['Repeat After', { repeatAfterMinutes: -1 }],
		['Severity', { options: { severity: '={{ "loud" }}' } }],
		['To Email', { toEmail: '={{ "" }}' }],
	])('for a wrong %s names it, and has its field alert all the same', async (name, alert) => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: `wrong ${name}`,
			alert,
			alertNode: CONTINUE,
		});
		const [item] = jsonOf(await workflow.fail([failedExecution('It broke')]), ALERT);
		expect(item).toMatchObject({
			status: 'failed',
			failure: { code: 'INVALID_PARAMETER' },
			alert: { title: 'It broke', occurrences: 1 },
		});
		expect(JSON.stringify(item?.['failure'])).toContain(name);
	});
});

describe('many executions at once', () => {
	it('make one mail, and hold the others', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'at-once' });
		const before = sandbox.mail.messages.length;
		const runs = await Promise.all(
			Array.from({ length: 30 }, async (_, n) =>
				workflow.fail([failedExecution(`Row ${String(n)} is bad`)]),
			),
		);
		expect(sandbox.mail.messages).toHaveLength(before + 1);
		const all = runs.flatMap(statuses).sort();
		expect(all).toEqual([...Array.from({ length: 29 }, () => 'held'), 'sent']);
		expect(jsonOf(await workflow.digest(), DIGEST)).toMatchObject([
			{ digest: { occurrences: 29 } },
		]);
	});

	it('try once while the server is down, and all say so', async () => {
		const workflow = await AlertWorkflow.create(sandbox, {
			id: 'at-once-down',
			alert: ONCE,
			alertNode: CONTINUE,
		});
		workflow.change(DOWN);
		const runs = await Promise.all(
			Array.from({ length: 10 }, async () => workflow.fail([failedExecution('It broke')])),
		);
		expect(runs.flatMap(statuses)).toEqual(Array.from({ length: 10 }, () => 'failed'));
		const attempts = runs.flatMap((run) =>
			jsonOf(run, ALERT).map((item) => Number(item['attempts'])),
		);
		expect(attempts.reduce((sum, n) => sum + n, 0)).toBe(1);
	});
});
