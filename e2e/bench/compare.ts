import { type Figure, rounded } from '../../bench/figure.js';
import { median } from '../../bench/measuring.js';
import type { BenchStage, LINK_MS, Sender } from './bench-stage.js';
import { START, STEP, mailStep, manyItems } from './bench-workflows.js';
import { cpuTimeOf } from './process-figures.js';

/** What one execution cost. */
export interface Cost {
	/** Of the node. */
	readonly timeMs: number;
	/** Of n8n, from the request that starts the execution until it is known to have ended. */
	readonly cpuMs: number;
	/** From the start of the node until the server sees the first mail. */
	readonly firstMs: number;
}

/** What is sent, and by which credentials. */
export interface Load {
	readonly items: number;
	readonly credentials: Readonly<Record<Sender, string>>;
	readonly onError?: string;
}

/** Stores the workflow of a load: its ID. */
async function store({ client }: BenchStage, sender: Sender, load: Load): Promise<string> {
	const step = mailStep(sender, load.credentials[sender]);
	const { onError } = load;
	return await client.createWorkflow(
		manyItems(`${sender} ${load.items}`, load.items, {
			...step,
			...(onError === undefined ? {} : { onError }),
		}),
	);
}

/** Runs a stored workflow, and says what that cost. Fails unless every item was sent. */
async function run(
	{ client, server, folder }: BenchStage,
	workflowId: string,
	items: number,
): Promise<Cost> {
	await server.forget();
	const cpuBeforeMs = await cpuTimeOf(folder);
	const { status, error, runs } = await client.runWorkflow(workflowId, START);
	const cpuMs = (await cpuTimeOf(folder)) - cpuBeforeMs;
	const { beganAtMs, timeOriginMs } = await server.receipts();
	if (status !== 'success' || beganAtMs.length !== items) {
		const sent = `${beganAtMs.length} of ${items} sent`;
		throw new Error(`${status}, ${sent}: ${String(error?.['message'])}`);
	}
	const { startedAtMs = 0, tookMs = 0 } = runs[STEP] ?? {};
	const firstMs = timeOriginMs + Math.min(...beganAtMs) - startedAtMs;
	return { timeMs: tookMs, cpuMs, firstMs };
}

/** Sends once, and says what that cost. Fails unless every item was sent. */
export async function measureCost(stage: BenchStage, sender: Sender, load: Load): Promise<Cost> {
	return await run(stage, await store(stage, sender, load), load.items);
}

/** What executions of both senders cost: the median of each figure. */
export type Costs = Readonly<Record<Sender, Cost>>;

/**
 * Lets both senders send in turns.
 *
 * @param beforeRun done when the workflow is stored
 */
export async function compare(
	stage: BenchStage,
	load: Load,
	rounds: number,
	beforeRun: () => Promise<void> = async () => {},
): Promise<Costs> {
	const costs: Record<Sender, Cost[]> = { ours: [], theirs: [] };
	for (let round = 0; round < rounds; round += 1) {
		for (const sender of ['theirs', 'ours'] as const) {
			const workflowId = await store(stage, sender, load);
			await beforeRun();
			costs[sender].push(await run(stage, workflowId, load.items));
		}
	}
	return { ours: medianOf(costs.ours), theirs: medianOf(costs.theirs) };
}

function medianOf(costs: readonly Cost[]): Cost {
	const of = (figure: keyof Cost): number => median(costs.map((cost) => cost[figure]));
	return { timeMs: of('timeMs'), cpuMs: of('cpuMs'), firstMs: of('firstMs') };
}

/** The credentials of both senders. */
export async function credentialsOf(
	stage: BenchStage,
	linkMs: 0 | typeof LINK_MS,
	user?: string,
): Promise<Load['credentials']> {
	return {
		ours: await stage.addCredential('ours', linkMs, user === undefined ? {} : { user }),
		theirs: await stage.addCredential('theirs', linkMs),
	};
}

/**
 * A line that compares this node with Send Email.
 *
 * @param most of Send Email's; left out where nothing is promised
 */
export function against(
	what: string,
	{ ours, theirs }: Readonly<Record<Sender, number>>,
	most?: number,
	unit = 'ms',
): Figure {
	const ratio = ours / theirs;
	return {
		what,
		measured: `${rounded(ratio)} × (${rounded(ours, 0)} of ${rounded(theirs, 0)} ${unit})`,
		mustReach: most === undefined ? '' : `at most ${rounded(most)} ×`,
		isReached: most === undefined || ratio <= most,
	};
}

/** The same figure of both senders. */
export function both(costs: Costs, figure: keyof Cost): Readonly<Record<Sender, number>> {
	return { ours: costs.ours[figure], theirs: costs.theirs[figure] };
}
