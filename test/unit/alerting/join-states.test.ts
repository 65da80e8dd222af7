import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	emptyState,
	type AlertState,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/alert-state.js';
import {
	collectDigest,
	recordDigest,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/collect-digest.js';
import { joinState } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/join-states.js';
import { parseState } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/parse-state.js';
import {
	recordMail,
	recordOccurrence,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/record.js';
import { MINUTE, NODE, occur } from '../../support/alerts/alert-states.js';

const T0 = 1_795_000_000_000;

/** What n8n's database would give back. */
const copyOf = (state: AlertState): AlertState => {
	const copy = parseState(JSON.parse(JSON.stringify(state)));
	if (copy === undefined) throw new Error('The state cannot be read');
	return copy;
};

const heldIn = (state: AlertState): number =>
	collectDigest(state, 0, T0).held.reduce((sum, { held }) => sum + held, 0);

describe('two workers', () => {
	it('count each occurrence once, whatever overwrites what', () => {
		const steps = fc.array(
			fc.record({
				worker: fc.integer({ min: 0, max: 1 }),
				problem: fc.integer({ min: 0, max: 2 }),
				reads: fc.boolean(),
				writes: fc.boolean(),
			}),
			{ maxLength: 40 },
		);
		fc.assert(
			fc.property(steps, (taken) => {
				const workers = [emptyState('a'), emptyState('b')] as const;
				let stored = emptyState('a');
				for (const [at, { worker, problem, reads, writes }] of taken.entries()) {
					const state = worker === 0 ? workers[0] : workers[1];
					if (reads) joinState(state, copyOf(stored));
					recordOccurrence(state, NODE, occur(`p${String(problem)}`), T0 + at);
					if (writes) stored = copyOf(state);
				}
				// Each runs once more: then the database has everything.
				for (const state of workers) {
					joinState(state, copyOf(stored));
					stored = copyOf(state);
				}
				expect(heldIn(stored)).toBe(taken.length);
			}),
		);
	});

	it('learn of each other’s mails', () => {
		const a = emptyState('a');
		const b = emptyState('b');
		const recorded = recordOccurrence(a, NODE, occur('p'), T0);
		const { key, problem } = recorded;
		recordMail(a, recorded, T0, {
			atMs: T0 + 5,
			thread: { day: 'd', messageId: '<1@x>', subject: 'S' },
			provider: 'custom',
			transport: 'smtp',
		});
		joinState(b, copyOf(a));
		expect(b.problems[key]?.mail).toMatchObject({ atMs: T0 + 5, thread: { messageId: '<1@x>' } });
		expect(b.nodes[problem.alertNode]?.mailedAtMs).toEqual([T0 + 5]);
		expect(heldIn(b)).toBe(0);
	});

	it('do not tell twice what a digest of the other has told', () => {
		const a = emptyState('a');
		const b = emptyState('b');
		recordOccurrence(a, NODE, occur('p', 5), T0);
		recordOccurrence(b, NODE, occur('p', 2), T0);
		joinState(a, copyOf(b));
		expect(heldIn(a)).toBe(7);
		recordDigest(a, collectDigest(a, 0, T0 + 1));
		joinState(b, copyOf(a));
		expect(heldIn(b)).toBe(0);
	});

	it('do not bring back a problem that is quiet again, nor its hold', () => {
		const a = emptyState('a');
		const recorded = recordOccurrence(a, NODE, occur('p'), T0);
		const { key } = recorded;
		recordMail(a, recorded, T0, {
			atMs: T0,
			thread: { day: 'd', messageId: '<1@x>', subject: 'S' },
			provider: 'custom',
			transport: 'smtp',
		});
		const old = copyOf(a);
		recordDigest(a, collectDigest(a, MINUTE, T0 + MINUTE));
		joinState(a, { ...old, writer: 'b' });
		expect(collectDigest(a, MINUTE, T0 + 5 * MINUTE).quiet).toEqual([]);
		const again = recordOccurrence(a, NODE, occur('p'), T0 + 6 * MINUTE);
		joinState(a, { ...old, writer: 'b' });
		expect(a.problems[key]?.mail).toBeUndefined();
		expect(a.problems[key]?.firstSeenAtMs).toBe(again.problem.firstSeenAtMs);
	});

	it('change nothing by reading the same once more', () => {
		const a = emptyState('a');
		const b = emptyState('b');
		recordOccurrence(a, NODE, occur('p', 5), T0);
		recordOccurrence(b, NODE, occur('q', 2), T0);
		joinState(a, copyOf(b));
		const once = copyOf(a);
		joinState(a, copyOf(b));
		expect(a).toEqual(once);
	});
});

describe('a restart', () => {
	it('goes on with what was stored, under a name of its own', () => {
		const before = emptyState('a');
		recordOccurrence(before, NODE, occur('p', 5), T0);
		const after = emptyState('b');
		joinState(after, copyOf(before));
		recordOccurrence(after, NODE, occur('p'), T0 + 1);
		expect(heldIn(after)).toBe(6);
	});

	it('any number of times does not make the state grow', () => {
		let stored = emptyState('0');
		for (let n = 1; n <= 100; n += 1) {
			const state = emptyState(String(n));
			joinState(state, copyOf(stored));
			recordOccurrence(state, NODE, occur('p'), T0 + n);
			recordDigest(state, collectDigest(state, 0, T0 + n));
			stored = copyOf(state);
		}
		const [problem] = Object.values(stored.problems);
		expect(Object.keys(problem?.tally ?? {}).length).toBeLessThan(12);
	});
});
