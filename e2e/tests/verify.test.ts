import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { VERIFY_STAGES } from '../../nodes/SmtpOAuthSendEmail/status/verify-report.js';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { pictureFailures } from '../ui/failure-pictures.js';
import { type CredentialChanges, MAILBOX, connectAccount } from '../stage/sandbox-account.js';
import { SEND, sendWorkflow } from '../stage/test-workflow.js';
import { type UiSession, openUiSession } from '../ui/ui-session.js';

describe('verifying a mailbox in the editor', () => {
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

	const openWorkflow = async (
		parameters: Record<string, unknown>,
		{ fields, settings }: { fields?: CredentialChanges; settings?: { onError: string } } = {},
	) => {
		const name = 'Mail server';
		const id = await connectAccount(ui.client, sandbox, name, fields);
		const workflow = sendWorkflow('Check of the mailbox', { id, name }, parameters);
		const nodes = workflow.nodes.map((node) =>
			node.name === SEND ? { ...node, ...settings } : node,
		);
		const workflowId = await ui.client.createWorkflow({ ...workflow, nodes });
		await ui.editor.openWorkflow(workflowId);
		return workflowId;
	};

	/** The item that came out: the panel renders a long one only as far as it is in view. */
	const itemOf = async (workflowId: string) => {
		const { outputs } = await ui.client.lastExecutionOf(workflowId);
		return outputs[SEND]?.[0]?.[0];
	};

	it('offers every operation, and for Verify only what it takes', async () => {
		await openWorkflow({});
		const panel = await ui.editor.openNode(SEND);
		const offered = await panel.listChoices('operation');
		expect(offered.map((text) => text.split('\n')[0])).toEqual([
			'Send',
			'Reply',
			'Send and Wait for Response',
			'Send Alert',
			'Send Alert Digest',
			'Verify',
		]);
		await panel.choose('Verify');
		const shown = ['Operation', 'From Email', 'Options'];
		expect((await panel.parameterLabels()).slice(1)).toEqual(shown);
		await panel.addOnlyOption();
		expect((await panel.parameterLabels()).slice(1)).toEqual([...shown, 'Timeout (Seconds)']);
		expect(await panel.cutOffTexts()).toEqual([]);
	});

	it('shows every stage of a good mailbox, and sends nothing', async () => {
		const workflowId = await openWorkflow({ operation: 'verify' });
		expect(await ui.editor.executeWorkflow(SEND)).toBe('success');
		const panel = await ui.editor.openNode(SEND);
		const output = await panel.outputJson();
		await ui.picture('verify', 1300);
		expect(output).toMatch(/"status":\s*"ok"/);
		expect(output).toMatch(/"stage":\s*"parameters"/);
		const item = await itemOf(workflowId);
		expect(item).toMatchObject({
			stages: VERIFY_STAGES.map((stage) => ({ stage, ok: true, detail: expect.any(String) })),
			warnings: [],
		});
		expect(JSON.stringify(item)).not.toMatch(/access_token|refresh_token|Bearer/);
		expect(sandbox.mail.messages).toEqual([]);
	});

	it('says in the panel what is wrong, and which stages passed', async () => {
		await openWorkflow({ operation: 'verify', fromEmail: 'sales@example.com' });
		expect(await ui.editor.executeWorkflow(SEND)).toBe('error');
		const panel = await ui.editor.openNode(SEND);
		const { title, description } = await panel.error.read();
		expect(title).toContain(`does not let ${MAILBOX} send as sales@example.com`);
		expect(description).toContain('Leave From Email empty');
		expect(description).toContain('auth');
		expect(await panel.error.cutOffTexts()).toEqual([]);
	});

	it('goes on where it may, and shows what failed and what was not tried', async () => {
		const workflowId = await openWorkflow(
			{ operation: 'verify' },
			{ fields: { caCertificate: '' }, settings: { onError: 'continueRegularOutput' } },
		);
		expect(await ui.editor.executeWorkflow(SEND)).toBe('success');
		const output = await (await ui.editor.openNode(SEND)).outputJson();
		expect(output).toMatch(/"status":\s*"failed"/);
		expect(output).toContain('TLS_CERTIFICATE_INVALID');
		const failed = { stage: 'tls', ok: false, failure: { code: 'TLS_CERTIFICATE_INVALID' } };
		expect(await itemOf(workflowId)).toMatchObject({
			stages: [{}, {}, {}, {}, failed, { stage: 'ehlo', ok: true }, { skipped: true }, {}],
		});
	});
});
