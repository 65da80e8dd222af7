import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contradiction } from '../../../support/smtp/any-replies.js';
import { serveItems, type ItemStage, type ItemStep } from '../../../support/smtp/item-server.js';
import type { ScriptedAnswer } from '../../../support/smtp/scripted-smtp-server.js';
import {
	accountAt,
	deliver,
	failureOf,
	messageOf,
	serve,
	shortMessage,
	subjectsOf,
	transportFor,
	type ClosableTransport,
} from '../../../support/smtp/transport-setting.js';

/** What the server says of its own accord, and where. */
interface Plan {
	readonly stage: ItemStage;
	readonly count: number;
	readonly code: string;
	/** In a packet each, or in one with the reply before them. */
	readonly isApart: boolean;
	readonly isPipelining: boolean;
	/** How it answers the final dot of the first item. */
	readonly verdict: string;
	/** How it answers MAIL FROM of the first item. */
	readonly sender: string;
	/** Whether later connections are as bad. */
	readonly isEndless: boolean;
}

const REPLIES: Readonly<Record<ItemStage, string>> = {
	connect: '220 scripted.test ESMTP',
	ehlo: '',
	auth: '235 2.7.0 Accepted',
	mailFrom: '250 2.1.0 Ok',
	rcptTo: '250 2.1.5 Ok',
	data: '354 Go ahead',
	reply: '250 2.0.0 Queued',
	other: '250 2.0.0 Ok',
};

function usualReply({ stage, item, connection }: ItemStep, plan: Plan): string[] {
	if (stage === 'ehlo') {
		const extensions = plan.isPipelining ? ['250-PIPELINING'] : [];
		return ['250-scripted.test', ...extensions, '250 AUTH XOAUTH2'];
	}
	if (item === 0 && connection === 0 && stage === 'reply') return [plan.verdict];
	if (item === 0 && connection === 0 && stage === 'mailFrom') return [plan.sender];
	return [REPLIES[stage]];
}

function answer(step: ItemStep, plan: Plan): ScriptedAnswer | undefined {
	const { stage, connection, command } = step;
	if (command === 'QUIT') return undefined;
	// The server's own order of things decides what comes after a refusal.
	if (stage === 'rcptTo' || stage === 'data') {
		if (plan.sender.startsWith('5') && step.item === 0 && connection === 0) return undefined;
	}
	const reply = usualReply(step, plan);
	if (stage !== plan.stage || (connection > 0 && !plan.isEndless)) return reply;
	const stray = Array.from({ length: plan.count }, () => `${plan.code} 2.0.0 Stray`);
	return plan.isApart ? { reply, stray } : [...reply, ...stray];
}

/** Tries an item as often as the delivery does; what came of it in the words of a status item. */
async function send(transport: ClosableTransport, item: number): Promise<string> {
	const envelope = { from: `i${String(item)}@sandbox.test`, to: ['recipient@example.net'] };
	for (let attempt = 1; ; attempt += 1) {
		const report = await deliver(transport, shortMessage(`Item ${String(item)}`, { envelope }));
		if (report.kind === 'accepted') return 'sent';
		if (report.kind === 'unknown') return 'unknown';
		if (!report.failure.retryable || attempt === 3) return 'failed';
	}
}

it('replies that nothing has asked for make no status untrue, and no second copy', async () => {
	const plans = fc.record({
		stage: fc.constantFrom<ItemStage[]>(
			...(['connect', 'ehlo', 'auth', 'mailFrom', 'rcptTo', 'data', 'reply', 'other'] as const),
		),
		count: fc.integer({ min: 0, max: 4 }),
		code: fc.constantFrom('250', '250', '354', '235', '550'),
		isApart: fc.boolean(),
		isPipelining: fc.boolean(),
		verdict: fc.constantFrom('250 2.0.0 Queued', '550 5.7.1 No', '451 4.3.0 Later'),
		sender: fc.constantFrom('250 2.1.0 Ok', '250 2.1.0 Ok', '550 5.7.1 No'),
		isEndless: fc.boolean(),
	});
	await fc.assert(
		fc.asyncProperty(plans, async (plan) => {
			const server = await serveItems((step) => answer(step, plan));
			const transport = transportFor(accountAt(server));
			try {
				for (const item of [0, 1]) {
					const status = await send(transport, item);
					expect(contradiction(server, item, status, false)).toBeUndefined();
					if (plan.count === 0 && item === 1) expect(status).toBe('sent');
				}
			} finally {
				await transport.close();
				await server.close();
			}
		}),
		{ numRuns: 150, interruptAfterTimeLimit: 40_000 },
	);
}, 60_000);

