import { beforeEach, describe, expect, it } from 'vitest';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { startRun } from '../../support/n8n/stopped-run.js';
import { FROM_ITEM, indexes, numbered, serveItems } from '../../support/smtp/item-server.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

beforeEach(forgetMailboxStates);

const COUNT = 200;

/** How many items had been read when the first message came, and the whole run. */
async function readBeforeFirst(onError: 'stopWorkflow' | 'continueRegularOutput') {
	let atFirst: number | undefined;
	const server = await serveItems(({ stage }) => {
		if (stage === 'mailFrom') atFirst ??= workflow.host.store.reads;
		return undefined;
	});
	// A credential with an expression is read for each item.
	const workflow = MailWorkflow.forServer(server, {
		parameters: FROM_ITEM,
		credential: { user: '={{ $json.item >= 0 ? "alice" : "bob" }}@sandbox.test' },
		settings: { onError },
	});
	const outputs = jsonOf(await workflow.run(numbered(COUNT)), MAIL);
	expect(outputs).toMatchObject(indexes(COUNT).map(() => ({ status: 'sent' })));
	return atFirst ?? 0;
}

describe('the first message', () => {
	it('goes out in the Continue modes while the other items are being read', async () => {
		expect(await readBeforeFirst('continueRegularOutput')).toBeLessThan(COUNT);
	});

	it('goes out in the stop mode when all items have been read', async () => {
		expect(await readBeforeFirst('stopWorkflow')).toBeGreaterThanOrEqual(COUNT);
	});
});

describe('a wrong item in the midst of others', () => {
	const parameters = {
		...FROM_ITEM,
		toEmail: '={{ $json.item === 7 ? "nobody" : "bob@sandbox.test" }}',
	};

	it('keeps every message from going out in the stop mode', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, { parameters });
		expect(errorOf(await workflow.run(numbered(9))).context).toMatchObject({ itemIndex: 7 });
		expect(server.steps).toEqual([]);
	});

	it('fails by itself in the Continue modes', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, {
			parameters,
			settings: { onError: 'continueRegularOutput' },
		});
		const outputs = jsonOf(await workflow.run(numbered(9)), MAIL);
		expect(outputs.map(({ status }) => status)).toEqual(
			indexes(9).map((item) => (item === 7 ? 'failed' : 'sent')),
		);
	});
});

describe('n8n that never gives the credential', () => {
	/** Resolves when the credential has been asked for. */
	const hang = async (workflow: MailWorkflow): Promise<void> => {
		await new Promise<void>((asked) => {
			workflow.host.store.getDecrypted = async () => {
				asked();
				return await new Promise<never>(() => undefined);
			};
		});
	};

	it('fails the item after its time-out', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, {
			parameters: { options: { timeoutSeconds: 1 } },
			settings: { onError: 'continueRegularOutput' },
		});
		void hang(workflow);
		expect(jsonOf(await workflow.run(), MAIL)).toMatchObject([
			{ status: 'failed', failure: { message: 'n8n did not give the credential in time.' } },
		]);
	});

	it('is not waited for after Stop', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, {
			parameters: { options: { timeoutSeconds: 3_600 } },
			settings: { onError: 'continueRegularOutput' },
		});
		const asked = hang(workflow);
		const { items, stop } = startRun(workflow);
		await asked;
		stop();
		expect(await items).toMatchObject([{ status: 'failed', failure: { code: 'CANCELLED' } }]);
	});
});
