import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IDataObject } from 'n8n-workflow';
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

const PAGE =
	'<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

/** Sends an alert of an execution that failed with the message, by these options. */
async function alertWith(id: string, message: string, options: IDataObject) {
	const workflow = await AlertWorkflow.create(sandbox, { id, alert: { options } });
	const run = await workflow.fail([failedExecution(message)]);
	return { item: jsonOf(run, ALERT)[0], mail: sandbox.mail.messages.at(-1)?.parsed };
}

describe('an alert in the words of the workflow', () => {
	it('says in them what an HTML page says that came in place of an answer', async () => {
		const { mail } = await alertWith('page', PAGE, {
			subject: '=Import: {{ $json.execution.error.message }}',
			introduction: '=It said {{ $json.execution.error.message }}',
		});
		expect(mail?.subject).toBe('Import: 502 Bad Gateway');
		expect(mail?.text).toContain('It said 502 Bad Gateway');
		expect(mail?.text).not.toContain('<');
	});

	it.each([
		['fatal', 'Critical'],
		['WARN', 'Warning'],
		['notice', 'Info'],
	])('takes the severity "%s" of other systems', async (severity, shown) => {
		const { mail } = await alertWith(severity, 'x', { severity: `={{ "${severity}" }}` });
		expect(mail?.subject).toBe(`[${shown}] Shop: x`);
	});

	it('tells of expressions in Fixed fields, and holds nothing back for their sake', async () => {
		const options = {
			subject: 'Import {{ $json.execution.id }}',
			introduction: 'See {{ $json.execution.url }}',
			groupBy: '{{ $json.execution.error.message }}',
		};
		const workflow = await AlertWorkflow.create(sandbox, { id: 'fixed', alert: { options } });
		for (const message of ['The disk is full', 'The token has ended']) {
			const [item] = jsonOf(await workflow.fail([failedExecution(message)]), ALERT);
			expect(item).toMatchObject({
				status: 'sent',
				warnings: [
					expect.stringContaining('"Options → Subject" goes out with {{'),
					expect.stringContaining('"Options → Introduction" goes out with {{'),
					expect.stringContaining('"Options → Group By" holds an expression'),
				],
			});
		}
	});

	it.each(['CRITICAL', ' Critical'])('takes the severity "%s"', async (severity) => {
		const { item, mail } = await alertWith(`severity${severity}`, 'x', {
			severity: `={{ "${severity}" }}`,
		});
		expect(item).toMatchObject({ status: 'sent' });
		expect(mail?.subject).toBe('[Critical] Shop: x');
	});
});
