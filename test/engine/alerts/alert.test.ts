import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import {
	ALERT,
	AlertWorkflow,
	DIGEST,
	failedExecution,
	STEP,
} from '../../support/alerts/alert-workflow.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const lastMail = () => sandbox.mail.messages.at(-1)?.parsed;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('an alert', () => {
	it('mails the first of a problem at once', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'first' });
		const before = sandbox.mail.messages.length;
		const run = await workflow.fail([failedExecution('The disk is full.')]);
		expect(run.data.resultData.error).toBeUndefined();
		expect(sandbox.mail.messages).toHaveLength(before + 1);
		const mail = lastMail();
		expect(mail?.subject).toBe('[Error] Shop: The disk is full.');
		for (const body of [mail?.text, mail?.html]) {
			expect(body).toContain('The disk is full.');
			expect(body).toContain('https://n8n.example.com/workflow/wf1/executions/231');
		}
		const headers = sandbox.mail.messages.at(-1)?.raw.toString();
		expect(headers).toContain('X-Priority: 1');
		expect(headers).toContain('Auto-Submitted: auto-generated');
		expect(jsonOf(run, ALERT)).toEqual([
			expect.objectContaining({
				status: 'sent',
				messageId: mail?.messageId,
				accepted: ['on-call@sandbox.test'],
				alert: {
					fingerprint: expect.stringMatching(/^v1-[\da-f]{20}$/),
					title: 'The disk is full.',
					workflow: 'Shop',
					node: 'Import',
					occurrences: 1,
					firstSeenAt: expect.stringMatching(ISO),
					lastMailAt: expect.stringMatching(ISO),
					nextMailAt: expect.stringMatching(ISO),
				},
			}),
		]);
	});

	it('holds and counts repetitions, which differ in numbers only', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'repeated' });
		await workflow.fail([failedExecution('Row 1 is bad')]);
		const before = sandbox.mail.messages.length;
		const connections = sandbox.mail.connectionCount;
		const run = await workflow.fail([
			failedExecution('Row 2 is bad'),
			failedExecution('Row 3 is bad'),
		]);
		expect(sandbox.mail.messages).toHaveLength(before);
		expect(sandbox.mail.connectionCount).toBe(connections);
		const held = (occurrences: number) => ({
			status: 'held',
			envelope: { from: '', to: [] },
			accepted: [],
			rejected: [],
			attempts: 0,
			durationMs: 0,
			provider: 'custom',
			transport: 'smtp',
			alert: expect.objectContaining({ title: 'Row 1 is bad', occurrences }) as unknown,
		});
		expect(jsonOf(run, ALERT)).toEqual([held(1), held(2)]);
		expect(outputOf(run, ALERT)[0]?.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
		]);
	});

	it('reads no credential for what it holds', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'no-credential' });
		await workflow.fail([failedExecution('No credential')]);
		workflow.removeCredential();
		const run = await workflow.fail([failedExecution('No credential')]);
		expect(jsonOf(run, ALERT)).toMatchObject([{ status: 'held' }]);
	});

	it('makes one mail of the items of an execution that tell of one problem', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'grouped' });
		const before = sandbox.mail.messages.length;
		const rows = [1, 2, 3].map((n) => failedExecution(`Row ${String(n)} is bad`));
		const run = await workflow.fail([...rows, failedExecution('Something else')]);
		expect(sandbox.mail.messages).toHaveLength(before + 2);
		const items = jsonOf(run, ALERT);
		expect(items.map(({ status }) => status)).toEqual(['sent', 'sent', 'sent', 'sent']);
		const ids = items.map(({ messageId }) => messageId);
		expect(new Set(ids.slice(0, 3)).size).toBe(1);
		expect(ids[3]).not.toBe(ids[0]);
		expect(items.map(({ alert }) => (alert as { occurrences: number }).occurrences)).toEqual([
			3, 3, 3, 1,
		]);
	});

	it('says in the next mail how many were held, in the thread of the first', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'thread' });
		await workflow.fail([failedExecution('Row 1 is bad')]);
		const first = lastMail();
		await workflow.fail([failedExecution('Row 2 is bad')]);
		await workflow.fail([failedExecution('Row 3 is bad')]);
		const run = await workflow.fail(
			[failedExecution('Row 4 is bad')],
			{},
			{
				alert: { repeatAfterMinutes: 0 },
			},
		);
		const mail = lastMail();
		expect(mail?.inReplyTo).toBe(first?.messageId);
		expect(mail?.references).toBe(first?.messageId);
		expect(mail?.subject).toBe('[Error] Shop: Row 1 is bad');
		expect(mail?.text).toMatch(/Occurrences: 3 since .*; 2 of them were held back/);
		const [item] = jsonOf(run, ALERT);
		expect(item?.['alert']).toMatchObject({ occurrences: 3 });
		expect(item?.['alert']).not.toHaveProperty('nextMailAt');
	});

	it('on an error output names the node before, this workflow and this execution', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'error-output' });
		const run = await workflow.failStep('The file is missing.', { order: 7 });
		expect(jsonOf(run, ALERT)).toMatchObject([
			{
				status: 'sent',
				alert: { workflow: 'Nightly import', node: STEP, title: 'The file is missing.' },
			},
		]);
		expect(lastMail()?.text).toContain('/workflow/error-output/executions/1');
		expect(lastMail()?.text).not.toContain('"order": 7');
	});

	it('shows the input item where that is wanted, without its secrets', async () => {
		const alert = { options: { includeInput: true, introduction: 'Call <Ada> & Bob' } };
		const workflow = await AlertWorkflow.create(sandbox, { id: 'with-input', alert });
		await workflow.failStep('The file is missing.', { order: 7, password: 'hunter22' });
		expect(lastMail()?.text).toContain('"order": 7');
		expect(lastMail()?.text).not.toContain('hunter22');
		expect(lastMail()?.html).toContain('Call &lt;Ada&gt; &amp; Bob');
	});

	it('shows an item of no known form', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'plain' });
		const run = await workflow.fail([{ host: 'db1', cpu: 97 }]);
		expect(jsonOf(run, ALERT)).toMatchObject([{ alert: { title: 'host: db1, cpu: 97' } }]);
		expect(lastMail()?.text).toContain('"host": "db1"');
	});

	it('is told apart by the key of the user', async () => {
		const alert = { options: { groupBy: '={{ $json.workflow.name }}' } };
		const workflow = await AlertWorkflow.create(sandbox, { id: 'group-by', alert });
		const run = await workflow.fail([failedExecution('This'), failedExecution('That')]);
		const [one, other] = jsonOf(run, ALERT);
		expect(one?.['messageId']).toBe(other?.['messageId']);
	});

	it.each([
		['critical', 'X-Priority: 1', '[Critical]'],
		['warning', '', '[Warning]'],
		['info', 'X-Priority: 5', '[Info]'],
	])('of severity %s has its priority and its subject', async (severity, priority, prefix) => {
		const alert = { options: { severity } };
		const workflow = await AlertWorkflow.create(sandbox, { id: severity, alert });
		await workflow.fail([failedExecution('It broke')]);
		const headers = sandbox.mail.messages.at(-1)?.raw.toString().split('\r\n\r\n')[0] ?? '';
		expect(headers).toContain(`Subject: ${prefix} Shop: It broke`);
		if (priority === '') expect(headers).not.toContain('X-Priority');
		else expect(headers).toContain(priority);
	});

	it('sends no more than the limit an hour, and the next mail says what it held back', async () => {
		const alert = { options: { maxPerHour: 2 } };
		const workflow = await AlertWorkflow.create(sandbox, { id: 'capped', alert });
		const before = sandbox.mail.messages.length;
		const names = ['A', 'B', 'C', 'D'];
		const run = await workflow.fail(names.map((name) => failedExecution(`${name} broke`)));
		expect(sandbox.mail.messages).toHaveLength(before + 2);
		expect(jsonOf(run, ALERT).map(({ status }) => status)).toEqual([
			'sent',
			'sent',
			'held',
			'held',
		]);
		expect(jsonOf(run, ALERT)[2]?.['alert']).toMatchObject({
			occurrences: 1,
			nextMailAt: expect.stringMatching(ISO),
		});
		await workflow.fail([failedExecution('E broke')], {}, { alert: {} });
		expect(lastMail()?.text).toMatch(
			/The limit of 20 mails an hour has held back 2 occurrences since/,
		);
	});

	it('survives a restart', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'restarted' });
		await workflow.fail([failedExecution('Row 1 is bad')]);
		await workflow.fail([failedExecution('Row 2 is bad')]);
		workflow.restart();
		const run = await workflow.fail([failedExecution('Row 3 is bad')]);
		expect(jsonOf(run, ALERT)).toMatchObject([{ status: 'held', alert: { occurrences: 2 } }]);
		workflow.restart();
		expect(jsonOf(await workflow.digest(), DIGEST)).toMatchObject([
			{ status: 'sent', digest: { problems: 1, occurrences: 2 } },
		]);
	});

	it('mails where nothing is known any more', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'forgotten' });
		await workflow.fail([failedExecution('Row 1 is bad')]);
		workflow.restart();
		workflow.stored = {};
		const run = await workflow.fail([failedExecution('Row 2 is bad')]);
		expect(jsonOf(run, ALERT)).toMatchObject([{ status: 'sent' }]);
	});
});

