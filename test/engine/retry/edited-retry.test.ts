import type { IDataObject } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { takenMessages, useScriptedServers } from '../../support/smtp/scripted-servers.js';
import type { ScriptedServer } from '../../support/smtp/scripted-smtp-server.js';

const serve = useScriptedServers();

const TO = { toEmail: '={{ $json.to }}' };
const ITEMS: IDataObject[] = [{ to: 'a@x.test' }, { to: 'bad@x.test' }];
const RETRY = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
const refuseBad = (command: string): string | undefined =>
	/^RCPT TO:<bad@/.test(command) ? '550 5.1.1 No such user' : undefined;

const messageIds = (server: ScriptedServer) =>
	takenMessages(server).map((content) => /^Message-ID: (.*)$/im.exec(content)?.[1]?.trim());

/** The workflow as its author saved it after the failure: one more recipient for the first item. */
const withRecipient = (added: string, options: IDataObject = {}) => ({
	parameters: {
		toEmail: `={{ $json.to === "a@x.test" ? "a@x.test, ${added}" : "ok@x.test" }}`,
		options,
	},
	settings: { onError: 'continueRegularOutput' } as const,
});

describe('a recipient added before a retry', () => {
	it('whose message the server refuses is told, not skipped', async () => {
		let isAdded = false;
		const server = await serve((command, { phase }) => {
			if (/^RCPT TO:<c@/.test(command)) isAdded = true;
			if (/^RCPT TO:<ok@/.test(command)) isAdded = false;
			return phase === 'finalDot' && isAdded ? '554 5.7.1 Spam' : refuseBad(command);
		});
		const workflow = MailWorkflow.forServer(server, { parameters: TO });
		const retried = await workflow.retry(await workflow.run(ITEMS), withRecipient('c@x.test'));
		expect(jsonOf(retried, MAIL)).toMatchObject([
			{
				status: 'partial',
				accepted: ['a@x.test'],
				failure: { code: 'MESSAGE_REFUSED', replyCode: 554 },
			},
			{ status: 'sent' },
		]);
	});

	it('who is refused by name is listed, not skipped', async () => {
		const server = await serve(refuseBad);
		const workflow = MailWorkflow.forServer(server, { parameters: TO });
		const failed = await workflow.run(ITEMS);
		const added = withRecipient('bad@x.test', { partialRejection: 'error' });
		const [item] = jsonOf(await workflow.retry(failed, added), MAIL);
		expect(item).toMatchObject({
			status: 'partial',
			accepted: ['a@x.test'],
			rejected: [{ address: 'bad@x.test', replyCode: 550 }],
			failure: { code: 'RECIPIENT_REJECTED' },
		});
	});

	it('who is refused by name does not fail the retry of that retry', async () => {
		const server = await serve(refuseBad);
		const workflow = MailWorkflow.forServer(server, { parameters: TO });
		const added = {
			...withRecipient('bad@x.test', { partialRejection: 'error' }),
			settings: RETRY,
		};
		const run = await workflow.retry(await workflow.run(ITEMS), added);
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'skipped', recordedStatus: 'partial', rejected: [{ address: 'bad@x.test' }] },
			{ status: 'sent' },
		]);
	});
});

describe('a recipient deferred, then refused with the whole message', () => {
	it('is no longer listed as deferred', async () => {
		let deferrals = 0;
		let dots = 0;
		const server = await serve((command, { phase }) => {
			if (/^RCPT TO:<late@/.test(command)) {
				deferrals += 1;
				return deferrals === 1 ? '450 4.2.0 Later' : undefined;
			}
			if (phase !== 'finalDot') return undefined;
			dots += 1;
			return dots === 2 ? '554 5.7.1 Spam' : undefined;
		});
		const workflow = MailWorkflow.forServer(server, {
			parameters: { toEmail: 'a@x.test, late@x.test' },
			settings: { onError: 'continueRegularOutput' },
		});
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{
				status: 'partial',
				accepted: ['a@x.test'],
				rejected: [],
				attempts: 2,
				failure: { code: 'MESSAGE_REFUSED', replyCode: 554 },
			},
		]);
	});
});

