import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CATALOGUE } from '../nodes/SmtpOAuthSendEmail/failure/catalogue.js';
import { type Sandbox, startSandbox } from '../sandbox/start-sandbox.js';
import { pictureFailures } from './failure-pictures.js';
import { MAILBOX, connectAccount } from './sandbox-account.js';
import { SEND, sendWorkflow } from './test-workflow.js';
import { type UiSession, openUiSession } from './ui-session.js';

describe('what a user sees when sending fails', () => {
	let sandbox: Sandbox;
	let ui: UiSession;

	beforeAll(async () => {
		sandbox = await startSandbox();
		ui = await openUiSession();
	});
	pictureFailures(() => ui);
	afterAll(async () => {
		await ui?.close();
		await sandbox?.close({ removeData: true });
	});

	/** Runs a workflow that is to fail: what the panel shows, and the failure that n8n has stored. */
	const failWith = async (
		changes: Parameters<typeof connectAccount>[3],
		parameters: Record<string, unknown> = {},
		spoil: () => Promise<void> = async () => undefined,
	) => {
		const name = 'Mail server';
		const id = await connectAccount(ui.client, sandbox, name, changes);
		await spoil();
		const workflow = sendWorkflow(
			'Nightly report',
			{ id, name },
			{
				toEmail: 'ada@example.com',
				subject: 'Nightly import finished',
				emailFormat: 'text',
				text: 'All 12 imports finished.',
				...parameters,
			},
		);
		const workflowId = await ui.client.createWorkflow(workflow);
		await ui.editor.openWorkflow(workflowId);
		expect(await ui.editor.executeWorkflow(SEND)).toBe('error');
		const panel = await ui.editor.openNode(SEND);
		const shown = await panel.errorText();
		const { error } = await ui.client.lastExecutionOf(workflowId);
		return { panel, shown, failure: failureOf(error) };
	};

	it.each<{ sslMode: string; port: 'implicitPort' | 'starttlsPort'; picture?: string }>([
		{ sslMode: 'implicit', port: 'starttlsPort', picture: 'error' },
		{ sslMode: 'explicit', port: 'implicitPort' },
	])('names the wrong SSL mode ($sslMode at $port)', async ({ sslMode, port, picture }) => {
		const { panel, shown, failure } = await failWith({ sslMode, port: sandbox.mail[port] });
		if (picture !== undefined) await ui.picture(picture);
		expect(failure.code).toBe('TLS_MODE_MISMATCH');
		expect(shown).toContain(failure.message);
		expect(shown).toContain(CATALOGUE.TLS_MODE_MISMATCH.remedy);
		expect(await panel.overflowingErrorTexts()).toEqual([]);
		expect(sandbox.mail.messages).toEqual([]);
	});

	it('says that a revoked account must be connected again', async () => {
		const { shown, failure } = await failWith({}, {}, () => sandbox.oauth.revoke(MAILBOX));
		expect(failure.code).toBe('RECONNECT_REQUIRED');
		expect(shown).toContain(failure.message);
		expect(shown).toContain(failure.remedy);
	});

	it('names the server whose certificate it does not trust, and the cure', async () => {
		const { shown, failure } = await failWith({ caCertificate: '' });
		expect(failure.code).toBe('TLS_CERTIFICATE_INVALID');
		expect(shown).toContain(`localhost:${sandbox.mail.starttlsPort}`);
		expect(shown).toContain('CA Certificate');
	});

	it('names the parameter that is wrong', async () => {
		const { shown, failure } = await failWith({}, { toEmail: 'ada@' });
		expect(failure.code).toBe('INVALID_PARAMETER');
		expect(shown).toContain('To Email');
	});

	it('never shows a secret', async () => {
		const { shown } = await failWith({}, {}, () => sandbox.oauth.revoke(MAILBOX));
		expect(shown).not.toContain(sandbox.oauth.clients.confidential.clientSecret);
		expect(shown).not.toMatch(/Bearer [\w-]{10}/);
	});
});

/** The failure that the thrown error carries for error workflows. */
function failureOf(error: unknown): { code: string; message: string; remedy: string } {
	expect(error).toMatchObject({
		context: {
			data: {
				failure: {
					code: expect.any(String),
					message: expect.any(String),
					remedy: expect.any(String),
				},
			},
		},
	});
	return (error as { context: { data: { failure: ReturnType<typeof failureOf> } } }).context.data
		.failure;
}