describe('a digest', () => {
	it('sends nothing where nothing was held', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'nothing' });
		await workflow.fail([failedExecution('It broke')]);
		const before = sandbox.mail.messages.length;
		const run = await workflow.digest();
		expect(sandbox.mail.messages).toHaveLength(before);
		expect(jsonOf(run, DIGEST)).toMatchObject([
			{ status: 'skipped', skippedBecause: 'nothingHeld', accepted: [], attempts: 0 },
		]);
	});

	it('lists what was held, with the last message and the link, and begins anew', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'digest' });
		for (let n = 1; n <= 4; n += 1)
			await workflow.fail([failedExecution(`Row ${String(n)} is bad`)]);
		const run = await workflow.digest();
		expect(jsonOf(run, DIGEST)).toMatchObject([
			{ status: 'sent', digest: { problems: 1, occurrences: 3, quiet: 0 } },
		]);
		expect(lastMail()?.subject).toBe('[Alert digest] 3 occurrences of 1 problem held back');
		expect(lastMail()?.text).toContain('Last message: Row 4 is bad');
		expect(lastMail()?.text).toContain('https://n8n.example.com/workflow/wf1/executions/231');
		expect(jsonOf(await workflow.digest(), DIGEST)).toMatchObject([{ status: 'skipped' }]);
		const held = await workflow.fail([failedExecution('Row 5 is bad')]);
		expect(jsonOf(held, ALERT)).toMatchObject([{ status: 'held', alert: { occurrences: 1 } }]);
	});

	it('that cannot be sent keeps the counts', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'digest-fails' });
		await workflow.fail([failedExecution('Row 1 is bad')]);
		await workflow.fail([failedExecution('Row 2 is bad')]);
		const failed = await workflow.digest({ digest: { toEmail: 'no address' } });
		expect(failed.data.resultData.error?.message).toContain('To Email');
		expect(jsonOf(await workflow.digest(), DIGEST)).toMatchObject([
			{ status: 'sent', digest: { occurrences: 1 } },
		]);
	});

	it('lists once what is quiet again, which then is a new problem', async () => {
		const workflow = await AlertWorkflow.create(sandbox, { id: 'quiet' });
		await workflow.fail([failedExecution('It broke')]);
		const digest = { options: { resolvedAfterMinutes: 0.000_01 } };
		const run = await workflow.digest({ digest });
		expect(jsonOf(run, DIGEST)).toMatchObject([{ status: 'sent', digest: { quiet: 1 } }]);
		expect(lastMail()?.text).toContain('Quiet again');
		expect(jsonOf(await workflow.digest({ digest }), DIGEST)).toMatchObject([
			{ status: 'skipped' },
		]);
		const again = await workflow.fail([failedExecution('It broke')]);
		expect(jsonOf(again, ALERT)).toMatchObject([{ status: 'sent' }]);
	});
});
