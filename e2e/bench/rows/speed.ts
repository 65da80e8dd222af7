import { type Figure, type Findings, rounded } from '../../../bench/figure.js';
import { LINK_MS } from '../bench-stage.js';
import {
	type Cost,
	type Costs,
	against,
	both,
	compare,
	credentialsOf,
	measureCost,
} from '../compare.js';
import type { N8nMeasurement } from '../rows.js';

const FIRST_WITHIN_MS = 1_500;

/** So many items over such a link, in so many rounds; with the most that a figure may be. */
interface Row {
	readonly what: string;
	readonly items: number;
	readonly linkMs: 0 | typeof LINK_MS;
	readonly rounds: number;
	/** The mailbox as the credential has it. */
	readonly user?: string;
	readonly marks: Partial<Record<keyof Cost, number | undefined>>;
}

const ROWS: readonly Row[] = [
	{
		what: '300 items, no delay',
		items: 300,
		linkMs: 0,
		rounds: 3,
		marks: { timeMs: 0.25, cpuMs: 0.7 },
	},
	{
		what: '300 items, no delay, an expression in the credential',
		items: 300,
		linkMs: 0,
		rounds: 3,
		user: '={{ "alice@sandbox.test" }}',
		marks: { timeMs: undefined, cpuMs: undefined },
	},
	{
		what: `100 items over ${LINK_MS} ms`,
		items: 100,
		linkMs: LINK_MS,
		rounds: 3,
		marks: { timeMs: 0.12, cpuMs: undefined },
	},
	// The rounds follow each other: our connection is idle from the one before.
	{
		what: `one item over ${LINK_MS} ms, shortly after another execution`,
		items: 1,
		linkMs: LINK_MS,
		rounds: 9,
		marks: { timeMs: 0.5 },
	},
	{
		what: 'one item, no delay, shortly after another execution',
		items: 1,
		linkMs: 0,
		rounds: 15,
		marks: { cpuMs: undefined },
	},
];

const WORDS = { timeMs: 'time', cpuMs: 'CPU of n8n', firstMs: 'until the first mail' } as const;

function figuresOf({ what, marks }: Row, costs: Costs): Figure[] {
	return (['timeMs', 'cpuMs'] as const)
		.filter((figure) => figure in marks)
		.map((figure) => against(`${what}: ${WORDS[figure]}`, both(costs, figure), marks[figure]));
}

/** What both senders cost, once n8n has run some executions. */
export const measureSpeed: N8nMeasurement = async (stage, { isQuick }) => {
	const findings: { readonly figures: Figure[]; readonly behind: string[] } = {
		figures: [],
		behind: [],
	} satisfies Findings;
	for (const row of ROWS) {
		const credentials = await credentialsOf(stage, row.linkMs, row.user);
		const costs = await compare(stage, { ...row, credentials }, isQuick ? 1 : row.rounds);
		findings.figures.push(...figuresOf(row, costs));
		if (row.items === 1) continue;
		const { ours, theirs } = both(costs, 'firstMs');
		findings.behind.push(
			`${row.what}: the first mail goes out after ${rounded(ours, 0)} ms, Send Email’s after ${rounded(theirs, 0)} ms.`,
		);
	}
	const { firstMs } = await measureCost(stage, 'ours', {
		items: 1_000,
		credentials: await credentialsOf(stage, 0),
		onError: 'continueRegularOutput',
	});
	findings.figures.push({
		what: '1,000 items, Continue mode: until the first mail',
		measured: `${rounded(firstMs, 0)} ms`,
		mustReach: `at most ${rounded(FIRST_WITHIN_MS, 0)} ms`,
		isReached: firstMs <= FIRST_WITHIN_MS,
	});
	return findings;
};
