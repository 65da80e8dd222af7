import { readLog } from '../../support/n8n/n8n-log.js';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { processRegistry } from '../../../nodes/SmtpOAuthSendEmail/registry/process-registry.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { serveItems } from '../../support/smtp/item-server.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

/** Lets tidying up fail, when every item has its outcome. */
function breakTheEnd(words: string): void {
	const { mailboxStates } = processRegistry();
	Object.defineProperty(mailboxStates, Symbol.iterator, {
		configurable: true,
		value: () => {
			throw new Error(words);
		},
	});
	onTestFinished(() => {
		Reflect.deleteProperty(mailboxStates, Symbol.iterator);
	});
}

describe.each(['send', 'verify'])('an error after the last item of %s', (operation) => {
	const start = async (onError: 'stopWorkflow' | 'continueRegularOutput') => {
		const server = await serveItems();
		breakTheEnd(`${operation} is broken in ${onError}`);
		const workflow = MailWorkflow.forServer(server, {
			parameters: { operation },
			settings: { onError },
		});
		return await workflow.run([{}, {}]);
	};

	it('is told in the stop mode', async () => {
		expect(errorOf(await start('stopWorkflow')).description).toContain(
			`${operation} is broken in stopWorkflow`,
		);
	});

	it('takes no outcome away in the Continue modes, and is logged', async () => {
		const status = operation === 'send' ? 'sent' : 'ok';
		expect(jsonOf(await start('continueRegularOutput'), MAIL)).toMatchObject([
			{ status },
			{ status },
		]);
		const words = `${operation} is broken in continueRegularOutput`;
		await expect.poll(() => readLog().join('\n')).toContain(words);
	});
});
