import type { IDataObject } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import {
	FROM_ITEM,
	indexes,
	numbered,
	serveItems,
	type ItemServer,
	type ItemStep,
} from '../../support/smtp/item-server.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

let sandbox: Sandbox;
beforeEach(async () => {
	await forgetMailboxStates();
	sandbox = await startSandbox();
});
afterEach(async () => {
	await sandbox.close({ removeData: true });
});

const tokenDataOf = (workflow: MailWorkflow) =>
	workflow.credential['oauthTokenData'] as IDataObject;
const refreshes = (): number => sandbox.oauth.tokenRequests.length;

/** The sandbox's tokens, for a server that is none of the sandbox's. */
async function workflowFor(server: ItemServer): Promise<MailWorkflow> {
	const { host, port, caCertificate } = server;
	return await MailWorkflow.create(sandbox, {
		parameters: FROM_ITEM,
		settings: { onError: 'continueRegularOutput' },
		credential: { host, port, caCertificate, sslMode: 'implicit', maxConnections: 1 },
	});
}

/** Each connection serves three messages, as some servers have it. */
const endsAfterThree = ({ stage, item }: ItemStep) =>
	stage === 'mailFrom' && item % 3 === 0 && item > 0
		? ({ reply: '421 4.7.0 Enough for one connection', then: 'close' } as const)
		: undefined;

describe('an access token that ends in the middle of a batch', () => {
	it('is refreshed once when the server refuses it, without an attempt being counted', async () => {
		let signIns = 0;
		const refused = new Set<string>();
		const server = await serveItems((step) => {
			if (step.stage === 'auth') {
				signIns += 1;
				if (signIns > 2 && refused.size === 0) refused.add(step.command);
				return refused.has(step.command) ? '535 5.7.3 Authentication unsuccessful' : undefined;
			}
			return step.time === 1 ? endsAfterThree(step) : undefined;
		});
		const workflow = await workflowFor(server);
		expect(jsonOf(await workflow.run(numbered(12)), MAIL)).toMatchObject(
			indexes(12).map(() => ({ status: 'sent', attempts: 1 })),
		);
		expect(server.taken).toEqual(indexes(12));
		expect(refreshes()).toBe(1);
		expect(signIns).toBe(5);
	});

	it('is refreshed before it is shown to the server again', async () => {
		let expire = (): void => undefined;
		const server = await serveItems((step) => {
			if (step.stage === 'reply' && step.item === 4) expire();
			return step.time === 1 ? endsAfterThree(step) : undefined;
		});
		const workflow = await workflowFor(server);
		const endsAtMs = Date.now() + 3_600_000;
		tokenDataOf(workflow)['n8n_expires_at'] = String(endsAtMs);
		vi.useFakeTimers({ toFake: ['Date'] });
		onTestFinished(() => {
			vi.useRealTimers();
		});
		expire = () => {
			vi.setSystemTime(endsAtMs);
		};
		expect(jsonOf(await workflow.run(numbered(9)), MAIL)).toMatchObject(
			indexes(9).map(() => ({ status: 'sent', attempts: 1 })),
		);
		expect(server.taken).toEqual(indexes(9));
		expect(refreshes()).toBe(1);
		const shown = server.at('auth').map(({ command }) => command);
		expect(shown).toHaveLength(3);
		expect(shown[0]).toBe(shown[1]);
		expect(shown[2]).not.toBe(shown[0]);
	});

	it('and whose replacement is refused as well fails the rest, with no more than these two refusals', async () => {
		let signIns = 0;
		const server = await serveItems((step) => {
			if (step.stage === 'auth') {
				signIns += 1;
				return signIns > 1 ? '535 5.7.3 Authentication unsuccessful' : undefined;
			}
			return endsAfterThree(step);
		});
		const workflow = await workflowFor(server);
		expect(jsonOf(await workflow.run(numbered(9)), MAIL)).toMatchObject(
			indexes(9).map((item) =>
				item < 3
					? { status: 'sent' }
					: { status: 'failed', failure: { code: 'TOKEN_REJECTED', stage: 'auth' } },
			),
		);
		expect(server.taken).toEqual(indexes(3));
		expect(signIns).toBe(3);
		expect(refreshes()).toBe(1);
	});
});

it('a mailbox of the sandbox whose tokens live for a minute gets its batch out with one refresh', async () => {
	const workflow = await MailWorkflow.create(sandbox, {
		tokenSeconds: 59,
		settings: { onError: 'continueRegularOutput' },
		credential: { maxConnections: 3 },
	});
	expect(jsonOf(await workflow.run(numbered(30)), MAIL)).toMatchObject(
		indexes(30).map(() => ({ status: 'sent', attempts: 1 })),
	);
	expect(sandbox.mail.messages).toHaveLength(30);
	expect(refreshes()).toBe(1);
	expect(sandbox.mail.authAttempts.every(({ accepted }) => accepted)).toBe(true);
});
