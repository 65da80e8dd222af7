import { BenchWorkflow } from '../sending/bench-workflow.js';
import { atMost, rounded } from '../figure.js';
import type { Findings, Measurement } from '../figure.js';
import type { SslMode } from '../mail-server/mail-protocol.js';
import { MailServer } from '../mail-server/mail-server.js';
import { measureInTurns } from '../measuring.js';
import { plainMessages, recipients } from '../sending/messages.js';
import { BarePool, sendOneByOne } from '../sending/plain-nodemailer.js';

const CONNECTIONS = 3;
const MESSAGES = 200;

/**
 * The least time messages can take: with PIPELINING a message costs a connection two round trips,
 * one for envelope and DATA, one for the content.
 */
function limitMs(messages: number, roundTripMs: number): number {
	return Math.ceil(messages / CONNECTIONS) * 2 * roundTripMs;
}

/** Sends in an execution of a mailbox that no execution has used before: no connection is open. */
function coldSender(
	server: MailServer,
	roundTripMs: number,
): (count: number, sslMode?: SslMode) => Promise<unknown> {
	let mailboxes = 0;
	return async (count, sslMode = 'explicit') => {
		mailboxes += 1;
		const user = `alice-${String(mailboxes)}@bench.test`;
		const workflow = new BenchWorkflow(server.target(roundTripMs, sslMode), {
			user,
			maxConnections: CONNECTIONS,
		});
		return await workflow.run(recipients(count));
	};
}

async function warmUp(server: MailServer): Promise<void> {
	const target = server.target();
	await new BenchWorkflow(target).run(recipients(300));
	await new BenchWorkflow(target).run(recipients(300), 'reader');
	const pool = new BarePool(target, CONNECTIONS);
	await pool.send(plainMessages(300));
	pool.close();
	await sendOneByOne(target, plainMessages(20));
}

/** A link of 20 ms: against a connection for each message, a bare pool, and the physical limit. */
export const measureLink: Measurement = async ({ isQuick }) => {
	const roundTripMs = 20;
	const messages = isQuick ? 60 : MESSAGES;
	const sample = 20;
	const server = await MailServer.start([roundTripMs]);
	const target = server.target(roundTripMs);
	const reader = new BenchWorkflow(target);
	const idle = new BenchWorkflow(target);
	const sendCold = coldSender(server, roundTripMs);
	await warmUp(server);
	await idle.run(recipients(CONNECTIONS));
	const roundTripIsMs = await server.measureRoundTrip(roundTripMs);
	await server.forget();

	const rounds = isQuick ? 3 : 7;
	const { node, pool, oneByOne, reading, nodeIdle, implicit, oneByOneImplicit } =
		await measureInTurns(rounds, {
			node: async () => await sendCold(messages),
			pool: async () => {
				const bare = new BarePool(target, CONNECTIONS);
				await bare.send(plainMessages(messages));
				bare.close();
			},
			oneByOne: async () => {
				await sendOneByOne(target, plainMessages(sample));
			},
			reading: async () => await reader.run(recipients(messages), 'reader'),
			nodeIdle: async () => await idle.run(recipients(messages)),
			implicit: async () => await sendCold(messages, 'implicit'),
			oneByOneImplicit: async () => {
				await sendOneByOne(server.target(roundTripMs, 'implicit'), plainMessages(sample));
			},
		});
	const { endedAtMs } = await server.receipts();
	const expected = rounds * (4 * messages + 2 * sample);
	if (endedAtMs.length !== expected) {
		throw new Error(`${String(endedAtMs.length)} messages came, not ${String(expected)}`);
	}
	server.stop();

	const oneByOneMs = (oneByOne.wallMs / sample) * messages;
	const atLink = `${String(roundTripMs)} ms, ${String(messages)} messages, ${String(CONNECTIONS)} connections`;
	const speedUp = oneByOneMs / node.wallMs;
	const implicitSpeedUp = ((oneByOneImplicit.wallMs / sample) * messages) / implicit.wallMs;
	return {
		figures: [
			{
				what: `${atLink}: speed against a connection per message, one after another`,
				measured: `${rounded(speedUp, 1)} ×`,
				mustReach: 'at least 10 ×',
				isReached: speedUp >= 10,
			},
			atMost(`${atLink}: time against a bare nodemailer pool`, node.wallMs / pool.wallMs, 1.1),
			limitFigure(roundTripMs, messages, node.wallMs),
		],
		behind: [
			`Link of ${String(roundTripMs)} ms (measured: ${rounded(roundTripIsMs, 1)} ms), ${String(messages)} messages: the node from cold ${rounded(node.wallMs, 0)} ms, with connections still open ${rounded(nodeIdle.wallMs, 0)} ms, of which n8n itself takes ${rounded(reading.wallMs, 0)} ms to read credential and parameters; bare pool ${rounded(pool.wallMs, 0)} ms; a connection per message ${rounded(oneByOneMs, 0)} ms (measured with ${String(sample)} messages); physical limit ${rounded(limitMs(messages, roundTripMs), 0)} ms.`,
			`With TLS from the first byte instead of STARTTLS a connection costs two round trips less: there the node is ${rounded(implicitSpeedUp, 1)} times as fast as a connection per message.`,
		],
	};
};

/** A link of 100 ms, against the physical limit. */
export const measureFarLink: Measurement = async ({ isQuick }): Promise<Findings> => {
	const roundTripMs = 100;
	const messages = isQuick ? 60 : MESSAGES;
	const server = await MailServer.start([roundTripMs]);
	await warmUp(server);
	const roundTripIsMs = await server.measureRoundTrip(roundTripMs);
	const sendCold = coldSender(server, roundTripMs);
	const { node } = await measureInTurns(isQuick ? 1 : 3, {
		node: async () => await sendCold(messages),
	});
	server.stop();
	return {
		figures: [limitFigure(roundTripMs, messages, node.wallMs)],
		behind: [
			`Link of ${String(roundTripMs)} ms (measured: ${rounded(roundTripIsMs, 1)} ms), ${String(messages)} messages: the node from cold ${rounded(node.wallMs, 0)} ms; physical limit ${rounded(limitMs(messages, roundTripMs), 0)} ms.`,
		],
	};
};

function limitFigure(roundTripMs: number, messages: number, wallMs: number) {
	return atMost(
		`${String(roundTripMs)} ms, ${String(messages)} messages, ${String(CONNECTIONS)} connections: time against the physical limit`,
		wallMs / limitMs(messages, roundTripMs),
		1.5,
	);
}
