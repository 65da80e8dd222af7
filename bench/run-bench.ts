/** `npm run bench`: measures, prints one table, and writes docs/performance.md when asked to. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Findings } from './figure.js';
import { MEASUREMENTS } from './measurements.js';
import { readBenchOptions } from './options.js';
import { reportFindings } from './report.js';

const COMMAND = 'npm run bench';

/** Longer than the longest row takes on a slow machine. */
const ROW_TIMEOUT_MS = 30 * 60_000;

/** Measures in a process of its own, so that no row finds what another one left in memory. */
async function measureApart(name: string, isQuick: boolean): Promise<Findings> {
	const child = fork(
		fileURLToPath(new URL('./run-row.ts', import.meta.url)),
		[name, isQuick ? 'quick' : 'thorough'],
		{ execArgv: ['--expose-gc', '--import', 'tsx'], timeout: ROW_TIMEOUT_MS },
	);
	const ended = once(child, 'exit').then(() => {
		throw new Error(`Row "${name}" ended without a result`);
	});
	const [findings] = (await Promise.race([once(child, 'message'), ended])) as [Findings];
	await ended.catch(() => undefined);
	return findings;
}

const options = readBenchOptions(
	COMMAND,
	MEASUREMENTS.map(({ name }) => name),
);
if (options !== undefined) {
	const { rows, isQuick, isWriting } = options;
	const findings: Findings[] = [];
	for (const name of rows) {
		console.log(`… ${name}`);
		findings.push(await measureApart(name, isQuick));
	}
	const subject = `Node.js ${process.versions.node}`;
	const isGood = await reportFindings(findings, { command: COMMAND, subject, isWriting });
	process.exitCode = isGood ? 0 : 1;
}
