import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.js';
import { holdsPieceOf } from '../../test/support/tls/access-token.js';
import {
	type ScriptedServer,
	startScriptedServer,
} from '../../test/support/smtp/scripted-smtp-server.js';
import {
	FREQUENT_FAILURES,
	type FailureServers,
	type Provocation,
} from '../stage/failure-cases.js';
import { pictureFailures } from '../ui/failure-pictures.js';
import { closeNotifications, notificationsOf } from '../ui/notifications.js';
import { connectAccount } from '../stage/sandbox-account.js';
import { SEND, TRIGGER, sendWorkflow } from '../stage/test-workflow.js';
import { startTokenEndpoint } from '../stage/token-endpoint.js';
import { type UiSession, openUiSession } from '../ui/ui-session.js';

/** A line of a stack trace. */
const STACK_LINE = /\sat .+\.[jt]s:\d+:\d+/;

/** Markup and its escapes that a reader was not meant to see; `<ada@example.com>` is none. */
const MARKUP = /<\/?[a-z][^<>@]*>|&(?:lt|gt|amp|quot|#\d+);/i;

describe('what a user sees when sending fails', () => {
	let sandbox: Sandbox;
	let ui: UiSession;
	const scripted: ScriptedServer[] = [];
	const endpoints: Array<Awaited<ReturnType<typeof startTokenEndpoint>>> = [];
	const issued: string[] = [];

	beforeAll(async () => {
		sandbox = await startSandbox({ mail: { maxMessageBytes: 1_000_000 } });
		ui = await openUiSession();
	});
	pictureFailures(() => ui);
	afterAll(async () => {
		await ui?.close();
		await Promise.all([...scripted, ...endpoints].map((server) => server.close()));
		await sandbox?.close({ removeData: true });
	});

	const serversOf = (): FailureServers => ({
		sandbox,
		async script(options) {
			const server = await startScriptedServer({ tls: 'starttls', ...options });
			scripted.push(server);
			return server;
		},
		async issue(accessToken) {
			const endpoint = await startTokenEndpoint(accessToken);
			issued.push(accessToken);
			endpoints.push(endpoint);
			return endpoint.url;
		},
	});

	/** Runs a workflow that is to fail, in the editor; resolves with the opened panel. */
	const failWith = async ({ fields, account, parameters, spoil, items }: Provocation) => {
		const name = 'Mail server';
		const id = await connectAccount(ui.client, sandbox, name, fields, account);
		await spoil?.();
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
		const pinData = items && { [TRIGGER]: items.map((json) => ({ json })) };
		const workflowId = await ui.client.createWorkflow({ ...workflow, ...(pinData && { pinData }) });
		await ui.editor.openWorkflow(workflowId);
		expect(await ui.editor.executeWorkflow(SEND)).toBe('error');
		const notice = await notificationsOf(ui.page).first().innerText();
		await closeNotifications(ui.page);
		const panel = await ui.editor.openNode(SEND);
		return { panel, notice, error: (await ui.client.lastExecutionOf(workflowId)).error };
	};

	/** Access tokens that the scripted servers were shown. */
	const shownTokens = (): string[] =>
		scripted
			.flatMap(({ connections }) => connections)
			.flatMap(({ tlsLines }) => tlsLines)
			.map((line) => Buffer.from(line, 'base64').toString('utf8'))
			.flatMap((response) => /auth=Bearer ([^\x01]+)/.exec(response)?.[1] ?? []);

	it.each(FREQUENT_FAILURES)(
		'says what happened and what to do: $what',
		async ({ code, title, cure, words = '', picture, provoke }) => {
			const { panel, notice, error } = await failWith(await provoke(serversOf()));
			if (picture && 'asItComes' in picture) await ui.picture(picture.asItComes);
			const shown = await panel.error.read();
			if (picture && 'unfolded' in picture) await ui.picture(picture.unfolded);
			const failure = failureOf(error);

			expect(failure.code).toBe(code);
			expect(asShown(failure.message).startsWith(shown.title)).toBe(true);
			expect(shown.title).toContain(title);
			expect(shown.title).not.toMatch(/said:|Details:/);
			expect(shown.description.startsWith(failure.remedy)).toBe(true);
			expect(shown.description).toContain(cure);
			expect(shown.description).toContain(words);
			expect(shown.details['Full message'] ?? '').toContain(words);
			expect(notice).toContain(shown.title);
			expect(await panel.error.cutOffTexts()).toEqual([]);

			for (const text of [shown.title, shown.description, shown.shown]) {
				expect(text).not.toContain('[object');
				expect(text).not.toMatch(MARKUP);
				expect(text).not.toMatch(STACK_LINE);
			}
			expect(shown.otherInfo).toMatch(STACK_LINE);

			const everything = `${notice}${shown.shown}${shown.otherInfo}${JSON.stringify(error)}`;
			expect(everything).not.toContain(sandbox.oauth.clients.confidential.clientSecret);
			expect(everything).not.toMatch(/Bearer [\w-]{10}/);
			for (const token of [...issued, ...shownTokens()]) {
				expect(holdsPieceOf(everything, token)).toBe(false);
			}
		},
	);

	it('says which of several items failed, and what became of the others', async () => {
		const { panel } = await failWith({
			items: [{ to: 'ada@example.com' }, { to: 'unknown@example.com' }, { to: 'bob@example.com' }],
			fields: { maxConnections: 1 },
			parameters: { toEmail: '={{ $json.to }}' },
		});
		const { title, description, details } = await panel.error.read();
		expect(title).toMatch(/ did not take unknown@example\.com\. \[item 1\]$/);
		expect(description).toContain('address');
		expect(description).toContain('Of 3 items: 1 sent (0), 1 failed (1), 1 not tried (2).');
		expect(details['Full message']).toMatch(
			/^550 5\.1\.1 <unknown@example\.com>: .+ User unknown$/,
		);
	});
});

/** The text as the title has it: addresses without angle brackets. */
function asShown(text: string): string {
	return text.replaceAll(/<([^<>\s]+@[^<>\s]+)>/g, '$1');
}

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
