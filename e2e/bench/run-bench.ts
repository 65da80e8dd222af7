/** `npm run bench:n8n`: measures in a full n8n, prints one table, and writes it when asked to. */
import { reportFindings } from '../../bench/report.js';
import { readBenchOptions } from '../../bench/options.js';
import type { Findings } from '../../bench/figure.js';
import { BenchStage } from './bench-stage.js';
import { ROWS } from './rows.js';

const COMMAND = 'npm run bench:n8n';

async function main(): Promise<boolean> {
	const options = readBenchOptions(COMMAND, Object.keys(ROWS));
	if (options === undefined) return true;
	const stage = await BenchStage.start();
	const findings: Findings[] = [];
	try {
		for (const name of options.rows) {
			const measure = ROWS[name];
			if (measure === undefined) continue;
			console.log(`… ${name}`);
			findings.push(await measure(stage, options));
		}
	} finally {
		await stage.stop();
	}
	const subject = `n8n ${stage.version}`;
	return await reportFindings(findings, {
		command: COMMAND,
		subject,
		isWriting: options.isWriting,
	});
}

main().then(
	(isGood) => process.exit(isGood ? 0 : 1),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exit(1);
	},
);
