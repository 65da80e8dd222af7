import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { ALICE, sendWithNodemailer } from '../../support/n8n/sandbox-client.js';

/** Sends with a token and resolves with how often a message has been received. */
async function send(sandbox: Sandbox, token: string): Promise<number> {
	await sendWithNodemailer(sandbox, true, token, sandbox.mail.caCertificate);
	return sandbox.mail.messages.length;
}

describe('a kept sandbox that is started again', () => {
	let folder: string;
	let token: string;
	let first: { caCertificate: string; queueId: string | undefined };
	let again: Sandbox;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'smtp-oauth-kept-'));
		const sandbox = await startSandbox({ dataDir: folder, isKept: true });
		({ access_token: token } = await sandbox.oauth.issueTokens(ALICE));
		await send(sandbox, token);
		first = {
			caCertificate: sandbox.mail.caCertificate,
			queueId: sandbox.mail.messages[0]?.queueId,
		};
		await sandbox.close();
		again = await startSandbox({ dataDir: folder, isKept: true });
	});
	afterAll(async () => {
		await again.close();
		await rm(folder, { recursive: true, force: true });
	});

	it('shows the certificate of before', () => {
		expect(again.mail.caCertificate).toBe(first.caCertificate);
	});

	it('has the messages of before with their envelopes, and numbers on from them', async () => {
		expect(again.mail.messages).toMatchObject([
			{
				queueId: first.queueId,
				envelope: { from: ALICE, to: ['carol@example.com'] },
				parsed: { subject: 'Hello' },
				tls: { version: 'TLSv1.3' },
			},
		]);
		const { access_token: newToken } = await again.oauth.issueTokens(ALICE);
		expect(await send(again, newToken)).toBe(2);
		const numbers = again.mail.messages.map(({ queueId }) => queueId);
		expect(new Set(numbers).size).toBe(2);
	});

	it('takes the tokens of before, until they are revoked', async () => {
		expect(await again.oauth.checkAccessToken(token)).toMatchObject({ ok: true });
		await again.oauth.revoke(ALICE);
		await again.close();
		again = await startSandbox({ dataDir: folder, isKept: true });
		expect(await again.oauth.checkAccessToken(token)).toMatchObject({ ok: false });
	});
});

describe('a sandbox that is not kept', () => {
	it('begins empty in a folder that another one has left', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'smtp-oauth-new-'));
		const before = await startSandbox({ dataDir: folder });
		const { access_token: token } = await before.oauth.issueTokens(ALICE);
		await send(before, token);
		await before.close();
		const after = await startSandbox({ dataDir: folder });
		expect(after.mail.messages).toEqual([]);
		expect(await after.oauth.checkAccessToken(token)).toMatchObject({ ok: false });
		await after.close({ removeData: true });
	});
});

describe('refusals that are set while the mail server runs', () => {
	let sandbox: Sandbox;
	let token: string;
	beforeAll(async () => {
		sandbox = await startSandbox();
		({ access_token: token } = await sandbox.oauth.issueTokens(ALICE));
	});
	afterAll(async () => {
		await sandbox.close({ removeData: true });
	});

	it('are what the next sign-in gets, and end when they are taken back', async () => {
		sandbox.mail.refusals.signIn = '535 5.7.139 SmtpClientAuthentication is disabled';
		await expect(send(sandbox, token)).rejects.toThrow('5.7.139');
		sandbox.mail.refusals.signIn = undefined;
		expect(await send(sandbox, token)).toBe(1);
	});

	it('are what the next message gets', async () => {
		sandbox.mail.refusals.message = '550 5.4.5 Daily user sending limit exceeded';
		await expect(send(sandbox, token)).rejects.toThrow('5.4.5');
		sandbox.mail.refusals.message = undefined;
		expect(await send(sandbox, token)).toBe(2);
	});
});
