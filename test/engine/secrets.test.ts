import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../sandbox/start-sandbox.js';
import { jsonOf } from '../../sandbox/workflow-host.js';
import { findLeakedSecrets } from '../support/leaked-secrets.js';
import { errorOf, MAIL, MailWorkflow } from '../support/mail-workflow.js';
import {
	startScriptedServer,
	type Script,
	type ScriptedServer,
} from '../support/scripted-smtp-server.js';

let server: ScriptedServer | undefined;
afterEach(async () => {
	await server?.close();
	server = undefined;
});

/** A server that repeats the token it was given, in each of its replies from `stage` on. */
function gossip(stage: 'auth' | 'rcpt' | 'refusal' | 'acceptance'): Script {
	let token = '';
	return (line, { phase }) => {
		if (phase === 'sasl') {
			const response = Buffer.from(line, 'base64').toString();
			token = /Bearer ([^\u0001]+)/.exec(response)?.[1] ?? '';
			return stage === 'auth' ? `535 5.7.8 I do not like ${line} nor ${token}` : undefined;
		}
		if (line.startsWith('RCPT') && stage === 'rcpt') return `550 5.1.1 Nobody here, ${token}`;
		if (phase !== 'finalDot') return undefined;
		if (stage === 'refusal') return [`554-5.6.0 No: ${token}`, `554 5.6.0 ${token}`];
		return stage === 'acceptance' ? `250 2.0.0 Ok: queued as ${token}` : undefined;
	};
}

/** Every run is searched for secrets by the host itself; these look at what is left of the words. */
describe('a token that the server repeats', () => {
	it.each(['auth', 'rcpt', 'refusal'] as const)(
		'does not come out by its refusal: %s',
		async (stage) => {
			server = await startScriptedServer({ tls: 'implicit', script: gossip(stage) });
			const stopping = MailWorkflow.forServer(server, {
				parameters: { options: { maxAttempts: 1 } },
			});
			expect(errorOf(await stopping.run()).context.data?.failure).toMatchObject({
				code: expect.any(String),
			});
			const continuing = MailWorkflow.forServer(server, {
				parameters: { options: { maxAttempts: 1 } },
				settings: { onError: 'continueErrorOutput' },
			});
			expect(jsonOf(await continuing.run(), 'Error')).toMatchObject([
				{ error: { status: 'failed' } },
			]);
		},
	);

	it('does not come out by its acceptance', async () => {
		server = await startScriptedServer({ tls: 'implicit', script: gossip('acceptance') });
		const workflow = MailWorkflow.forServer(server);
		const [item] = jsonOf(await workflow.run(), MAIL);
		expect(item).toMatchObject({
			status: 'sent',
			response: expect.stringContaining('250 2.0.0 Ok: queued as [redacted]'),
		});
	});
});

describe('the search for secrets', () => {
	it.each([
		['in a text', { json: { a: ['x secret-1 y'] } }],
		['in a key', { 'secret-1': 1 }],
		['in an error and its cause', new Error('x', { cause: new Error('secret-1') })],
		['URL-encoded', { url: `?t=${encodeURIComponent('secret-1')}` }],
		[
			'in a SASL response',
			Buffer.from('user=a\u0001auth=Bearer secret-1\u0001\u0001').toString('base64'),
		],
		['in a hidden property', Object.defineProperty({}, 'hidden', { value: 'secret-1' })],
	])('finds one %s', (_where, value) => {
		expect(findLeakedSecrets(value, ['secret-1', 'secret-2'])).toEqual(['secret-1']);
	});

	it('looks at what the runs of a refreshed and of a revoked connection store', async () => {
		const sandbox = await startSandbox();
		try {
			const workflow = await MailWorkflow.create(sandbox, { tokenSeconds: 30 });
			await workflow.run();
			await sandbox.oauth.revoke('alice@sandbox.test');
			expect(errorOf(await workflow.run()).context.data?.failure['code']).toBe(
				'RECONNECT_REQUIRED',
			);
		} finally {
			await sandbox.close({ removeData: true });
		}
	});
});
