import type { IBinaryData } from 'n8n-workflow';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { blockBinary, storeBinary } from '../../support/n8n/binary-store.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';

let sandbox: Sandbox;
let release: () => Promise<void> = () => Promise.resolve();
beforeAll(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => {
	await release();
	release = () => Promise.resolve();
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
});

/** A stored file whose bytes, or what n8n noted about them, cannot be got at. */
async function stuckFile(what: 'bytes' | 'metadata'): Promise<IBinaryData> {
	const file = await storeBinary(Buffer.from('x'.repeat(100)), {
		mimeType: 'application/pdf',
		fileName: 'a.pdf',
	});
	release = await blockBinary(file, what);
	return file;
}

async function send(file: IBinaryData, timeoutSeconds: number) {
	const workflow = await MailWorkflow.create(sandbox, {
		parameters: { options: { attachments: 'data', maxAttempts: 1, timeoutSeconds } },
		settings: { onError: 'continueRegularOutput' },
	});
	return jsonOf(await workflow.run([{ json: {}, binary: { data: file } }]), MAIL)[0];
}

describe('n8n’s storage of files that has come to a standstill', () => {
	it('fails the item within its time-out where the size is asked for', async () => {
		const status = await send(await stuckFile('metadata'), 1);
		expect(status).toMatchObject({
			status: 'failed',
			failure: { code: 'ATTACHMENT_MISSING', stage: 'parameters' },
		});
		expect(JSON.stringify(status)).toContain('did not say in time how large');
	});

	it('fails the item within its time-out where the bytes are read, and blames no server', async () => {
		const received = sandbox.mail.messages.length;
		const status = await send(await stuckFile('bytes'), 2);
		expect(status).toMatchObject({ status: 'failed', failure: { code: 'ATTACHMENT_MISSING' } });
		expect(JSON.stringify(status)).toContain('longer than the time allowed');
		expect(sandbox.mail.messages).toHaveLength(received);
	});
});
