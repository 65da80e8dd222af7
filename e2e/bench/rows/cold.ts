import { against, both, compare, credentialsOf } from '../compare.js';
import type { N8nMeasurement } from '../rows.js';

/** The first execution after n8n's start: no node of it has run, and no connection is open. */
export const measureCold: N8nMeasurement = async (stage, { isQuick }) => {
	const rounds = isQuick ? 1 : 7;
	const load = { items: 1, credentials: await credentialsOf(stage, 0) };
	const costs = await compare(stage, load, rounds, async () => await stage.restart());
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
