import fc from 'fast-check';
import type { ItemScript, ItemServer, ItemStep } from './item-server.js';
import type { ScriptedAnswer } from './scripted-smtp-server.js';

/** What the server does about one offer of a message, or about one connection, and where. */
export interface Fate {
	readonly stage: ItemStep['stage'];
	readonly answer: ScriptedAnswer;
}

/** What a server will do; it accepts everything that is not planned here. */
export interface ReplyPlan {
	/** By item: what it does about the first, second, … offer of its message. */
	readonly offers: readonly (readonly (Fate | undefined)[])[];
	/** What it does about the first, second, … connection. */
	readonly connections: readonly (Fate | undefined)[];
	/** How long it thinks before it answers the final dot, by item, in turn. */
	readonly delaysMs: readonly number[];
}

const REFUSALS = [
	'421 4.3.2 Closing',
	'432 4.3.2 Concurrent connections limit exceeded',
	'450 4.2.1 Later',
	'451 4.3.0 Later',
	'452 4.2.2 Mailbox full',
	'503 5.5.1 Bad sequence',
	'550 5.1.1 No',
	'552 5.2.2 Full',
	'554 5.6.0 Refused',
];

const breaks = fc.constantFrom<ScriptedAnswer>({ then: 'close' }, { then: 'reset' });
const refusals = fc
	.tuple(fc.constantFrom(...REFUSALS), fc.boolean())
	.map(([reply, isLast]): ScriptedAnswer =>
		isLast || reply.startsWith('421') ? { reply, then: 'close' } : reply,
	);

const fateAt = (stages: readonly ItemStep['stage'][], answers: fc.Arbitrary<ScriptedAnswer>) =>
	fc.record({ stage: fc.constantFrom(...stages), answer: answers });

const withinData = fc.constantFrom('close' as const, 'reset' as const).map((then): Fate => ({
	stage: 'data',
	answer: { reply: '354 Go ahead', afterDataBytes: 50, then },
}));
const thanksAndBye = fc
	.constantFrom('close' as const, 'reset' as const)
	.map((then): Fate => ({ stage: 'reply', answer: { reply: '250 2.0.0 Ok', then } }));

const offer: fc.Arbitrary<Fate | undefined> = fc.oneof(
	{ weight: 4, arbitrary: fc.constant(undefined) },
	{ weight: 4, arbitrary: fateAt(['mailFrom', 'rcptTo', 'data', 'reply'], refusals) },
	// At `reply` the worst case: the server has the message, and the client does not learn of it.
	{ weight: 3, arbitrary: fateAt(['mailFrom', 'rcptTo', 'data', 'reply'], breaks) },
	{ weight: 1, arbitrary: withinData },
	{ weight: 1, arbitrary: thanksAndBye },
);
const connection: fc.Arbitrary<Fate | undefined> = fc.oneof(
	{ weight: 6, arbitrary: fc.constant(undefined) },
	{ weight: 1, arbitrary: fateAt(['connect', 'ehlo', 'auth'], breaks) },
	{
		weight: 1,
		arbitrary: fateAt(
			['connect', 'auth'],
			fc.constantFrom<ScriptedAnswer>(
				{ reply: '421 4.3.2 Closing', then: 'close' },
				{ reply: '432 4.3.2 Concurrent connections limit exceeded', then: 'close' },
				{ reply: '454 4.7.0 Later', then: 'close' },
			),
		),
	},
);

/** Any plan for so many items at most. */
export const anyPlan = (maxItems: number): fc.Arbitrary<ReplyPlan> =>
	fc.record({
		offers: fc.array(fc.array(offer, { maxLength: 3 }), { minLength: 1, maxLength: maxItems }),
		connections: fc.array(connection, { maxLength: 8 }),
		delaysMs: fc.array(fc.constantFrom(0, 0, 5, 15), { minLength: 1, maxLength: 5 }),
	});

/** The script that carries a plan out. */
export function scriptOf({ offers, connections, delaysMs }: ReplyPlan): ItemScript {
	const offered = new Map<number, number>();
	return ({ stage, item, connection: number }) => {
		if (stage === 'mailFrom') offered.set(item, (offered.get(item) ?? 0) + 1);
		const isBefore = ['connect', 'ehlo', 'auth'].includes(stage);
		const fate = isBefore ? connections[number] : offers[item]?.[(offered.get(item) ?? 0) - 1];
		if (fate?.stage === stage) return fate.answer;
		const delayMs = delaysMs[item % delaysMs.length] ?? 0;
		return stage === 'reply' && delayMs > 0 ? { reply: '250 2.0.0 Ok', delayMs } : undefined;
	};
}

/** How often the server took an item's message. */
export const copiesOf = ({ taken }: ItemServer, item: number): number =>
	taken.filter((other) => other === item).length;

/**
 * What is wrong with what is said of an item, if anything.
 *
 * @param status as told; `undefined` = not tried
 * @param mayRepeat whether `resendUnknown` allows further copies
 */
export function contradiction(
	server: ItemServer,
	item: number,
	status: unknown,
	mayRepeat: boolean,
): string | undefined {
	const copies = copiesOf(server, item);
	const claim = `item ${String(item)} is ${String(status)}, and the server has ${String(copies)}`;
	if (copies > 1 && !mayRepeat) return claim;
	switch (status) {
		case 'sent':
		case 'partial':
		case 'skipped':
			return copies >= 1 ? undefined : claim;
		case 'failed':
		case undefined:
			return copies === 0 ? undefined : claim;
		case 'unknown':
			return undefined;
		default:
			return claim;
	}
}
