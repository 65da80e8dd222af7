import { readLog } from '../../support/n8n/n8n-log.js';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { serveItems } from '../../support/smtp/item-server.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

/** Lets tidying up fail, when every item has its outcome. */
function breakTheEnd(): void {
	const { mailboxStates } = processRegistry();
	Object.defineProperty(mailboxStates, Symbol.iterator, {
		configurable: true,
		value: () => {
			throw new Error('broken at the end');
		},
	});
	onTestFinished(() => {
		Reflect.deleteProperty(mailboxStates, Symbol.iterator);
	});
}

describe.each(['send', 'verify'])('an error after the last item of %s', (operation) => {
	const start = async (onError: 'stopWorkflow' | 'continueRegularOutput') => {
		const server = await serveItems();
		breakTheEnd();
		const workflow = MailWorkflow.forServer(server, {
			parameters: { operation },
			settings: { onError },
		});
		return await workflow.run([{}, {}]);
	};

	it('is told in the stop mode', async () => {
		expect(errorOf(await start('stopWorkflow')).description).toContain('broken at the end');
	});

	it('takes no outcome away in the Continue modes, and is logged', async () => {
		const status = operation === 'send' ? 'sent' : 'ok';
		const before = readLog().length;
		expect(jsonOf(await start('continueRegularOutput'), MAIL)).toMatchObject([
			{ status },
			{ status },
		]);
		await expect
			.poll(() =>
				readLog()
					.slice(before - 1)
					.join('\n'),
			)
			.toContain('broken at the end');
	});
});
