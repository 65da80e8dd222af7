import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IRun } from 'n8n-workflow';
import { outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { anyPlan, contradiction, copiesOf, scriptOf } from '../../support/smtp/any-replies.js';
import { FROM_ITEM, indexes, numbered, serveItems } from '../../support/smtp/item-server.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

/** The status of each item with the input item it is paired with, as one list by output. */
function statusesOf(run: IRun): { readonly item: number; readonly status: unknown }[][] {
	return outputOf(run, MAIL).map((output) =>
		output.map(({ json, pairedItem }) => {
			const { item } = pairedItem as { item: number };
			const error = json['error'] as { status?: unknown } | undefined;
			return { item, status: (error ?? json)['status'] };
		}),
	);
}

const ascending = (items: readonly number[]): number[] => [...items].sort((a, b) => a - b);

it('whatever a server says, each item has one true output in its place, and nobody gets two copies', async () => {
	await fc.assert(
		fc.asyncProperty(
			anyPlan(8),
			fc.record({
				maxConnections: fc.integer({ min: 1, max: 3 }),
				// Waits take their time here, up to a minute; test/transport/any-replies.test.ts has them all.
				maxAttempts: fc.constant(1),
				onError: fc.constantFrom(
					'stopWorkflow' as const,
					'continueRegularOutput' as const,
					'continueErrorOutput' as const,
				),
				resendUnknown: fc.boolean(),
			}),
			async (plan, { maxConnections, maxAttempts, onError, resendUnknown }) => {
				await forgetMailboxStates();
				const server = await serveItems(scriptOf(plan));
				const count = plan.offers.length;
				const workflow = MailWorkflow.forServer(server, {
					parameters: { ...FROM_ITEM, options: { maxAttempts, resendUnknown } },
					settings: { onError },
					credential: { maxConnections },
				});
				let run = await workflow.run(numbered(count));
				const { error } = run.data.resultData;
				if (onError !== 'stopWorkflow') expect(error).toBeUndefined();
				if (error !== undefined) run = await workflow.retry(run);

				if (run.data.resultData.error === undefined) {
					const outputs = statusesOf(run);
					expect(ascending(outputs.flat().map(({ item }) => item))).toEqual(indexes(count));
					for (const output of outputs) {
						const order = output.map(({ item }) => item);
						expect(order).toEqual(ascending(order));
					}
					for (const { item, status } of outputs.flat()) {
						expect(contradiction(server, item, status, resendUnknown)).toBeUndefined();
					}
				}
				if (!resendUnknown) {
					for (const item of indexes(count)) {
						expect(copiesOf(server, item)).toBeLessThanOrEqual(1);
					}
				}
				expect(server.mostOpen).toBeLessThanOrEqual(maxConnections);
			},
		),
		{ numRuns: 40, interruptAfterTimeLimit: 25_000 },
	);
}, 180_000);