it('a stray reply behind the sign-in costs a connection, and both messages go out', async () => {
	const server = await serve({
		script: (_, { phase, connection }) =>
			phase === 'sasl' && connection === 0 ? ['235 2.7.0 Accepted', '250 2.0.0 Stray'] : undefined,
	});
	const transport = transportFor(accountAt(server));
	const first = await deliver(transport, shortMessage('one'));
	expect(failureOf(first)).toMatchObject({
		code: 'CONNECTION_LOST',
		stage: 'auth',
		retryable: true,
	});
	expect(failureOf(first).message).toContain('"Received: 250 2.0.0 Stray"');
	await deliver(transport, shortMessage('one'));
	await deliver(transport, shortMessage('two'));
	expect(subjectsOf(server.completeMessages)).toEqual(['one', 'two']);
	expect(server.connections).toHaveLength(2);
});

it('a sign-in that is accepted before the token went out is not used', async () => {
	const server = await serve({
		script: (command) => (command.startsWith('AUTH') ? ['334 ', '235 2.7.0 Accepted'] : undefined),
	});
	const report = await deliver(transportFor(accountAt(server)));
	expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', stage: 'auth' });
	expect(server.connections[0]?.tlsLines).not.toContainEqual(expect.stringMatching(/^MAIL/));
});

it('a stray reply behind the reply to the final dot leaves the message unknown', async () => {
	const server = await serve({
		script: (_, { phase, connection }) =>
			phase === 'finalDot' && connection === 0
				? ['250 2.0.0 Ok', '250 2.0.0 Once more']
				: undefined,
	});
	const transport = transportFor(accountAt(server));
	expect((await deliver(transport, shortMessage('one'))).kind).toBe('unknown');
	expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
	expect(server.connections).toHaveLength(2);
});

it('a stray reply behind 354 keeps the data back, and the message can go out again', async () => {
	const server = await serve({
		script: (command, { connection }) =>
			command === 'DATA' && connection === 0 ? ['354 Go ahead', '250 2.0.0 Ok'] : undefined,
	});
	const transport = transportFor(accountAt(server));
	const report = await deliver(transport, shortMessage('one'));
	expect(report.kind).toBe('refused');
	expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
	expect((await deliver(transport, shortMessage('one'))).kind).toBe('accepted');
	expect(subjectsOf(server.completeMessages)).toEqual(['one']);
});

it('a stray reply behind a reply that was read already leaves the message unknown as well', async () => {
	// A record of TLS holds 16,384 bytes, so that the second reply is read after the first.
	const last = '250 2.0.0 Ok';
	const first = `250-${'x'.repeat(16_384 - '250-\r\n'.length - `${last}\r\n`.length)}`;
	const server = await serve({
		script: (_, { phase, connection }) =>
			phase === 'finalDot' && connection === 0 ? [first, last, '550 5.7.1 No'] : undefined,
	});
	const transport = transportFor(accountAt(server));
	expect((await deliver(transport, shortMessage('one'))).kind).toBe('unknown');
	expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
	expect(server.connections).toHaveLength(2);
});

it('a stray reply while the data is under way leaves the message unknown', async () => {
	const server = await serve({
		script: (command) =>
			command === 'DATA'
				? { reply: '354 Go', afterDataBytes: 10, stray: ['250 2.0.0 Ok'], then: 'silent' }
				: undefined,
	});
	// A file that is still being read when the server speaks.
	const content = new Readable({ read: () => undefined });
	content.push('Subject: one\r\n\r\nBeginning\r\n');
	const report = await deliver(
		transportFor(accountAt(server)),
		messageOf('', { open: () => content }),
	);
	expect(report.kind).toBe('unknown');
	expect(failureOf(report)).toMatchObject({ code: 'DELIVERY_UNKNOWN', stage: 'data' });
	expect(content.destroyed).toBe(true);
});

it.each(['250 2.0.0 Ok', '235 2.7.0 Accepted'])(
	'a reply to DATA that does not ask for it (%s) keeps the message back',
	async (reply) => {
		const server = await serve({
			script: (command, { connection }) =>
				command === 'DATA' && connection === 0 ? reply : undefined,
		});
		const transport = transportFor(accountAt(server));
		const report = await deliver(transport, shortMessage('one'));
		expect(report.kind).toBe('refused');
		expect(failureOf(report)).toMatchObject({ code: 'CONNECTION_LOST', retryable: true });
		await server.connections[0]?.closed;
		expect(server.connections[0]?.tlsLines.at(-1)).toBe('DATA');
		expect((await deliver(transport, shortMessage('two'))).kind).toBe('accepted');
	},
);
