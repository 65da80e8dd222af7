import { BenchWorkflow } from '../sending/bench-workflow.js';
import { atMost, rounded } from '../figure.js';
import type { Measurement } from '../figure.js';
import { MailServer } from '../mail-server/mail-server.js';
import { measure, measureInTurns, median } from '../measuring.js';
import { plainMessages, recipients } from '../sending/messages.js';
import { BarePool } from '../sending/plain-nodemailer.js';

/** CPU time a message on loopback: the node, n8n's share of it, and the bare pool. */
export const measureCpu: Measurement = async ({ isQuick }) => {
	const messages = isQuick ? 300 : 1_000;
	const server = await MailServer.start();
	const workflow = new BenchWorkflow(server.target());
	const pool = new BarePool(server.target(), 3);
	const readingMs: number[] = [];
	const restMs: number[] = [];
	const work = {
		node: async () => await workflow.run(recipients(messages)),
		watched: async () => {
			await workflow.run(recipients(messages), 'watched-mail');
			readingMs.push(workflow.reading.take());
		},
		reader: async () => {
			const { cpuMs } = await measure(
				async () => await workflow.run(recipients(messages), 'watched-reader'),
			);
			restMs.push(cpuMs - workflow.reading.take());
		},
		pool: async () => {
			await pool.send(plainMessages(messages));
		},
	};
	// First let the compiler finish its work.
	await measureInTurns(isQuick ? 2 : 3, work);
	readingMs.splice(0);
	restMs.splice(0);
	const { node, pool: bare } = await measureInTurns(isQuick ? 3 : 9, work);
	pool.close();
	server.stop();

	const perMessage = (cpuMs: number): string => `${rounded(cpuMs / messages, 2)} ms`;
	const hostMs = median(readingMs) + median(restMs);
	const oursMs = node.cpuMs - hostMs;
	return {
		figures: [
			atMost(
				'no added round trip: CPU per message without n8n’s share, against the bare pool',
				oursMs / bare.cpuMs,
				1.3,
			),
		],
		behind: [
			`CPU time a message: the whole execution ${perMessage(node.cpuMs)}; n8n’s share of it ${perMessage(hostMs)}, of which reading the credential and the parameters (two of them expressions) ${perMessage(median(readingMs))}, handling the items ${perMessage(median(restMs))}; ours, which is the rest, ${perMessage(oursMs)}; bare pool ${perMessage(bare.cpuMs)}. The whole execution is ${rounded(node.cpuMs / bare.cpuMs)} times the pool.`,
		],
	};
};
