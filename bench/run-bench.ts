/** `npm run bench`: measures, prints one table, and writes docs/performance.md when asked to. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import type { Figure, Findings } from './figure.js';
import { MEASUREMENTS } from './measurements.js';
import { writePage } from './page.js';

const NAMES = MEASUREMENTS.map(({ name }) => name);
const HELP = `npm run bench -- [rows] [--quick] [--write]

rows      any of ${NAMES.join(', ')}; default: all
--quick   fewer rounds and messages: for trying things
--write   puts the figures into docs/performance.md; all rows, not quick
`;

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

function printFigures(figures: readonly Figure[]): void {
	const table = new Table({
		head: ['what', 'measured', 'must reach', ''],
		colWidths: [62, 16, 18, 6],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	for (const { what, measured, mustReach, isReached } of figures) {
		table.push([what, measured, mustReach, isReached ? 'ok' : 'NO']);
	}
	console.log(table.toString());
}

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		help: { type: 'boolean', short: 'h', default: false },
		quick: { type: 'boolean', default: false },
		write: { type: 'boolean', default: false },
	},
});
const unknown = positionals.filter((name) => !NAMES.includes(name));
const isWritable = !values.quick && positionals.length === 0;
if (values.help) console.log(HELP);
else if (unknown.length > 0 || (values.write && !isWritable)) {
	console.error(HELP);
	process.exitCode = 2;
} else {
	const findings: Findings[] = [];
	for (const name of positionals.length > 0 ? positionals : NAMES) {
		console.log(`… ${name}`);
		findings.push(await measureApart(name, values.quick));
	}
	const figures = findings.flatMap((found) => found.figures);
	const behind = findings.flatMap((found) => found.behind);
	printFigures(figures);
	for (const sentence of behind) console.log(`- ${sentence}`);
	if (values.write) await writePage(figures, behind);
	process.exitCode = figures.every(({ isReached }) => isReached) ? 0 : 1;
}
