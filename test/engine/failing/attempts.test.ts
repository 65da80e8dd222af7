import { beforeEach, describe, expect, it, vi } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import type { Script, ScriptedServer } from '../../support/smtp/scripted-smtp-server.js';
import { closeIdleConnections, idleConnections } from '../../support/smtp/mailbox-states.js';

const serve = useScriptedServers();
beforeEach(closeIdleConnections);

const CONTINUE = { onError: 'continueRegularOutput' } as const;

/** Answers every command that begins like this, the first `times` times. */
function refuse(beginning: string, reply: string, times = Infinity): Script & { count: number } {
	const script: Script & { count: number } = (command) => {
		if (!command.startsWith(beginning)) return undefined;
		script.count += 1;
		return script.count <= times ? reply : undefined;
	};
	script.count = 0;
	return script;
}

const linesOf = ({ connections }: ScriptedServer, beginning: string): string[] =>
	connections.flatMap(({ tlsLines }) => tlsLines.filter((line) => line.startsWith(beginning)));

describe('a message', () => {
	it('refused for now is tried again, and both attempts are counted', async () => {
		const server = await serve(refuse('MAIL', '451 4.3.0 Try again later', 1));
		const workflow = MailWorkflow.forServer(server);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'sent', attempts: 2, response: '250 2.0.0 Ok: queued as SCRIPTED' },
		]);
	});

	it('refused for now fails at once where one attempt is all', async () => {
		const script = refuse('MAIL', '451 4.3.0 Try again later');
		const workflow = MailWorkflow.forServer(await serve(script), {
			parameters: { options: { maxAttempts: 1 } },
			settings: CONTINUE,
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'failed',
				attempts: 1,
				response: '451 4.3.0 Try again later',
				failure: { code: 'SERVER_BUSY', retryable: true, stage: 'mailFrom' },
			},
		]);
		expect(script.count).toBe(1);
	});

	it('refused for good is not tried again', async () => {
		const script = refuse('RCPT', '550 5.1.1 No such user');
		const workflow = MailWorkflow.forServer(await serve(script), { settings: CONTINUE });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'failed',
				attempts: 1,
				rejected: [{ address: 'bob@sandbox.test', replyCode: 550, enhancedStatusCode: '5.1.1' }],
			},
		]);
		expect(script.count).toBe(1);
	});

	it('is tried again for the recipient alone that was refused for now', async () => {
		const server = await serve(refuse('RCPT TO:<late@', '450 4.2.0 Greylisted', 1));
		const workflow = MailWorkflow.forServer(server, {
			parameters: { toEmail: 'a@x.test, late@x.test, gone@x.test' },
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'sent',
				attempts: 2,
				accepted: ['a@x.test', 'late@x.test', 'gone@x.test'],
				rejected: [],
			},
		]);
		expect(linesOf(server, 'RCPT').map((line) => /<(.*?)>/.exec(line)?.[1])).toEqual([
			'a@x.test',
			'late@x.test',
			'gone@x.test',
			'late@x.test',
		]);
		expect(
			new Set(server.completeMessages.map((content) => /^Message-ID: .*$/im.exec(content)?.[0]))
				.size,
		).toBe(1);
	});

	it('that waits for its next try is not sent any more after Stop', async () => {
		let stop = (): void => undefined;
		const script: Script = (command) => {
			if (!command.startsWith('MAIL')) return undefined;
			// The reply goes out first, so that the node is in its wait when the stop comes.
			setTimeout(() => stop(), 150);
			return '451 4.3.0 Try again later';
		};
		const server = await serve(script);
		const workflow = MailWorkflow.forServer(server, {
			settings: { ...CONTINUE, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		const run = await workflow.run([{}, {}], {
			onStarted: (stopExecution) => {
				stop = stopExecution;
			},
		});
		expect(run.status).toBe('canceled');
		const tried = linesOf(server, 'MAIL').length;
		// Longer than the wait would have lasted.
		await new Promise((resolve) => setTimeout(resolve, 1_200));
		expect(linesOf(server, 'MAIL')).toHaveLength(tried);
		expect(tried).toBeLessThanOrEqual(2);
	});

	it('in flight when Stop comes is let finish, and nothing follows it', async () => {
		let stop = (): void => undefined;
		const server = await serve((_command, { phase }) => {
			if (phase !== 'finalDot') return undefined;
			stop();
			return { reply: '250 2.0.0 Ok', delayMs: 50 };
		});
		const workflow = MailWorkflow.forServer(server, { settings: CONTINUE });
		await workflow.run([{}, {}, {}], {
			onStarted: (stopExecution) => {
				stop = stopExecution;
			},
		});
		await vi.waitFor(() => {
			expect(idleConnections()).toHaveLength(1);
		}, 60_000);
		await closeIdleConnections();
		expect(server.completeMessages).toHaveLength(1);
		expect(linesOf(server, 'MAIL')).toHaveLength(1);
	});

	it('of an execution that is stopped already does not touch the network', async () => {
		const server = await serve();
		const workflow = MailWorkflow.forServer(server, {
			settings: { retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
		});
		await workflow.run([{}], {
			onStarted: (stop) => {
				stop();
			},
		});
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(server.connections).toHaveLength(0);
	});
});
