import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IDataObject } from 'n8n-workflow';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { inMemoryBinary } from '../../support/n8n/binary-store.js';
import { MAIL } from '../../support/n8n/mail-workflow.js';
import { WaitingExecution } from '../../support/n8n/waiting-execution.js';
import { askBy, asking } from '../../support/question/asking.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const BOB = 'bob@sandbox.test';

const limited = (values: IDataObject) => asking({ options: { limitWaitTime: { values } } });

describe('a time limit', () => {
	it.each([
		[{ limitType: 'afterTimeInterval', resumeAmount: 1.5, resumeUnit: 'minutes' }, 90_000],
		[{ resumeAmount: '2', resumeUnit: 'days' }, 172_800_000],
		[{ limitType: 'afterTimeInterval' }, 3_600_000],
		[{ resumeAmount: 0 }, 0],
	])('of %j is counted from now', async (values, ms) => {
		const before = Date.now();
		const { execution } = await askBy(sandbox, limited(values));
		expect(execution.waitTill.getTime()).toBeGreaterThanOrEqual(before + ms);
		expect(execution.waitTill.getTime()).toBeLessThanOrEqual(Date.now() + ms);
	});

	it.each([
		['2099-01-02T03:04:05Z', '2099-01-02T03:04:05.000Z'],
		['2099-01-02T03:04:05.000+02:00', '2099-01-02T01:04:05.000Z'],
		['={{ $now.set({ year: 2099 }).toISO() }}', '2099-'],
		['={{ $now.set({ year: 2099 }) }}', '2099-'],
	])('at %s is that moment', async (maxDateAndTime, expected) => {
		const { execution } = await askBy(
			sandbox,
			limited({ limitType: 'atSpecifiedTime', maxDateAndTime }),
		);
		expect(execution.waitTill.toISOString()).toContain(expected);
	});

	it('is told in mail and page', async () => {
		const { execution, links } = await askBy(
			sandbox,
			limited({ limitType: 'atSpecifiedTime', maxDateAndTime: '2099-01-02T03:04:05Z' }),
		);
		const told = /Answer until: (.*)/.exec(sandbox.mail.messages.at(-1)?.parsed.text ?? '')?.[1];
		expect(told).toMatch(/^\w+, \d January 2099, \d\d:\d\d \(.+\)$/);
		const page = await execution.visit({ url: links[BOB]?.['Approve'] ?? '' });
		expect(page.html).toContain(`<dt>Answer until</dt><dd dir="auto">${told ?? ''}</dd>`);
	});

	it('that is over lets the execution go on with the input item, marked as such', async () => {
		const file = inMemoryBinary(Buffer.from('x'), { mimeType: 'text/plain', fileName: 'x.txt' });
		const input = {
			json: { order: 4711, data: { total: 9, approved: true, respondedBy: 'ada@sandbox.test' } },
			binary: { file },
		};
		const { execution } = await askBy(sandbox, limited({ resumeAmount: 1 }), [input]);
		const run = await execution.goOn();
		expect(run.status).toBe('success');
		expect(jsonOf(run, MAIL)).toEqual([
			{ order: 4711, data: { total: 9, timedOut: true, respondedAt: null } },
		]);
		expect(outputOf(run, MAIL)[0]?.[0]?.binary?.['file']?.fileName).toBe('x.txt');
		expect(outputOf(run, MAIL)[0]?.[0]?.pairedItem).toEqual({ item: 0 });
		// The output of the node before is what it was.
		expect(jsonOf(run, 'Trigger')).toEqual([input.json]);
	});

	it.each(['GET', 'POST'] as const)(
		'that is over lets no answer in by %s any more',
		async (method) => {
			const { execution, links } = await askBy(sandbox, limited({ resumeAmount: 0 }));
			const url = links[BOB]?.['Approve'] ?? '';
			const late = await execution.visit({ method, url, body: { answer: 'approve' } });
			expect(late.status).toBe(410);
			expect(late.html).toContain('The time to answer is over');
			expect(late.items).toBeUndefined();
		},
	);

	it('of an item whose data is no object puts the mark in its place', async () => {
		const { execution } = await askBy(sandbox, limited({ resumeAmount: 1 }), [{ data: 'text' }]);
		expect(jsonOf(await execution.goOn(), MAIL)).toEqual([
			{ data: { timedOut: true, respondedAt: null } },
		]);
	});
});

describe('a loop', () => {
	it('asks anew in every pass, and links of an earlier pass answer nothing', async () => {
		const node = asking({ message: '=Pass {{ $runIndex }}' }, { passes: 2 });
		const { workflow, execution, links } = await askBy(sandbox, node);
		const url = links[BOB]?.['Approve'] ?? '';
		const first = await execution.visit({ method: 'POST', url, body: { answer: 'approve' } });
		const before = sandbox.mail.messages.length;
		const next = new WaitingExecution(workflow, await execution.goOn(first.items), node);
		expect(sandbox.mail.messages.length).toBe(before + 1);
		const again = await next.visit({ method: 'POST', url, body: { answer: 'decline' } });
		expect(again.items).toBeUndefined();
		expect(again.status).toBe(410);
		expect(again.html).toContain('This question is closed');
	});
});
