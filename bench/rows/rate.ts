import { BenchWorkflow } from '../sending/bench-workflow.js';
import { rounded } from '../figure.js';
import type { Measurement } from '../figure.js';
import { MailServer } from '../mail-server/mail-server.js';
import { recipients } from '../sending/messages.js';

const MINUTE_MS = 60_000;
const PER_MINUTE = 60;

/** The largest number of moments in any window of one minute. */
function mostInAMinute(momentsMs: readonly number[]): number {
	const sorted = [...momentsMs].sort((a, b) => a - b);
	let most = 0;
	let first = 0;
	sorted.forEach((moment, index) => {
		while (moment - (sorted[first] ?? moment) >= MINUTE_MS) first += 1;
		most = Math.max(most, index - first + 1);
	});
	return most;
}

/** A limit of 60 messages a minute, shared by three executions at once with 30 messages each. */
export const measureRate: Measurement = async () => {
	const server = await MailServer.start();
	const workflow = new BenchWorkflow(server.target(), { messagesPerMinute: PER_MINUTE });
	const beganAtMs = performance.now();
	await Promise.all(
		['first', 'second', 'third'].map(async () => await workflow.run(recipients(30))),
	);
	const wallMs = performance.now() - beganAtMs;
	const receipts = await server.receipts();
	server.stop();
	if (receipts.endedAtMs.length !== 90) {
		throw new Error(`${String(receipts.endedAtMs.length)} messages came, not 90`);
	}

	const most = Math.max(mostInAMinute(receipts.beganAtMs), mostInAMinute(receipts.endedAtMs));
	const slower = wallMs / MINUTE_MS - 1;
	const what = '60 a minute, 90 messages by three executions at once';
	return {
		figures: [
			{
				what: `${what}: most in any minute, counted at the server`,
				measured: String(most),
				mustReach: `at most ${String(PER_MINUTE)}`,
				isReached: most <= PER_MINUTE,
			},
			{
				what: `${what}: slower than the limit allows`,
				measured: `${rounded(slower * 100, 1)} %`,
				mustReach: 'at most 5 %',
				isReached: slower <= 0.05,
			},
		],
		behind: [
			`90 messages at 60 a minute took ${rounded(wallMs / 1_000, 1)} s; the limit allows 60 s, since the 61st message may begin a minute after the first.`,
		],
	};
};
