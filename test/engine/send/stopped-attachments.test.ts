import type { IBinaryData } from 'n8n-workflow';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { blockBinary, storeBinary } from '../../support/n8n/binary-store.js';
import { useGraphCompany } from '../../support/graph/graph-company.js';
import { MailWorkflow } from '../../support/n8n/mail-workflow.js';
import { startRun } from '../../support/n8n/stopped-run.js';
import { FROM_ITEM, serveItems } from '../../support/smtp/item-server.js';
import { forgetMailboxStates } from '../../support/smtp/mailbox-states.js';

const ENDLESS = { attachments: 'data', maxAttempts: 1, timeoutSeconds: 3_600 };
const PATIENCE = { timeout: 60_000 };

let release: () => Promise<void> = () => Promise.resolve();
beforeEach(forgetMailboxStates);
afterEach(async () => {
	await release();
	release = () => Promise.resolve();
});

const store = async (bytes = 100): Promise<IBinaryData> =>
	await storeBinary(Buffer.alloc(bytes, 'x'), {
		mimeType: 'application/pdf',
		fileName: 'a.pdf',
	});

/** A stored file whose bytes, or what n8n noted about them, cannot be got at. */
async function stuckFile(what: 'bytes' | 'metadata', bytes?: number): Promise<IBinaryData> {
	const file = await store(bytes);
	release = await blockBinary(file, what);
	return file;
}

const CANCELLED = { status: 'failed', failure: { code: 'CANCELLED' } };

describe('Stop while n8n’s storage of files is at a standstill, by SMTP', () => {
	const options = {
		parameters: { ...FROM_ITEM, options: ENDLESS },
		settings: { onError: 'continueRegularOutput' },
		credential: { maxConnections: 1 },
	} as const;

	it('ends the wait for the size of a file, and nothing of the item goes out', async () => {
		const server = await serveItems();
		const stuck = await stuckFile('metadata');
		const { run, items, stop } = startRun(MailWorkflow.forServer(server, options), [
			{ json: { item: 0 }, binary: { data: await store() } },
			{ json: { item: 1 }, binary: { data: stuck } },
		]);
		await vi.waitFor(() => expect(server.taken).toEqual([0]), PATIENCE);
		stop();
		expect(await items).toMatchObject([{ status: 'sent' }, CANCELLED]);
		expect((await run).status).toBe('canceled');
		expect(server.at('mailFrom')).toHaveLength(1);
	});

	it('ends the wait for the bytes of a file, and leaves the mailbox to the next execution', async () => {
		const server = await serveItems();
		const workflow = MailWorkflow.forServer(server, options);
		const { items, stop } = startRun(workflow, [
			{ json: { item: 0 }, binary: { data: await stuckFile('bytes') } },
		]);
		await vi.waitFor(() => expect(server.at('data')).toHaveLength(1), PATIENCE);
		stop();
		expect(await items).toMatchObject([CANCELLED]);
		expect(server.taken).toEqual([]);
		const next = startRun(workflow, [{ json: { item: 1 }, binary: { data: await store() } }]);
		expect(await next.items).toMatchObject([{ status: 'sent' }]);
		expect(server.taken).toEqual([1]);
	});
});

describe('Stop while n8n’s storage of files is at a standstill, by Microsoft Graph', () => {
	const company = useGraphCompany();

	it('ends the wait for the bytes of a file, and nothing of the item goes out', async () => {
		const workflow = company.workflow({ options: ENDLESS });
		const { items, stop } = startRun(workflow, [
			{ json: {}, binary: { data: await store() } },
			{ json: {}, binary: { data: await stuckFile('bytes') } },
		]);
		await vi.waitFor(() => expect(company.graph.messages).toHaveLength(1), PATIENCE);
		stop();
		expect(await items).toMatchObject([{ status: 'sent' }, CANCELLED]);
		expect(company.graph.messages).toHaveLength(1);
	});

	it('ends the wait for the bytes of a large file, and leaves no draft', async () => {
		const workflow = company.workflow({ options: ENDLESS });
		const { items, stop } = startRun(workflow, [
			{ json: {}, binary: { data: await stuckFile('bytes', 4_000_000) } },
		]);
		const operations = () => company.graph.requests.map(({ operation }) => operation);
		await vi.waitFor(() => expect(operations()).toContain('createUploadSession'), PATIENCE);
		stop();
		expect(await items).toMatchObject([CANCELLED]);
		expect(operations()).toEqual(['createDraft', 'createUploadSession', 'delete']);
		expect(company.graph.messages).toEqual([]);
	});
});
