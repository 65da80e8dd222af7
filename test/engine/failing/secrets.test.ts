import { afterEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/start-sandbox.js';
import { jsonOf } from '../../../sandbox/n8n/workflow-host.js';
import { holdsPieceOf } from '../../support/tls/access-token.js';
import { findLeakedSecrets } from '../../support/n8n/leaked-secrets.js';
import { errorOf, MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import {
	startScriptedServer,
	type Script,
	type ScriptedServer,
} from '../../support/smtp/scripted-smtp-server.js';
import { closeIdleConnections } from '../../support/smtp/mailbox-states.js';

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

describe('a token in disguise', () => {
	const DISGUISES: Readonly<Record<string, (token: string) => string | string[]>> = {
		'as a Message-ID': (token) => `250 2.0.0 OK <${token}.prod.outlook.com>`,
		'as two lines': (token) => [`250-ok ${token.slice(0, 25)}`, `250 ${token.slice(25)}`],
		'cut off by the longest reply that is kept': (token) => `250 ${'x '.repeat(483)}${token}`,
	};

	it.each(Object.entries(DISGUISES))('does not come out: %s', async (_what, disguise) => {
		let token = '';
		const gossiping: Script = (line, { phase }) => {
			if (phase === 'sasl') {
				token = /Bearer ([^\u0001]+)/.exec(Buffer.from(line, 'base64').toString())?.[1] ?? '';
			}
			if (line.startsWith('RCPT TO:<bad@')) {
				return [disguise(token)].flat().map((reply) => reply.replace('250', '550'));
			}
			return phase === 'finalDot' ? disguise(token) : undefined;
		};
		server = await startScriptedServer({ tls: 'implicit', script: gossiping });
		const workflow = MailWorkflow.forServer(server, {
			parameters: { toEmail: 'ok@x.test, bad@x.test' },
		});
		const run = await workflow.run();
		expect(jsonOf(run, MAIL)).toMatchObject([
			{ status: 'partial', rejected: [{ address: 'bad@x.test', reason: expect.any(String) }] },
		]);
		expect(token.length).toBeGreaterThan(40);
		expect(holdsPieceOf(JSON.stringify(run.data), token)).toBe(false);
	});
});

describe('a huge reply', () => {
	it('is kept up to 1,000 characters', async () => {
		const lines = Array.from({ length: 1_000 }, () => `250-${'y'.repeat(300)}`);
		server = await startScriptedServer({
			tls: 'implicit',
			script: (_line, { phase }) => (phase === 'finalDot' ? [...lines, '250 ok'] : undefined),
		});
		const [item] = jsonOf(await MailWorkflow.forServer(server).run(), MAIL);
		expect(item).toMatchObject({
			status: 'sent',
			response: expect.stringMatching(/^250-y{300}.{696}$/),
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
			await closeIdleConnections();
			expect(errorOf(await workflow.run()).context.data?.failure['code']).toBe(
				'RECONNECT_REQUIRED',
			);
		} finally {
			await sandbox.close({ removeData: true });
		}
	});
});
