import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { MAIL } from '../../support/n8n/mail-workflow.js';
import { askBy, asking } from '../../support/question/asking.js';

let sandbox: Sandbox;
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

const BOB = 'bob@sandbox.test';
const both = asking({ toEmail: `Ada <ada@sandbox.test>, ${BOB}` });

describe('a question that is mailed', () => {
	it('makes the execution wait, showing meanwhile what became of the mails', async () => {
		const { execution } = await askBy(sandbox, both);
		expect(execution.waitTill.getUTCFullYear()).toBe(3000);
		const [run] = execution.data.resultData.runData[MAIL] ?? [];
		expect(run?.data?.['main']?.[0]?.map(({ json }) => json)).toMatchObject([
			{ status: 'sent', envelope: { to: ['ada@sandbox.test'] } },
			{ status: 'sent', envelope: { to: [BOB] } },
		]);
	});

	it('gives every address a mail and links of its own', async () => {
		const { links } = await askBy(sandbox, both);
		const urls = Object.values(links).flatMap((byLabel) => Object.values(byLabel));
		expect(Object.keys(links)).toEqual(['ada@sandbox.test', BOB]);
		expect(Object.keys(links[BOB] ?? {})).toEqual(['Approve', 'Decline']);
		expect(new Set(urls).size).toBe(4);
		for (const url of urls) expect(new URL(url).searchParams.has('signature')).toBe(true);
		const message = sandbox.mail.messages.at(-2)?.parsed;
		expect(message?.to).toEqual([{ name: 'Ada', address: 'ada@sandbox.test' }]);
		expect(message?.html).toContain('Approve</a>');
	});

	it('asks each of a list of addresses once', async () => {
		const toEmail = `={{ ['${BOB}', 'Ada <ada@sandbox.test>', 'Bob <Bob@Sandbox.test>'] }}`;
		const { links } = await askBy(sandbox, asking({ toEmail }));
		expect(Object.keys(links)).toEqual([BOB, 'ada@sandbox.test']);
	});

	it('shows its page for any number of requests, with the button chosen, and waits on', async () => {
		const { execution, links } = await askBy(sandbox, both);
		for (const [label, value] of [
			['Approve', 'approve'],
			['Decline', 'decline'],
			['Approve', 'approve'],
		] as const) {
			const page = await execution.visit({ url: links[BOB]?.[label] ?? '' });
			expect(page.status).toBe(200);
			expect(page.items).toBeUndefined();
			expect(page.html).toContain(`value="${value}" required checked`);
			expect(page.html).toContain('Order 4711');
			expect(page.headers).toMatchObject({
				'Cache-Control': 'no-store',
				'X-Frame-Options': 'DENY',
			});
		}
	});

	it.each([
		['approve', true],
		['decline', false],
	])('goes on with the answer "%s" and who gave it', async (answer, approved) => {
		const { execution, links } = await askBy(sandbox, both);
		const url = links['ada@sandbox.test']?.['Approve'] ?? '';
		const visited = await execution.visit({ method: 'POST', url, body: { answer } });
		expect(visited.html).toContain('Your answer has been recorded');
		const run = await execution.goOn(visited.items);
		expect(run.status).toBe('success');
		expect(jsonOf(run, MAIL)).toEqual([
			{
				data: {
					approved,
					respondedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
					respondedBy: 'ada@sandbox.test',
				},
			},
		]);
		expect(outputOf(run, 'Success')[0]?.[0]?.pairedItem).toEqual({ item: 0 });
	});

	it('takes the first of two answers at once', async () => {
		const { execution, links } = await askBy(sandbox, both);
		const answer = (address: string) =>
			execution.visit({
				method: 'POST',
				url: links[address]?.['Approve'] ?? '',
				body: { answer: 'approve' },
			});
		const visits = await Promise.all([answer(BOB), answer('ada@sandbox.test')]);
		expect(visits.filter(({ items }) => items !== undefined)).toHaveLength(1);
		const second = visits.find(({ items }) => items === undefined);
		expect(second?.status).toBe(409);
		expect(second?.html).toContain('This question has been answered');
	});

	it('does not know the links of another execution', async () => {
		const earlier = await askBy(sandbox, both);
		const { execution } = await askBy(sandbox, both);
		const url = earlier.links[BOB]?.['Approve'] ?? '';
		const visited = await execution.visit({ method: 'POST', url, body: { answer: 'approve' } });
		expect(visited.status).toBe(410);
		expect(visited.items).toBeUndefined();
		expect(visited.html).not.toContain('Order 4711');
	});
});

describe('the page of a question', () => {
	it('asks what the mail asked, whatever has become of the expressions since', async () => {
		const node = asking({ message: '=Order {{ $json.order }} at {{ $now.toMillis() }}' });
		const { execution, links } = await askBy(sandbox, node);
		const mailed = /Order 4711 at \d+/.exec(sandbox.mail.messages.at(-1)?.parsed.text ?? '')?.[0];
		expect(mailed).toBeDefined();
		const page = await execution.visit({ url: links[BOB]?.['Approve'] ?? '' });
		expect(page.html).toContain(mailed);
	});

	it('shows text of the workflow as text', async () => {
		const node = asking({ message: '={{ $json.text }}', subject: '<script>alert(1)</script>' });
		const { execution, links } = await askBy(sandbox, node, [
			{ text: '<img src=x>\\nnext<br>line' },
		]);
		const page = await execution.visit({ url: links[BOB]?.['Approve'] ?? '' });
		expect(page.html).toContain('&lt;img src=x&gt;<br>next<br>line');
		expect(page.html).not.toContain('<script');
		expect(sandbox.mail.messages.at(-1)?.parsed.html).toContain('&lt;img src=x&gt;');
	});
});
