import { describe, expect, it } from 'vitest';
import {
	emptyState,
	nodeKey,
	problemKey,
	type AlertState,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/alert-state.js';
import {
	collectDigest,
	isNothing,
	recordDigest,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/collect-digest.js';
import { decide } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/decide.js';
import { MAX_PROBLEMS } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/forget-problems.js';
import { parseState } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/parse-state.js';
import {
	recordCapped,
	recordMail,
	recordOccurrence,
	type Recorded,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/record.js';
import { pendingOf } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/tally.js';
import { MINUTE, NODE, occur } from '../../support/alerts/alert-states.js';

const T0 = 1_795_000_000_000;
const HOUR = 60 * MINUTE;
const LIMITS = { repeatAfterMs: HOUR, maxPerHour: 20 };

/** A mail of what was recorded, accepted at once. */
function mail(state: AlertState, recorded: Recorded, atMs: number): void {
	recordMail(state, recorded, atMs, {
		atMs,
		thread: { day: '2026-11-28', messageId: '<1@example.com>', subject: 'S' },
		provider: 'custom',
		transport: 'smtp',
	});
}

const now = (state: AlertState, fingerprint: string, atMs: number, count = 1): Recorded =>
	recordOccurrence(state, NODE, occur(fingerprint, count), atMs);

describe('a problem', () => {
	it('is mailed at once, and again only after the time to repeat', () => {
		const state = emptyState('a');
		const first = now(state, 'p', T0);
		expect(decide(first.problem, first.node, LIMITS, 0, T0)).toEqual({ isMailed: true });
		mail(state, first, T0 + 500);

		const second = now(state, 'p', T0 + HOUR);
		expect(decide(second.problem, second.node, LIMITS, 0, T0 + HOUR)).toEqual({
			isMailed: false,
			because: 'repeated',
			nextMailAtMs: T0 + 500 + HOUR,
		});
		const third = now(state, 'p', T0 + HOUR + 500);
		expect(decide(third.problem, third.node, LIMITS, 0, T0 + HOUR + 500).isMailed).toBe(true);
		expect(pendingOf(third.problem.tally)).toBe(2);
	});

	it('is mailed every time where the time to repeat is 0', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p', T0), T0);
		const { problem, node } = now(state, 'p', T0 + 1);
		const limits = { repeatAfterMs: 0, maxPerHour: 0 };
		expect(decide(problem, node, limits, 0, T0 + 1)).toEqual({ isMailed: true });
	});

	it('is mailed again after a mail that failed, which is not recorded', () => {
		const state = emptyState('a');
		now(state, 'p', T0);
		const { problem, node } = now(state, 'p', T0 + 1);
		expect(decide(problem, node, LIMITS, 0, T0 + 1).isMailed).toBe(true);
		expect(pendingOf(problem.tally)).toBe(2);
	});

	it('is mailed where the clock was set back: the last mail lies far ahead', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p', T0), T0 + 2 * HOUR);
		const { problem, node } = now(state, 'p', T0);
		expect(decide(problem, node, LIMITS, 0, T0).isMailed).toBe(true);
	});

	it('is held for the clock of another worker that is a little ahead', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p', T0), T0 + 2_000);
		const { problem, node } = now(state, 'p', T0);
		expect(decide(problem, node, LIMITS, 0, T0).isMailed).toBe(false);
	});

	it('keeps what happened while its mail was under way for the next one', () => {
		const state = emptyState('a');
		const first = now(state, 'p', T0, 3);
		now(state, 'p', T0 + 100, 4);
		mail(state, first, T0 + 200);
		const problem = state.problems[first.key];
		expect(pendingOf(problem?.tally ?? {})).toBe(4);
	});
});

describe('the limit of mails an hour', () => {
	const limits = { repeatAfterMs: HOUR, maxPerHour: 2 };

	it('holds back other problems until the oldest mail is an hour old', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p1', T0), T0);
		mail(state, now(state, 'p2', T0 + MINUTE), T0 + MINUTE);
		const third = now(state, 'p3', T0 + 2 * MINUTE);
		expect(decide(third.problem, third.node, limits, 0, T0 + 2 * MINUTE)).toEqual({
			isMailed: false,
			because: 'capped',
			nextMailAtMs: T0 + HOUR,
		});
		expect(decide(third.problem, third.node, limits, 0, T0 + HOUR).isMailed).toBe(true);
	});

	it('counts mails that are under way', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p1', T0), T0);
		const second = now(state, 'p2', T0);
		expect(decide(second.problem, second.node, limits, 0, T0).isMailed).toBe(true);
		expect(decide(second.problem, second.node, limits, 1, T0).isMailed).toBe(false);
		expect(decide(second.problem, second.node, limits, 5, T0).isMailed).toBe(false);
	});

	it('is none where it is 0', () => {
		const state = emptyState('a');
		const { problem, node } = now(state, 'p', T0);
		expect(decide(problem, node, { repeatAfterMs: HOUR, maxPerHour: 0 }, 99, T0).isMailed).toBe(
			true,
		);
	});

	it('is told of once by the next mail', () => {
		const state = emptyState('a');
		now(state, 'p', T0);
		recordCapped(state, nodeKey(NODE.id), 7, T0);
		const next = now(state, 'q', T0 + 1);
		expect(pendingOf(next.node.capped)).toBe(7);
		mail(state, next, T0 + 2);
		expect(pendingOf(now(state, 'r', T0 + 3).node.capped)).toBe(0);
	});
});

