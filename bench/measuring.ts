import { setTimeout } from 'node:timers/promises';

/** The median; of an even number of values the mean of the middle two. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
	if (low === undefined || high === undefined) throw new Error('No values');
	return (low + high) / 2;
}

/** What a piece of work took. */
export interface Cost {
	readonly wallMs: number;
	/** Of all threads of this process, in user and kernel mode. */
	readonly cpuMs: number;
}

/** Runs a piece of work when nothing else is under way, and tells what it took. */
export async function measure(work: () => Promise<unknown>): Promise<Cost> {
	await setTimeout(50);
	const cpu = process.cpuUsage();
	const beganAtMs = performance.now();
	await work();
	const wallMs = performance.now() - beganAtMs;
	const { user, system } = process.cpuUsage(cpu);
	return { wallMs, cpuMs: (user + system) / 1_000 };
}

/**
 * Measures several pieces of work alternately, so that other work of the machine affects all of
 * them alike.
 */
export async function measureInTurns<const Name extends string>(
	rounds: number,
	work: Readonly<Record<Name, () => Promise<unknown>>>,
): Promise<
	Record<Name, { readonly costs: readonly Cost[]; readonly wallMs: number; readonly cpuMs: number }>
> {
	const names = Object.keys(work) as Name[];
	const costs = new Map(names.map((name) => [name, [] as Cost[]]));
	for (let round = 0; round < rounds; round += 1) {
		for (const name of names) costs.get(name)?.push(await measure(work[name]));
	}
	return Object.fromEntries(
		[...costs].map(([name, list]) => [
			name,
			{
				costs: list,
				wallMs: median(list.map(({ wallMs }) => wallMs)),
				cpuMs: median(list.map(({ cpuMs }) => cpuMs)),
			},
		]),
	) as never;
}

/** Bytes of live objects and of the buffers they hold, after collections. Needs `--expose-gc`. */
export async function retainedBytes(): Promise<number> {
	for (let round = 0; round < 3; round += 1) {
		globalThis.gc?.();
		await setTimeout(5);
	}
	const { heapUsed, external } = process.memoryUsage();
	return heapUsed + external;
}
