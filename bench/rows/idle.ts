import { setTimeout } from 'node:timers/promises';
import { BenchWorkflow } from '../sending/bench-workflow.js';
import { atMost, rounded } from '../figure.js';
import type { Measurement } from '../figure.js';
import { MailServer } from '../mail-server/mail-server.js';
import { median } from '../measuring.js';
import { recipients } from '../sending/messages.js';

async function timed(work: () => Promise<unknown>): Promise<number> {
	const beganAtMs = performance.now();
	await work();
	return performance.now() - beganAtMs;
}

/** One message in an execution of its own: shortly after another one, and as a mailbox's first. */
export const measureIdle: Measurement = async ({ isQuick }) => {
	const roundTripMs = 20;
	const server = await MailServer.start([roundTripMs]);
	await new BenchWorkflow(server.target()).run(recipients(300));
	const cold: number[] = [];
	const idle: number[] = [];
	for (let round = 0; round < (isQuick ? 5 : 21); round += 1) {
		const user = `alice-${String(round)}@bench.test`;
		const workflow = new BenchWorkflow(server.target(roundTripMs), { user });
		cold.push(await timed(async () => await workflow.run(recipients(1))));
		await setTimeout(200);
		idle.push(await timed(async () => await workflow.run(recipients(1))));
	}
	server.stop();
	const [coldMs, idleMs] = [median(cold), median(idle)];
	return {
		figures: [
			atMost(
				`${String(roundTripMs)} ms: one message shortly after another execution, against cold`,
				idleMs / coldMs,
				0.5,
			),
		],
		behind: [
			`One message over ${String(roundTripMs)} ms: cold ${rounded(coldMs, 0)} ms, 0.2 s after another execution ${rounded(idleMs, 0)} ms.`,
		],
	};
};
