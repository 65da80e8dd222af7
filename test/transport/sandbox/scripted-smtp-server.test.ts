import { afterEach, describe, expect, it } from 'vitest';
import { RawSmtpClient } from '../../support/smtp/raw-smtp-client.js';
import { startScriptedServer } from '../../support/smtp/scripted-smtp-server.js';
import type {
	ScriptedServer,
	ScriptedServerOptions,
} from '../../support/smtp/scripted-smtp-server.js';

describe('the scripted SMTP server', () => {
	let server: ScriptedServer | undefined;
	afterEach(async () => {
		await server?.close();
		server = undefined;
	});

	async function start(options: ScriptedServerOptions) {
		server = await startScriptedServer(options);
		const ca = options.tls === 'implicit' ? server.caCertificate : undefined;
		return { server, client: await RawSmtpClient.connect(server.port, ca) };
	}

	async function startData(client: RawSmtpClient) {
		await client.read();
		await client.say('EHLO client.test');
		await client.say('MAIL FROM:<a@x.test>');
		await client.say('RCPT TO:<b@x.test>');
		expect((await client.say('DATA')).code).toBe(354);
	}

	it('accepts a message by default and records all of it', async () => {
		const { server, client } = await start({ tls: 'implicit' });
		expect((await client.read()).code).toBe(220);
		const ehlo = await client.say('EHLO client.test');
		expect(ehlo.lines.at(-1)).toBe('250 AUTH XOAUTH2 OAUTHBEARER');
		expect((await client.say('AUTH XOAUTH2')).code).toBe(334);
		expect((await client.say('dG9rZW4=')).code).toBe(235);
		client.write('MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\n');
		expect([await client.read(), await client.read(), await client.read()]).toMatchObject([
			{ code: 250 },
			{ code: 250 },
			{ code: 354 },
		]);
		client.write('Subject: Grüße\r\n\r\n..dot\r\n');
		expect((await client.say('.')).code).toBe(250);
		expect((await client.say('QUIT')).code).toBe(221);
		await client.waitForEnd();
		await server.connections[0]?.closed;

		expect(server.completeMessages).toEqual(['Subject: Grüße\r\n\r\n.dot\r\n']);
		expect(server.connections).toMatchObject([
			{
				clearLines: [],
				tlsVersion: 'TLSv1.3',
				tlsLines: [
					'EHLO client.test',
					'AUTH XOAUTH2',
					'dG9rZW4=',
					'MAIL FROM:<a@x.test>',
					'RCPT TO:<b@x.test>',
					'DATA',
					'QUIT',
				],
			},
		]);
	});

	it('keeps apart what came before and after STARTTLS', async () => {
		const { server, client } = await start({ tls: 'starttls' });
		await client.read();
		expect((await client.say('EHLO client.test')).lines.at(-1)).toBe('250 STARTTLS');
		expect((await client.say('STARTTLS')).code).toBe(220);
		await client.upgrade(server.caCertificate);
		expect((await client.say('EHLO again.test')).lines.join()).toContain('AUTH');
		client.close();
		expect(server.connections[0]).toMatchObject({
			clearLines: ['EHLO client.test', 'STARTTLS'],
			tlsLines: ['EHLO again.test'],
		});
	});

	it('gives the replies of its script, SASL steps and final dots included', async () => {
		const phases: string[] = [];
		const { client } = await start({
			tls: 'none',
			greeting: ['220-first', '220 second'],
			ehlo: ['AUTH XOAUTH2'],
			script: (command, { phase, mechanism }) => {
				phases.push(phase);
				if (command === 'AUTH XOAUTH2') return '334 ';
				if (phase === 'sasl' && command !== '') return `334 ${mechanism ?? ''}`;
				if (phase === 'sasl') return { reply: '535 5.7.8 No', delayMs: 1 };
				if (phase === 'finalDot') return '451 4.3.0 Later';
				return undefined;
			},
		});
		expect((await client.read()).lines).toEqual(['220-first', '220 second']);
		expect((await client.say('EHLO c.test')).lines.at(-1)).toBe('250 AUTH XOAUTH2');
		await client.say('AUTH XOAUTH2');
		expect((await client.say('abcd')).lines).toEqual(['334 XOAUTH2']);
		expect((await client.say('')).code).toBe(535);
		await client.say('MAIL FROM:<a@x.test>');
		await client.say('DATA');
		expect((await client.say('.')).code).toBe(451);
		expect(phases).toEqual([
			'command',
			'command',
			'sasl',
			'sasl',
			'command',
			'command',
			'finalDot',
		]);
		client.close();
	});

	describe.each(['implicit', 'none'] as const)('with TLS "%s"', (tls) => {
		it.each(['close', 'reset'] as const)('breaks (%s) instead of taking data', async (then) => {
			const { server, client } = await start({
				tls,
				script: (command) => (command === 'DATA' ? { then } : undefined),
			});
			await client.read();
			await client.say('EHLO client.test');
			await expect(client.say('DATA')).rejects.toThrow('closed');
			expect(await client.waitForEnd()).toBe(then);
			expect(server.connections[0]?.messages).toEqual([]);
			client.close();
		});

		it.each(['close', 'reset'] as const)('breaks (%s) within the data', async (then) => {
			const { server, client } = await start({
				tls,
				script: (command) =>
					command === 'DATA' ? { reply: '354 Go', afterDataBytes: 10, then } : undefined,
			});
			await startData(client);
			client.write('1234567\r\n');
			client.write('abcdefghij\r\n.\r\n');
			expect(await client.waitForEnd()).toBe(then);
			expect(server.connections[0]?.messages).toEqual([
				{ content: '1234567\r\na', isComplete: false },
			]);
		});

		it.each(['close', 'reset'] as const)('breaks (%s) behind the final dot', async (then) => {
			const { server, client } = await start({
				tls,
				script: (_, { phase }) => (phase === 'finalDot' ? { then } : undefined),
			});
			await startData(client);
			client.write('Hi\r\n.\r\n');
			expect(await client.waitForEnd()).toBe(then);
			expect(server.completeMessages).toEqual(['Hi\r\n']);
		});
	});

	it('can fall silent, from the greeting on', async () => {
		const { server, client } = await start({ tls: 'none', greeting: { then: 'silent' } });
		let hasReply = false;
		const reply = client.read().then(
			() => (hasReply = true),
			() => undefined,
		);
		client.write('EHLO client.test\r\n');
		// Whatever the server says to the first connection, it says before the second has ended.
		const other = await RawSmtpClient.connect(server.port);
		other.close();
		await server.connections[1]?.closed;
		expect(hasReply).toBe(false);
		client.close();
		await reply;
		await server.connections[0]?.closed;
	});
});
