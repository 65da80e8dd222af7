import type { IDataObject, IRun } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { takenMessages, useScriptedServers } from '../../support/smtp/scripted-servers.js';
import type {
	ConnectionRecord,
	Script,
	ScriptedServer,
} from '../../support/smtp/scripted-smtp-server.js';

const serve = useScriptedServers();

/** Answers as `script` says, the first `times` times it says anything. */
const atFirst = (times: number, script: Script): Script => {
	let left = times;
	return async (command, session) => {
		const answer = left > 0 ? await script(command, session) : undefined;
		if (answer !== undefined) left -= 1;
		return answer;
	};
};

const refuseBad: Script = (command) =>
	/^RCPT TO:<bad@/.test(command) ? '550 5.1.1 No such user' : undefined;
const breakAfterDot: Script = (_command, { phase }) =>
	phase === 'finalDot' ? { then: 'reset' } : undefined;

const TO = { toEmail: '={{ $json.to }}' };
const items = (...addresses: string[]): IDataObject[] => addresses.map((to) => ({ to }));
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 };

/** The To headers of the messages whose final dot the server saw, in order. */
const messagesTo = (server: ScriptedServer): (string | undefined)[] =>
	takenMessages(server).map((content) => /^To: (.*)$/m.exec(content)?.[1]?.trim());
const messageIds = ({ completeMessages }: ScriptedServer) =>
	completeMessages.map((content) => /^Message-ID: (.*)$/im.exec(content)?.[1]?.trim());
const recipients = (connections: readonly ConnectionRecord[]) =>
	connections.flatMap(({ tlsLines }) =>
		tlsLines.flatMap((line) => /^RCPT TO:<([^>]*)>/.exec(line)?.[1] ?? []),
	);
const codeOf = (run: IRun) => errorOf(run).context.data?.failure['code'];

