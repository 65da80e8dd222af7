import { parseArgs } from 'node:util';

import { DEFAULT_N8N_VERSION } from '../n8n/install-n8n.js';
import { alerts } from './checks/check-alerts.js';
import { connectionLimit } from './checks/check-connection-limit.js';
import { idempotency } from './checks/check-idempotency.js';
import { killedWorker } from './checks/check-killed-worker.js';
import { retry } from './checks/check-retry.js';
import { spread } from './checks/check-spread.js';
import { tokenRefresh } from './checks/check-token-refresh.js';
import { waiting } from './checks/check-waiting.js';
import type { Check, Finding } from './finding.js';
import { type QueueStage, setQueueStage } from './queue-stage.js';

const CHECKS: readonly Check[] = [
	spread,
	tokenRefresh,
	connectionLimit,
	idempotency,
	retry,
	waiting,
	killedWorker,
	alerts,
];

const USAGE = `npm run test:queue -- [--n8n <version>] [checks …]

Runs the real n8n in queue mode (main, two workers, Redis, PostgreSQL) with this package installed
in it, and says what holds across processes. Needs redis-server and PostgreSQL on the machine.
What is expected is what n8n 2 does; with --n8n 1.123.81 it shows where n8n 1 differs.
  --n8n   n8n's version (as N8N_VERSION)
  checks  ${CHECKS.map(({ name }) => name).join(', ')}; default: all`;

/** Runs one check; what it throws is a finding too. */
async function runCheck(stage: QueueStage, check: Check): Promise<Finding[]> {
	try {
		return await check.run(stage);
	} catch (error) {
		const figures = error instanceof Error ? error.message : String(error);
		return [{ statement: `The check runs to its end`, isTrue: false, figures }];
	}
}

async function main(): Promise<boolean> {
	const { values, positionals } = parseArgs({
		allowPositionals: true,
		options: {
			n8n: { type: 'string', default: process.env['N8N_VERSION'] ?? DEFAULT_N8N_VERSION },
			help: { type: 'boolean', short: 'h', default: false },
		},
	});
	if (values.help) {
		console.log(USAGE);
		return true;
	}
	const unknown = positionals.filter((name) => !CHECKS.some((check) => check.name === name));
	if (unknown.length > 0) throw new Error(`No check is called ${unknown.join(', ')}.\n${USAGE}`);
	const chosen = CHECKS.filter(
		({ name }) => positionals.length === 0 || positionals.includes(name),
	);

	const stage = await setQueueStage(values.n8n);
	let failures = 0;
	try {
		for (const check of chosen) {
			for (const { statement, isTrue, figures } of await runCheck(stage, check)) {
				if (!isTrue) failures += 1;
				console.log(`${isTrue ? 'ok    ' : 'FAILED'} ${check.name}: ${statement} (${figures})`);
			}
		}
	} finally {
		await stage.stop({ removeData: failures === 0 });
	}
	if (failures > 0) console.log(`${failures} failed; logs and mail stay in ${stage.folder}.`);
	return failures === 0;
}

// Exit in good order, so that all started programs end too.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(name, () => process.exit(1));
}

main().then(
	(isGood) => process.exit(isGood ? 0 : 1),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exit(1);
	},
);