describe('a credential disconnected before a retry', () => {
	it('does not make a failure of what was sent', async () => {
		const workflow = MailWorkflow.forServer(await serve(refuseBad), { parameters: TO });
		const failed = await workflow.run(ITEMS);
		workflow.credential['oauthTokenData'] = {};
		const error = errorOf(await workflow.retry(failed));
		expect(error.context.itemIndex).toBe(1);
		expect(error.context.data?.failure['code']).toBe('RECONNECT_REQUIRED');
		expect(error.description).toContain('Of 2 items: 1 sent earlier (0), 1 failed (1).');
	});
});

describe('a Message-ID by expression', () => {
	const messageId = '=<{{ Math.random() }}@x.test>';

	it('stays that of the first try, for what was sent and for what was not', async () => {
		let dots = 0;
		const server = await serve((_command, { phase }) => {
			if (phase !== 'finalDot') return undefined;
			dots += 1;
			return dots === 2 ? '554 5.6.0 Not now' : undefined;
		});
		const workflow = MailWorkflow.forServer(server, {
			parameters: { ...TO, options: { messageId } },
			settings: RETRY,
		});
		const run = await workflow.run([{ to: 'a@x.test' }, { to: 'b@x.test' }]);
		const [first, second, again] = messageIds(server);
		expect(again).toBe(second);
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'skipped', messageId: first },
			{ status: 'sent', messageId: second },
		]);
	});

	it('and the envelope of what was sent are those recorded, whatever the workflow says now', async () => {
		const server = await serve(refuseBad);
		const workflow = MailWorkflow.forServer(server, {
			parameters: { ...TO, options: { messageId } },
		});
		const failed = await workflow.run([{ to: 'a@x.test, b@x.test' }, { to: 'bad@x.test' }]);
		const retried = await workflow.retry(failed, {
			parameters: {
				toEmail: '={{ $json.to === "bad@x.test" ? "ok@x.test" : "a@x.test" }}',
				fromEmail: 'other@sandbox.test',
				options: { messageId },
			},
		});
		expect(jsonOf(retried, MAIL)[0]).toMatchObject({
			status: 'skipped',
			messageId: messageIds(server)[0],
			envelope: { from: 'alice@sandbox.test', to: ['a@x.test', 'b@x.test'] },
			accepted: ['a@x.test', 'b@x.test'],
		});
	});
});

describe('an unknown sent again', () => {
	const resend = { options: { resendUnknown: true } };
	const CONTINUE = { parameters: resend, settings: { onError: 'continueRegularOutput' } as const };

	it('and refused remains unknown: the first copy may have arrived', async () => {
		let dots = 0;
		const server = await serve((_command, { phase }) => {
			if (phase !== 'finalDot') return undefined;
			dots += 1;
			return dots === 1 ? { then: 'reset' } : '554 5.7.1 Spam';
		});
		const workflow = MailWorkflow.forServer(server, { parameters: resend });
		const failed = await workflow.run();
		expect(errorOf(failed).context.data?.failure['code']).toBe('DELIVERY_UNKNOWN');
		expect(jsonOf(await workflow.retry(failed, CONTINUE), MAIL)).toMatchObject([
			{
				status: 'unknown',
				failure: { code: 'DELIVERY_UNKNOWN', message: expect.stringContaining('554 5.7.1') },
			},
		]);
		expect(dots).toBe(2);
	});

	it('and refused remains unknown for the recipient it was unknown for', async () => {
		let deferrals = 0;
		let dots = 0;
		const server = await serve((command, { phase }) => {
			if (/^RCPT TO:<b@/.test(command)) {
				deferrals += 1;
				return deferrals === 1 ? '450 4.2.0 Later' : undefined;
			}
			if (/^MAIL/.test(command) && dots === 2) return '550 5.7.60 Not allowed';
			if (phase !== 'finalDot') return undefined;
			dots += 1;
			return dots === 2 ? { then: 'reset' } : undefined;
		});
		const parameters = { ...resend, toEmail: 'a@x.test, b@x.test' };
		const workflow = MailWorkflow.forServer(server, { parameters });
		const failed = await workflow.run();
		expect(errorOf(failed).context.data?.failure['code']).toBe('DELIVERY_UNKNOWN');
		const retried = await workflow.retry(failed, { ...CONTINUE, parameters });
		expect(jsonOf(retried, MAIL)).toMatchObject([
			{ status: 'unknown', accepted: ['a@x.test'], failure: { code: 'DELIVERY_UNKNOWN' } },
		]);
	});
});