describe('Retry On Fail', () => {
	it('does not send again what the server has, and says so', async () => {
		const server = await serve(atFirst(1, refuseBad));
		const workflow = MailWorkflow.forServer(server, { parameters: TO, settings: RETRY });
		const run = await workflow.run(items('a@x.test', 'b@x.test', 'bad@x.test', 'c@x.test'));
		expect(jsonOf(run, MAIL)).toMatchObject([
			{
				status: 'skipped',
				recordedStatus: 'sent',
				skippedBecause: 'retry',
				accepted: ['a@x.test'],
				response: '250 2.0.0 Ok: queued as SCRIPTED',
				sentAt: expect.any(String),
				attempts: 0,
			},
			{ status: 'skipped', recordedStatus: 'sent', messageId: messageIds(server)[1] },
			{ status: 'sent', accepted: ['bad@x.test'] },
			{ status: 'sent', accepted: ['c@x.test'] },
		]);
		expect(messagesTo(server)).toEqual(['a@x.test', 'b@x.test', 'bad@x.test', 'c@x.test']);
	});

	it('keeps the Message-ID of a message that failed before', async () => {
		const server = await serve(
			atFirst(1, (_command, { phase }) => (phase === 'finalDot' ? '554 5.6.0 Not now' : undefined)),
		);
		const workflow = MailWorkflow.forServer(server, { settings: RETRY });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(messageIds(server)).toHaveLength(2);
		expect(new Set(messageIds(server)).size).toBe(1);
	});

	it('in the error-output mode tries again when the first item failed, and sends nothing twice', async () => {
		const server = await serve(refuseBad);
		const workflow = MailWorkflow.forServer(server, {
			parameters: TO,
			settings: { ...RETRY, onError: 'continueErrorOutput' },
		});
		const run = await workflow.run(items('bad@x.test', 'a@x.test'));
		expect(jsonOf(run, 'Error')).toMatchObject([{ to: 'bad@x.test' }]);
		expect(jsonOf(run, 'Success')).toMatchObject([{ status: 'skipped', recordedStatus: 'sent' }]);
		expect(messagesTo(server)).toEqual(['a@x.test']);
	});

	it('gives up on an unknown every time, without sending it again', async () => {
		const server = await serve(breakAfterDot);
		const workflow = MailWorkflow.forServer(server, { settings: RETRY });
		expect(codeOf(await workflow.run())).toBe('DELIVERY_UNKNOWN');
		expect(server.completeMessages).toHaveLength(1);
	});

	it('sends an unknown again where its author says so, under the same Message-ID', async () => {
		const server = await serve(atFirst(1, breakAfterDot));
		const workflow = MailWorkflow.forServer(server, {
			parameters: { options: { resendUnknown: true } },
			settings: RETRY,
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([{ status: 'sent' }]);
		expect(server.completeMessages).toHaveLength(2);
		expect(new Set(messageIds(server)).size).toBe(1);
	});

	it('does not fail a second time for recipients refused for good', async () => {
		const server = await serve(refuseBad);
		const workflow = MailWorkflow.forServer(server, {
			parameters: { toEmail: 'a@x.test, bad@x.test', options: { partialRejection: 'error' } },
			settings: RETRY,
		});
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({
			status: 'skipped',
			recordedStatus: 'partial',
			skippedBecause: 'retry',
			rejected: [{ address: 'bad@x.test' }],
		});
		expect(item).not.toHaveProperty('failure');
		expect(recipients(server.connections)).toEqual(['a@x.test', 'bad@x.test']);
	});

	it('sends again to the recipients alone whose acceptance was not recorded', async () => {
		const server = await serve(
			atFirst(1, (command) => (/^RCPT TO:<late@/.test(command) ? '450 4.2.0 Later' : undefined)),
		);
		const workflow = MailWorkflow.forServer(server, {
			parameters: {
				toEmail: 'a@x.test, late@x.test',
				options: { partialRejection: 'error', maxAttempts: 1 },
			},
			settings: RETRY,
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'sent', accepted: ['a@x.test', 'late@x.test'], rejected: [] },
		]);
		expect(recipients(server.connections)).toEqual(['a@x.test', 'late@x.test', 'late@x.test']);
	});

	it('does not fail a second time for recipients deferred again', async () => {
		const server = await serve((command) =>
			/^RCPT TO:<late@/.test(command) ? '450 4.2.0 Later' : undefined,
		);
		const workflow = MailWorkflow.forServer(server, {
			parameters: {
				toEmail: 'a@x.test, late@x.test',
				options: { partialRejection: 'error', maxAttempts: 1 },
			},
			settings: RETRY,
		});
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({ status: 'skipped', recordedStatus: 'partial' });
		expect(recipients(server.connections)).toEqual(['a@x.test', 'late@x.test', 'late@x.test']);
	});
});

describe('the retry of a failed execution', () => {
	it('skips what was accepted, and goes on with the rest', async () => {
		const server = await serve(atFirst(1, refuseBad));
		const workflow = MailWorkflow.forServer(server, { parameters: TO });
		const failed = await workflow.run(items('a@x.test', 'bad@x.test', 'c@x.test'));
		expect(codeOf(failed)).toBe('RECIPIENT_REJECTED');
		const retried = await workflow.retry(failed);
		expect(jsonOf(retried, MAIL)).toMatchObject([
			{ status: 'skipped', recordedStatus: 'sent', skippedBecause: 'retry' },
			{ status: 'sent' },
			{ status: 'sent' },
		]);
		expect(messagesTo(server)).toEqual(['a@x.test', 'bad@x.test', 'c@x.test']);
	});

	it('comes back to an unknown as unknown', async () => {
		const server = await serve(atFirst(1, breakAfterDot));
		const workflow = MailWorkflow.forServer(server);
		const failed = await workflow.run();
		expect(codeOf(failed)).toBe('DELIVERY_UNKNOWN');
		expect(codeOf(await workflow.retry(failed))).toBe('DELIVERY_UNKNOWN');
		expect(server.completeMessages).toHaveLength(1);
	});

	it('sends to whom an edited workflow names now, and says only that', async () => {
		const server = await serve(refuseBad);
		const workflow = MailWorkflow.forServer(server, { parameters: TO });
		const failed = await workflow.run(items('a@x.test', 'bad@x.test'));
		const retried = await workflow.retry(failed, { parameters: { toEmail: 'new@x.test' } });
		expect(jsonOf(retried, MAIL)).toMatchObject([
			{ status: 'sent', envelope: { to: ['new@x.test'] }, accepted: ['new@x.test'] },
			{ status: 'sent', accepted: ['new@x.test'] },
		]);
	});
});

describe('a loop', () => {
	it('sends in each of its passes', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, { parameters: TO, passes: 2 });
		const run = await workflow.run(items('a@x.test', 'b@x.test'));
		expect(run.data.resultData.runData[MAIL]).toHaveLength(2);
		expect(messagesTo(server)).toEqual(['a@x.test', 'b@x.test', 'a@x.test', 'b@x.test']);
		expect(new Set(messageIds(server)).size).toBe(4);
	});

	it('skips after a failure only what the failed pass itself had sent', async () => {
		let seen = 0;
		const server = await serve((command) => {
			if (!/^RCPT TO:<b@/.test(command)) return undefined;
			seen += 1;
			return seen === 2 ? '550 5.1.1 Not this time' : undefined;
		});
		const workflow = MailWorkflow.forServer(server, { parameters: TO, passes: 2 });
		const failed = await workflow.run(items('a@x.test', 'b@x.test'));
		const retried = await workflow.retry(failed);
		expect(jsonOf(retried, MAIL, 0)).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
		expect(
			retried.data.resultData.runData[MAIL]?.[1]?.data?.['main']?.[0]?.map(({ json }) => json),
		).toMatchObject([{ status: 'skipped', recordedStatus: 'sent' }, { status: 'sent' }]);
		expect(messagesTo(server)).toEqual(['a@x.test', 'b@x.test', 'a@x.test', 'b@x.test']);
	});
});
