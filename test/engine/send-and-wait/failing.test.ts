import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IDataObject } from 'n8n-workflow';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { WaitingExecution } from '../../support/n8n/waiting-execution.js';
import { asking, linksOf } from '../../support/question/asking.js';
import { takenMessages, useScriptedServers } from '../../support/smtp/scripted-servers.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const serve = useScriptedServers();

const CONTINUE = { settings: { onError: 'continueRegularOutput' } } as const;

describe('a question that nobody gets', () => {
	it('stops the workflow as a mail does', async () => {
		const workflow = await MailWorkflow.create(
			sandbox,
			asking({ toEmail: 'unknown@sandbox.test' }),
		);
		const run = await workflow.run();
		expect(run.data.waitTill).toBeUndefined();
		expect(errorOf(run).context.data?.failure).toMatchObject({ code: 'RECIPIENT_REJECTED' });
	});

	it('comes out as a failed item in the Continue mode', async () => {
		const node = asking({ toEmail: 'unknown@sandbox.test, other@reject.test' }, CONTINUE);
		const run = await (await MailWorkflow.create(sandbox, node)).run();
		expect(run.data.waitTill).toBeUndefined();
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'failed', failure: { code: 'RECIPIENT_REJECTED' } },
		]);
	});

	it('leaves by the error output where that is chosen', async () => {
		const settings = { onError: 'continueErrorOutput' } as const;
		const node = asking({ toEmail: 'unknown@sandbox.test' }, { settings });
		const run = await (await MailWorkflow.create(sandbox, node)).run([{ order: 1 }]);
		expect(jsonOf(run, 'Error')).toMatchObject([
			{ order: 1, error: { status: 'failed', failure: { code: 'RECIPIENT_REJECTED' } } },
		]);
	});

	it('is not waited for where the outcome is in doubt', async () => {
		const server = await serve((_command, { phase }) =>
			phase === 'finalDot' ? { then: 'reset' } : undefined,
		);
		const run = await MailWorkflow.forServer(server, asking({}, CONTINUE)).run();
		expect(run.data.waitTill).toBeUndefined();
		expect(jsonOf(run, MAIL)).toMatchObject([{ status: 'unknown' }]);
	});
});

describe('a question that some get', () => {
	it('is waited for, and the output tells meanwhile who did not get it', async () => {
		const node = asking({ toEmail: 'unknown@sandbox.test, bob@sandbox.test' });
		const workflow = await MailWorkflow.create(sandbox, node);
		const execution = new WaitingExecution(workflow, await workflow.run(), node);
		const [run] = execution.data.resultData.runData[MAIL] ?? [];
		expect(run?.data?.['main']?.[0]?.map(({ json }) => json)).toMatchObject([
			{ status: 'failed', failure: { code: 'RECIPIENT_REJECTED' } },
			{ status: 'sent', envelope: { to: ['bob@sandbox.test'] } },
		]);
	});
});

describe('Retry On Fail', () => {
	it('leaves the links of an earlier try good', async () => {
		let isBroken = true;
		const server = await serve((_command, { phase }) => {
			if (phase !== 'finalDot' || !isBroken) return undefined;
			isBroken = false;
			return '550 5.7.1 Not today';
		});
		const node = asking({}, { settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 } });
		const workflow = MailWorkflow.forServer(server, node);
		const execution = new WaitingExecution(workflow, await workflow.run(), node);
		const tokens = server.connections
			.flatMap(({ messages }) => messages.map(({ content }) => content))
			.map((message) =>
				/token=3D([\w-]+(?:=\r\n[\w-]+)*)/.exec(message)?.[1]?.replace(/=\r\n/g, ''),
			);
		expect(tokens).toHaveLength(2);
		expect(tokens[0]).toMatch(/^[\w-]{32}$/);
		expect(tokens[0]).toBe(tokens[1]);
		expect(execution.waitTill.getUTCFullYear()).toBe(3000);
	});
});

