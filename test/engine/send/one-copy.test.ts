import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { MAIL, MailWorkflow } from '../../support/n8n/mail-workflow.js';
import {
	startScriptedServer,
	type ScriptedServer,
} from '../../support/smtp/scripted-smtp-server.js';

/** What the server does about a recipient, in turn, each time it is named; then it accepts. */
type Fate = 'accept' | 'refuse' | 'defer';
/** What it does after the final dot of an item's message, in turn; then it accepts. */
type Ending = 'accept' | 'refuse' | 'break';

interface ItemPlan {
	readonly fates: readonly (readonly Fate[])[];
	readonly endings: readonly Ending[];
}

let plans: readonly ItemPlan[] = [];
let named = new Map<string, number>();
let ended = new Map<number, number>();
/** How often the server has said 250 to a message for this recipient. */
let copies = new Map<string, number>();
let server: ScriptedServer;

const REPLIES = { accept: undefined, refuse: '550 5.1.1 No', defer: '450 4.2.0 Later' } as const;
const addressOf = (item: number, recipient: number): string =>
	`i${String(item)}r${String(recipient)}@${recipient === 1 ? 'X.Test' : 'x.test'}`;

beforeAll(async () => {
	let open: string[] = [];
	server = await startScriptedServer({
		tls: 'implicit',
		script: (command, { phase }) => {
			if (command.startsWith('MAIL') || command === 'RSET') open = [];
			const address = /^RCPT TO:<([^>]*)>/.exec(command)?.[1];
			if (address !== undefined) {
				const [item = 0, recipient = 0] = Array.from(address.matchAll(/\d+/g), Number);
				const time = named.get(address) ?? 0;
				named.set(address, time + 1);
				const fate = plans[item]?.fates[recipient]?.[time] ?? 'accept';
				if (fate === 'accept') open.push(address);
				return REPLIES[fate];
			}
			// As a real server: without a recipient there is no DATA.
			if (command === 'DATA' && open.length === 0) return '554 5.5.1 No valid recipients';
			if (phase !== 'finalDot') return undefined;
			const item = Number(/\d+/.exec(open[0] ?? '')?.[0]);
			const time = ended.get(item) ?? 0;
			ended.set(item, time + 1);
			const ending = plans[item]?.endings[time] ?? 'accept';
			if (ending === 'refuse') return '554 5.6.0 Refused';
			for (const accepted of open) copies.set(accepted, (copies.get(accepted) ?? 0) + 1);
			// The worst case: it has the message, and nobody learns of it.
			return ending === 'break' ? { then: 'reset' } : undefined;
		},
	});
});
afterAll(async () => {
	await server.close();
});

const fate = fc.constantFrom<Fate>('accept', 'accept', 'refuse', 'defer');
const plan: fc.Arbitrary<ItemPlan> = fc.record({
	fates: fc.array(fc.array(fate, { maxLength: 2 }), { minLength: 1, maxLength: 3 }),
	endings: fc.array(fc.constantFrom<Ending>('accept', 'accept', 'refuse', 'break'), {
		maxLength: 2,
	}),
});

it('every item has one output in order, and no recipient gets two copies, whatever the server says and however often n8n tries again', async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.array(plan, { minLength: 1, maxLength: 4 }),
			fc.constantFrom(
				'continueRegularOutput' as const,
				'continueErrorOutput' as const,
				'stopWorkflow' as const,
			),
			fc.constantFrom('success', 'error'),
			async (items, onError, partialRejection) => {
				plans = items;
				named = new Map();
				ended = new Map();
				copies = new Map();
				const workflow = MailWorkflow.forServer(server, {
					parameters: {
						toEmail: '={{ $json.to }}',
						// One attempt: n8n's own tries come without our waits.
						options: { partialRejection, maxAttempts: 1 },
					},
					settings: { onError, retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
				});
				const input = items.map(({ fates }, item) => ({
					item,
					to: fates.map((_fate, recipient) => addressOf(item, recipient)).join(', '),
				}));
				let run = await workflow.run(input);
				if (run.data.resultData.error !== undefined) run = await workflow.retry(run);

				if (run.data.resultData.error === undefined) {
					const outputs = outputOf(run, MAIL);
					const indexes = outputs.flatMap((output) =>
						output.map(({ pairedItem }) => (pairedItem as { item: number }).item),
					);
					expect([...indexes].sort()).toEqual(items.map((_plan, index) => index));
					for (const output of outputs) {
						const order = output.map(({ pairedItem }) => (pairedItem as { item: number }).item);
						expect(order).toEqual([...order].sort());
					}
					for (const status of jsonOf(run, MAIL)) {
						for (const address of status['accepted'] as string[]) {
							expect(copies.get(address)).toBe(1);
						}
					}
				}
				expect(Math.max(0, ...copies.values())).toBeLessThanOrEqual(1);
			},
		),
		{ numRuns: 25 },
	);
});
