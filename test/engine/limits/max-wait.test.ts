import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { FROM_ITEM, numbered, serveItems } from '../../support/smtp/item-server.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const node = (maxWaitSeconds: number, credential = {}) => ({
	parameters: { ...FROM_ITEM, options: { maxWaitSeconds } },
	settings: { onError: 'continueRegularOutput' } as const,
	credential,
});

describe('Max Wait', () => {
	it('fails the messages at once that would have to wait too long', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, node(30, { messagesPerMinute: 2 }));
		const outputs = jsonOf(await workflow.run(numbered(5)), MAIL);
		const tooLate = {
			status: 'failed',
			attempts: 0,
			failure: { code: 'RATE_LIMITED', cause: 'rate-limited', stage: 'connect', retryable: true },
		};
		expect(outputs).toMatchObject([
			{ status: 'sent' },
			{ status: 'sent' },
			tooLate,
			tooLate,
			tooLate,
		]);
		const { failure } = outputs[4] as { failure: { retryAfterMs: number; message: string } };
		expect(failure.retryAfterMs).toBeGreaterThan(30_000);
		expect(failure.retryAfterMs).toBeLessThanOrEqual(60_001);
		expect(failure.message).toContain('"Max Wait (Seconds)" allows 30');
		expect(server.taken).toEqual([0, 1]);
	});

	it('counts the waits between attempts, and tells what the last attempt failed with', async () => {
		const server = await serveItems(({ stage }) =>
			stage === 'mailFrom' ? '451 4.3.0 Mail queue is full' : undefined,
		);
		const workflow = MailWorkflow.forServer(server, node(1));
		const [output] = jsonOf(await workflow.run(numbered(1)), MAIL);
		// The first wait has half a second to a whole one, the second one more than what is left.
		expect(output).toMatchObject({
			status: 'failed',
			attempts: 2,
			failure: { code: 'RATE_LIMITED', stage: 'mailFrom' },
		});
		expect((output?.['failure'] as { message: string }).message).toContain('Mail queue is full');
	});

	it('of 0 waits as long as it takes', async () => {
		const server = await serveItems(({ stage, time }) =>
			stage === 'mailFrom' && time === 1 ? '451 4.3.0 Later' : undefined,
		);
		const workflow = MailWorkflow.forServer(server, node(0));
		expect(jsonOf(await workflow.run(numbered(1)), MAIL)).toMatchObject([{ status: 'sent' }]);
	});
});