describe('a digest', () => {
	it('lists what was held since the last mail, most first, and then begins anew', () => {
		const state = emptyState('a');
		mail(state, now(state, 'mailed', T0), T0);
		now(state, 'few', T0 + 1, 2);
		now(state, 'many', T0 + 2, 9);
		const digest = collectDigest(state, 0, T0 + HOUR);
		expect(digest.held.map(({ problem, held }) => [problem.title, held])).toEqual([
			['many', 9],
			['few', 2],
		]);
		expect(digest.quiet).toEqual([]);
		recordDigest(state, digest);
		expect(isNothing(collectDigest(state, 0, T0 + HOUR))).toBe(true);
	});

	it('does not restart the time to repeat', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p', T0), T0);
		now(state, 'p', T0 + MINUTE);
		recordDigest(state, collectDigest(state, 0, T0 + 2 * MINUTE));
		const { problem, node } = now(state, 'p', T0 + 3 * MINUTE);
		expect(decide(problem, node, LIMITS, 0, T0 + 3 * MINUTE)).toMatchObject({
			nextMailAtMs: T0 + HOUR,
		});
		expect(pendingOf(problem.tally)).toBe(1);
	});

	it('keeps what comes while it is under way', () => {
		const state = emptyState('a');
		now(state, 'p', T0, 5);
		const digest = collectDigest(state, 0, T0 + 1);
		now(state, 'p', T0 + 2, 3);
		recordDigest(state, digest);
		expect(collectDigest(state, 0, T0 + 3).held).toMatchObject([{ held: 3 }]);
	});

	it('lists a problem once as quiet again, and then forgets it', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p', T0), T0);
		expect(isNothing(collectDigest(state, 30 * MINUTE, T0 + 29 * MINUTE))).toBe(true);
		const digest = collectDigest(state, 30 * MINUTE, T0 + 30 * MINUTE);
		expect(digest.quiet.map(({ problem }) => problem.title)).toEqual(['p']);
		recordDigest(state, digest);
		expect(isNothing(collectDigest(state, 30 * MINUTE, T0 + 40 * MINUTE))).toBe(true);

		const again = now(state, 'p', T0 + 45 * MINUTE);
		expect(again.problem.firstSeenAtMs).toBe(T0 + 45 * MINUTE);
		expect(decide(again.problem, again.node, LIMITS, 0, T0 + 45 * MINUTE).isMailed).toBe(true);
	});

	it('does not forget a problem that comes back while the digest is under way', () => {
		const state = emptyState('a');
		now(state, 'p', T0);
		const digest = collectDigest(state, MINUTE, T0 + HOUR);
		now(state, 'p', T0 + HOUR + 1);
		recordDigest(state, digest);
		expect(collectDigest(state, 0, T0 + HOUR + 2).held).toMatchObject([{ held: 1 }]);
	});
});

describe('the state', () => {
	it('remembers 1,000 problems at most, and counts what it forgets', () => {
		const state = emptyState('a');
		for (let n = 0; n < 1_500; n += 1) {
			const recorded = now(state, `p${String(n)}`, T0 + n, 2);
			if (n < 300) mail(state, recorded, T0 + n);
		}
		const kept = Object.keys(state.problems).length;
		expect(kept).toBeLessThanOrEqual(MAX_PROBLEMS);
		// The newest are there, and those that were mailed went first.
		expect(state.problems[problemKey(nodeKey(NODE.id), 'p1499')]).toBeDefined();
		expect(state.problems[problemKey(nodeKey(NODE.id), 'p1')]).toBeUndefined();
		const digest = collectDigest(state, 0, T0 + HOUR);
		const held = digest.held.reduce((sum, entry) => sum + entry.held, digest.forgotten);
		expect(held).toBe(1_200 * 2);
	});

	it('comes back from JSON as it was', () => {
		const state = emptyState('a');
		mail(state, now(state, 'p', T0), T0);
		now(state, 'q', T0 + 1);
		const stored: unknown = JSON.parse(JSON.stringify(state));
		expect(parseState(stored)).toEqual(state);
	});

	it.each([
		['nothing', undefined],
		['a text', 'state'],
		['another version', { ...emptyState('a'), version: 2 }],
	])('is none where %s is stored', (_what, stored) => {
		expect(parseState(stored)).toBeUndefined();
	});

	it('leaves out what somebody has made unusable', () => {
		const stored = {
			version: 1,
			writer: 7,
			problems: { a: null, b: { fingerprint: 'x' }, c: [], __proto__: { polluted: true } },
			nodes: { n: { mailedAtMs: ['x', 5, null], capped: { w: { seen: 'x' } } }, m: 'x' },
			forgotten: 'x',
		};
		expect(parseState(stored)).toEqual({
			version: 1,
			writer: '7',
			revision: 0,
			problems: {},
			nodes: { n: { name: '', mailedAtMs: [5], capped: {} } },
			forgotten: {},
		});
	});
});
