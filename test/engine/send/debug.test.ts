import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';
import type { Script } from '../../support/smtp/scripted-smtp-server.js';

const serve = useScriptedServers();

const refuse: Script = (line) =>
	line.startsWith('RCPT') ? '550 5.1.1 <bob@sandbox.test>: no such user' : undefined;

/** The transcript that a failed message has, but for its beginning. */
const REFUSED = expect.arrayContaining([
	expect.stringMatching(/^\d+ ms \(TLSv1\.3, .*, certificate verified\)$/),
	expect.stringMatching(/^\d+ ms C: \[SASL response\]$/),
	expect.stringMatching(/^\d+ ms C: RCPT TO:<b\*\*\*@sandbox\.test>$/),
	expect.stringMatching(/^\d+ ms S: 550 5\.1\.1 <b\*\*\*@sandbox\.test>: no such user$/),
	expect.stringMatching(/^\d+ ms \(failed, stage rcptTo: RECIPIENT_REJECTED\)$/),
]);

async function workflowFor(
	script: Script | undefined,
	options: object,
	settings: MailNode['settings'] = {},
) {
	return MailWorkflow.forServer(await serve(script), {
		parameters: { options: { debug: true, ...options } },
		settings,
	});
}

describe('the option Debug', () => {
	it('adds a transcript to the item of a sent message, after all else', async () => {
		const workflow = await workflowFor(undefined, {});
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({ status: 'sent', transcript: expect.any(Array) });
		expect(Object.keys(item ?? {}).at(-1)).toBe('transcript');
		expect(JSON.stringify(item?.['transcript'])).toContain('S: 250 2.0.0 Ok: queued as SCRIPTED');
	});

	it.each([{ debug: false }, { debug: '' }])('adds none where it is off: %o', async (options) => {
		const workflow = await workflowFor(refuse, options, { onError: 'continueRegularOutput' });
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({ status: 'failed' });
		expect(item).not.toHaveProperty('transcript');
		const stopping = await workflowFor(refuse, options);
		expect(errorOf(await stopping.run()).context.data).not.toHaveProperty('transcript');
	});

	it('adds it to a failed item', async () => {
		const workflow = await workflowFor(refuse, {}, { onError: 'continueRegularOutput' });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'failed', transcript: REFUSED },
		]);
	});

	it('adds it to the item on the error output', async () => {
		const workflow = await workflowFor(refuse, {}, { onError: 'continueErrorOutput' });
		expect(jsonOf(await workflow.run(), 'Error')).toMatchObject([
			{ error: { status: 'failed', transcript: REFUSED }, message: expect.any(String) },
		]);
	});

	it('adds it to the error that stops the workflow, where error workflows find the failure', async () => {
		const workflow = await workflowFor(refuse, {});
		const error = errorOf(await workflow.run());
		expect(error.context.data).toMatchObject({
			failure: { code: 'RECIPIENT_REJECTED' },
			transcript: REFUSED,
		});
		expect(error.message).not.toContain('RCPT');
		expect(error.description).not.toContain('RCPT');
	});

	it('tells all attempts of an item', async () => {
		let refusals = 0;
		const workflow = await workflowFor((line) => {
			if (!line.startsWith('MAIL') || refusals === 1) return undefined;
			refusals += 1;
			return '451 4.3.0 Later';
		}, {});
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({ status: 'sent', attempts: 2 });
		const transcript = item?.['transcript'] as string[];
		const lines = transcript.map((line) => line.replace(/^\d+ ms /, ''));
		const at = lines.indexOf('(failed, stage mailFrom: SERVER_BUSY)');
		expect(lines).toContain('S: 451 4.3.0 Later');
		expect(lines.slice(at, at + 4)).toEqual([
			'(failed, stage mailFrom: SERVER_BUSY)',
			expect.stringMatching(/^\(waiting \d+ ms before the next attempt\)$/),
			'(attempt 2)',
			expect.stringMatching(/^\(connect/),
		]);
		expect(lines.at(-1)).toBe('S: 250 2.0.0 Ok: queued as SCRIPTED');
	});

	it('stays within what n8n can keep, whatever a server says', async () => {
		const flood = Array.from({ length: 500 }, () => `550-${'x'.repeat(900)}`);
		const workflow = await workflowFor(
			(line) => (line.startsWith('RCPT') ? [...flood, '550 no'] : undefined),
			{},
			{ onError: 'continueRegularOutput' },
		);
		const run = await workflow.run([{}, {}, {}]);
		for (const { transcript } of jsonOf(run, MAIL)) {
			expect(JSON.stringify(transcript).length).toBeLessThan(110_000);
		}
	});

	it.each([['yes'], [3]])('refuses %o', async (debug) => {
		const workflow = await workflowFor(undefined, { debug }, { onError: 'continueRegularOutput' });
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ failure: { code: 'INVALID_PARAMETER', message: expect.stringContaining('Debug') } },
		]);
	});
});