describe('wrong parameters', () => {
	const failureOf = async (parameters: IDataObject, items: IDataObject[] = [{}]) => {
		const server = await serve();
		const run = await MailWorkflow.forServer(server, asking(parameters, CONTINUE)).run(items);
		expect(run.data.waitTill).toBeUndefined();
		expect(takenMessages(server)).toHaveLength(0);
		const failures = jsonOf(run, MAIL).map(({ failure }) => failure as IDataObject);
		expect(failures).toHaveLength(items.length);
		for (const { code } of failures) expect(code).toBe('INVALID_PARAMETER');
		const { message, remedy } = failures[0] ?? {};
		return JSON.stringify({ message, remedy });
	};

	it('are several input items, with what to do instead', async () => {
		const told = await failureOf({}, [{}, {}, {}]);
		expect(told).toContain('one input item at a time, but got 3');
		expect(told).toContain('Loop Over Items');
	});

	it.each([
		[{ toEmail: '=' }, 'To Email'],
		[{ toEmail: 'nobody' }, 'To Email'],
		[{ toEmail: 'a@x.test, b@x.test', options: { messageId: '<a@x.test>' } }, 'Message-ID'],
		[{ responseType: 'poll' }, 'Response Type'],
		[{ options: { limitWaitTime: { values: { resumeAmount: -1 } } } }, 'Amount'],
		[
			{
				options: {
					limitWaitTime: { values: { limitType: 'atSpecifiedTime', maxDateAndTime: 'soon' } },
				},
			},
			'Max Date and Time',
		],
		[{ responseType: 'customForm' }, 'Form Elements'],
		[{ responseType: 'customForm', defineForm: 'json', jsonOutput: '={{ "[{" }}' }, 'Form Fields'],
		[{ responseType: 'customForm', defineForm: 'json', jsonOutput: '={{ {} }}' }, 'Form Fields'],
		[
			{
				responseType: 'customForm',
				defineForm: 'json',
				jsonOutput: '={{ [{ fieldLabel: "A", fieldType: "time" }] }}',
			},
			'Element Type',
		],
		[
			{
				responseType: 'customForm',
				formFields: { values: [{ fieldLabel: 'A', fieldType: 'radio' }] },
			},
			'offers nothing',
		],
		[{ message: '={{ $("Nowhere").item.json.text }}' }, 'Message'],
	])('are %j', async (parameters, named) => {
		expect(await failureOf(parameters)).toContain(named);
	});

	it('stop the workflow where that is chosen', async () => {
		const server = await serve();
		const run = await MailWorkflow.forServer(server, asking({ toEmail: 'nobody' })).run();
		expect(errorOf(run).context.data?.failure).toMatchObject({
			code: 'INVALID_PARAMETER',
			stage: 'parameters',
		});
	});
});

describe('options of the mail', () => {
	it('are those of an ordinary mail', async () => {
		const options = {
			replyTo: 'team@sandbox.test',
			priority: 'high',
			headers: { entries: [{ name: 'X-Order', value: '4711' }] },
			messageId: '<order-4711@sandbox.test>',
			inReplyTo: '<first@sandbox.test>',
			appendAttribution: false,
		};
		const node = asking({ options, fromEmail: 'Alice <alice@sandbox.test>' });
		await (await MailWorkflow.create(sandbox, node)).run();
		const message = sandbox.mail.messages.at(-1);
		const headers = message?.raw.toString().split('\r\n\r\n')[0] ?? '';
		expect(message?.parsed).toMatchObject({
			messageId: '<order-4711@sandbox.test>',
			inReplyTo: '<first@sandbox.test>',
			subject: 'Approve the order',
			from: { name: 'Alice', address: 'alice@sandbox.test' },
			replyTo: [{ address: 'team@sandbox.test' }],
		});
		expect(headers).toContain('X-Order: 4711');
		expect(headers).toMatch(/^Importance: high/im);
		expect(message?.parsed.text).not.toContain('sent automatically');
		expect(Object.keys(linksOf(message?.parsed.text?.replaceAll('\r\n', '\n') ?? ''))).toHaveLength(
			2,
		);
	});

	it('append n8n’s line unless it is switched off', async () => {
		await (await MailWorkflow.create(sandbox, asking({}))).run();
		const { text, html } = sandbox.mail.messages.at(-1)?.parsed ?? {};
		expect(text).toContain('This email was sent automatically with n8n');
		expect(html).toContain('This email was sent automatically with');
	});
});

describe('a question whose expressions give nothing', () => {
	it('is put, and its items and the editor tell of them meanwhile', async () => {
		const nothing = '={{ $json.nothing }}';
		const options = { replyTo: nothing };
		const node = asking({ subject: nothing, message: nothing, options });
		const run = await (await MailWorkflow.create(sandbox, node)).run();
		const [output] = run.data.resultData.runData[MAIL] ?? [];
		const [status] = output?.data?.['main']?.[0] ?? [];
		expect(status?.json['warnings']).toEqual([
			'The expression in "Subject" gives nothing: the message has no subject.',
			'The expression in "Message" gives nothing: the email does not say what is asked.',
			expect.stringContaining('"Options → Reply To"'),
		]);
		expect(output?.hints?.map(({ message }) => message)).toEqual(status?.json['warnings']);
	});
});
