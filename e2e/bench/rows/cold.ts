import { setTimeout as sleep } from 'node:timers/promises';

import { against, both, compare, credentialsOf } from '../compare.js';
import type { N8nMeasurement } from '../rows.js';

/** n8n starts its task runner after itself. */
const SETTLED_AFTER_MS = 8_000;

/**
 * The first execution after n8n's start: the workflow was stored before, n8n has loaded no node of it
 * but those of community packages, which it loads when it starts, and no connection is open.
 */
export const measureCold: N8nMeasurement = async (stage, { isQuick }) => {
	const rounds = isQuick ? 1 : 7;
	const load = { items: 1, credentials: await credentialsOf(stage, 0) };
	const costs = await compare(stage, load, rounds, async () => {
		await stage.restart();
		await sleep(SETTLED_AFTER_MS);
	});
	return {
		figures: [
			against(
				'one item, no delay, first execution after n8n’s start: CPU of n8n',
				both(costs, 'cpuMs'),
				1,
			),
			against('one item, no delay, first execution after n8n’s start: time', both(costs, 'timeMs')),
		],
		behind: [],
	};
};
