import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { BenchWorkflow } from '../sending/bench-workflow.js';
import { atMost, rounded } from '../figure.js';
import type { Measurement } from '../figure.js';
import { MailServer } from '../mail-server/mail-server.js';
import { measureInTurns, median } from '../measuring.js';
import { recipients } from '../sending/messages.js';

const SMALL = 100;
/** How often the histogram looks; a loop without any delay reads as that much. */
const RESOLUTION_MS = 5;

interface Lag {
	readonly maxMs: number;
	readonly p99Ms: number;
}

async function lagDuring(work: () => Promise<unknown>): Promise<Lag> {
	const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
	histogram.enable();
	// It counts from its first look on.
	await setTimeout(5 * RESOLUTION_MS);
	await work();
	// A loop that was held up to the very end shows it only once it goes on.
	await setTimeout(5 * RESOLUTION_MS);
	histogram.disable();
	return {
		maxMs: histogram.max / 1e6 - RESOLUTION_MS,
		p99Ms: histogram.percentile(99) / 1e6 - RESOLUTION_MS,
	};
}

/** 10,000 items in one execution against as many in executions of 100, and the event loop's lag. */
export const measureScale: Measurement = async ({ isQuick }) => {
	const large = isQuick ? 2_000 : 10_000;
	const server = await MailServer.start();
	const workflow = new BenchWorkflow(server.target());
	const lags: Lag[] = [];
	const readerLags: Lag[] = [];
	const work = {
		small: async () => {
			for (let sent = 0; sent < large; sent += SMALL) await workflow.run(recipients(SMALL));
		},
		large: async () => {
			lags.push(await lagDuring(async () => await workflow.run(recipients(large))));
		},
	};
	await workflow.run(recipients(1_000));
	for (let round = 0; round < 10; round += 1) await workflow.run(recipients(SMALL));
	const costs = await measureInTurns(isQuick ? 1 : 3, work);
	readerLags.push(await lagDuring(async () => await workflow.run(recipients(large), 'reader')));
	server.stop();

	const maxMs = median(lags.map((lag) => lag.maxMs));
	const p99Ms = median(lags.map((lag) => lag.p99Ms));
	const what = `${large.toLocaleString('en-US')} items at once`;
	const per = (ms: number): string => `${rounded(ms / large, 2)} ms`;
	return {
		figures: [
			atMost(
				`${what} against ${String(SMALL)}: CPU per message`,
				costs.large.cpuMs / costs.small.cpuMs,
				1.1,
			),
			atMost(
				`${what} against ${String(SMALL)}: time per message`,
				costs.large.wallMs / costs.small.wallMs,
				1.1,
			),
			{
				what: `${what}: longest lag of the event loop`,
				measured: `${rounded(maxMs, 0)} ms`,
				mustReach: 'below 100 ms',
				isReached: maxMs < 100,
			},
		],
		behind: [
			`A message in an execution of ${large.toLocaleString('en-US')}: ${per(costs.large.cpuMs)} of CPU, ${per(costs.large.wallMs)} in all; in one of ${String(SMALL)}: ${per(costs.small.cpuMs)} and ${per(costs.small.wallMs)}.`,
			`Lag of the event loop while ${large.toLocaleString('en-US')} items go out: 99 % below ${rounded(p99Ms, 0)} ms, longest ${rounded(maxMs, 0)} ms; a node that only reads the same parameters, without ever letting the loop go on: longest ${rounded(median(readerLags.map((lag) => lag.maxMs)), 0)} ms.`,
		],
	};
};
