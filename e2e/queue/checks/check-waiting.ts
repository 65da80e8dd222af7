import { randomUUID } from 'node:crypto';

import { connectAccount } from '../../stage/sandbox-account.js';
import { answerOf, ask, linksOf, waitingWorkflow } from '../../stage/waiting-workflow.js';
import type { Check } from '../finding.js';

/**
 * A question is asked by one worker, shown and answered by the main process, and any worker goes on;
 * the one that asked may be gone by then.
 */
export const waiting: Check = {
	name: 'waiting',
	async run(stage) {
		const { client, sandbox, processes } = stage;
		const name = 'Waiting';
		const credential = { id: await connectAccount(client, sandbox, name), name };
		const { executionId, mails } = await ask(
			client,
			sandbox,
			waitingWorkflow(randomUUID(), credential, {
				toEmail: 'ada@sandbox.test, bob@sandbox.test',
				subject: 'Approve the order',
				message: 'Order 4711',
			}),
			2,
		);
		const [asker = ''] = await processes.workersOf(executionId);
		const shown = await fetch(linksOf(mails[0])['Approve'] ?? '');
		const isShown = (await shown.text()).includes('Order 4711');
		await processes.killWorker(asker);
		const responses = await Promise.all(
			mails.map(async (mail) => {
				const body = new URLSearchParams({ answer: 'approve' });
				const response = await fetch(linksOf(mail)['Approve'] ?? '', { method: 'POST', body });
				return await response.text();
			}),
		);
		const recorded = responses.filter((page) => page.includes('has been recorded</h1>')).length;
		const result = await client.waitForExecution(executionId);
		await processes.startWorker(asker);
		const workers = await processes.workersOf(executionId);
		const data = answerOf(result)?.['data'];
		return [
			{
				statement:
					'A question that one worker has asked is shown by the main process and answered once, and another worker goes on',
				isTrue:
					isShown &&
					recorded === 1 &&
					result.status === 'success' &&
					JSON.stringify(data).includes('"approved":true') &&
					workers.some((worker) => worker !== asker),
				figures: `asked by ${asker}; ${String(recorded)} of 2 answers recorded; went on by ${workers.slice(1).join()}; ${JSON.stringify(data)}`,
			},
		];
	},
};
