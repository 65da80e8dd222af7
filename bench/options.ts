import { parseArgs } from 'node:util';
import type { Effort } from './figure.js';

/** What a bench was asked for. */
export interface BenchOptions extends Effort {
	/** The names of the rows to measure. */
	readonly rows: readonly string[];
	/** Put the figures into docs/performance.md. */
	readonly isWriting: boolean;
}

function helpOf(command: string, names: readonly string[]): string {
	return `${command} -- [rows] [--quick] [--write]

rows      any of ${names.join(', ')}; default: all
--quick   fewer rounds and messages: for trying things
--write   puts the figures into docs/performance.md; all rows, not quick
`;
}

/**
 * Reads the command line of a bench; `undefined` where only help was wanted or it makes no sense, which
 * is then said.
 *
 * @param names of all rows
 */
export function readBenchOptions(
	command: string,
	names: readonly string[],
): BenchOptions | undefined {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			help: { type: 'boolean', short: 'h', default: false },
			quick: { type: 'boolean', default: false },
			write: { type: 'boolean', default: false },
		},
	});
	const isWritable = !values.quick && positionals.length === 0;
	const isWrong =
		positionals.some((name) => !names.includes(name)) || (values.write && !isWritable);
	if (values.help || isWrong) {
		console.log(helpOf(command, names));
		process.exitCode = values.help ? 0 : 2;
		return undefined;
	}
	return {
		rows: positionals.length > 0 ? positionals : names,
		isQuick: values.quick,
		isWriting: values.write,
	};
}
