import { describe, expect, it } from 'vitest';
import {
	acquirePermit,
	forgetIdle,
} from '../../../nodes/SmtpOAuthSendEmail/delivery/mailbox-limiter.js';
import {
	connectionLimit,
	mailboxStateOf,
	type MailboxState,
} from '../../../nodes/SmtpOAuthSendEmail/registry/mailbox-state.js';
import {
	connections,
	fakeClock,
	NO_CLOCK,
	permitOf,
	settled,
} from '../../support/delivery/limiter-clock.js';
import { freshMailboxState } from '../../support/smtp/transport-setting.js';

const MESSAGE = { isMessage: true };
const ABORTED = { ok: false, failure: { kind: 'aborted' } };

describe('the state of a mailbox', () => {
	it('is the same for the same mailbox, another for another', () => {
		const mailboxStates = new Map<string, MailboxState>();
		expect(mailboxStateOf(mailboxStates, 'a')).toBe(mailboxStateOf(mailboxStates, 'a'));
		expect(mailboxStateOf(mailboxStates, 'a')).not.toBe(mailboxStateOf(mailboxStates, 'b'));
	});

	it('is forgotten when it is not in use and its last minute has passed', async () => {
		const mailboxStates = new Map<string, MailboxState>();
		const clock = fakeClock();
		const limits = { maxConnections: 1, messagesPerMinute: 5 };
		const permit = await permitOf(mailboxStateOf(mailboxStates, 'a'), limits, clock);
		await clock.advance(60_000);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(1);
		permit.end(MESSAGE);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(1);
		await clock.advance(60_000);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(0);
	});

	it('is not forgotten while it has fewer connections, since the server refused one', async () => {
		const mailboxStates = new Map<string, MailboxState>();
		const clock = fakeClock();
		const permit = await permitOf(mailboxStateOf(mailboxStates, 'a'), connections(2), clock);
		permit.end({ isMessage: false, exceedsConnections: true });
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(1);
		await clock.advance(60_000);
		forgetIdle(mailboxStates, clock.now());
		expect(mailboxStates.size).toBe(0);
	});

	it('is not forgotten while it has an idle connection', () => {
		const mailboxStates = new Map<string, MailboxState>();
		mailboxStateOf(mailboxStates, 'a').idle.push({
			close: () => undefined,
			ended: new Promise(() => undefined),
		});
		forgetIdle(mailboxStates, 1_000_000);
		expect(mailboxStates.size).toBe(1);
	});
});

describe('permits', () => {
	it('are handed out up to the limit, then first come, first served', async () => {
		const mailboxState = freshMailboxState();
		const first = await permitOf(mailboxState);
		const order: string[] = [];
		const take = async (name: string) => {
			const permit = await permitOf(mailboxState);
			order.push(name);
			await settled();
			permit.end(MESSAGE);
		};
		const waiting = [take('second'), take('third'), take('fourth')];
		await settled();
		expect(order).toEqual([]);
		first.end(MESSAGE);
		await Promise.all(waiting);
		expect(order).toEqual(['second', 'third', 'fourth']);
		expect(mailboxState).toMatchObject({ busy: 0, waiting: [] });
	});

	it('are given back once, however often that is said', async () => {
		const mailboxState = freshMailboxState();
		const first = await permitOf(mailboxState, connections(2));
		await permitOf(mailboxState, connections(2));
		first.end(MESSAGE);
		first.end(MESSAGE);
		expect(mailboxState.busy).toBe(1);
	});

	it('go to all who may go when several are given back', async () => {
		const mailboxState = freshMailboxState();
		const held = [
			await permitOf(mailboxState, connections(2)),
			await permitOf(mailboxState, connections(2)),
		];
		const waiting = [
			permitOf(mailboxState, connections(2)),
			permitOf(mailboxState, connections(2)),
		];
		await settled();
		for (const permit of held) permit.end(MESSAGE);
		await Promise.all(waiting);
		expect(mailboxState.busy).toBe(2);
	});

	it('are not waited for any longer once the execution is stopped', async () => {
		const mailboxState = freshMailboxState();
		const held = await permitOf(mailboxState);
		const stop = new AbortController();
		const stopped = acquirePermit(mailboxState, connections(1), NO_CLOCK, { signal: stop.signal });
		const next = permitOf(mailboxState);
		await settled();
		stop.abort();
		expect(await stopped).toEqual(ABORTED);
		held.end(MESSAGE);
		await next;
		expect(mailboxState.busy).toBe(1);
	});

	it('pass on to the next where the first in line was stopped at that moment', async () => {
		const mailboxState = freshMailboxState();
		const held = await permitOf(mailboxState);
		const stop = new AbortController();
		const stopped = acquirePermit(mailboxState, connections(1), NO_CLOCK, { signal: stop.signal });
		const next = permitOf(mailboxState);
		await settled();
		held.end(MESSAGE);
		stop.abort();
		expect(await stopped).toEqual(ABORTED);
		await next;
	});

	it('are not taken by an execution that is stopped already', async () => {
		const mailboxState = freshMailboxState();
		expect(
			await acquirePermit(mailboxState, connections(1), NO_CLOCK, { signal: AbortSignal.abort() }),
		).toEqual(ABORTED);
		expect(mailboxState.busy).toBe(0);
	});
});

describe('a connection refused as one too many', () => {
	const EXCEEDED = { isMessage: false, exceedsConnections: true };

	it('leaves the mailbox one less for a minute, and never less than one', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const limits = connections(3);
		const take = async () => await permitOf(mailboxState, limits, clock);
		const permits = [await take(), await take(), await take()];
		expect(permits.map((permit) => permit.end(EXCEEDED))).toEqual([true, true, false]);
		expect(connectionLimit(mailboxState, 3, clock.now())).toBe(1);
		await clock.advance(60_000);
		expect(connectionLimit(mailboxState, 3, clock.now())).toBe(3);
	});

	it('counts idle connections as borne: closing one of those lets another open', async () => {
		const mailboxState = freshMailboxState();
		const idle = { close: () => undefined, ended: new Promise(() => undefined) };
		mailboxState.idle.push(idle, idle);
		expect((await permitOf(mailboxState, connections(5))).end(EXCEEDED)).toBe(true);
		expect(connectionLimit(mailboxState, 5, 0)).toBe(2);
		expect((await permitOf(mailboxState, connections(5))).end(EXCEEDED)).toBe(true);
		expect((await permitOf(mailboxState, connections(5))).end(EXCEEDED)).toBe(false);
		expect(connectionLimit(mailboxState, 5, 0)).toBe(1);
	});

	it('does not count the connection that the refused message itself has left idle', async () => {
		const mailboxState = freshMailboxState();
		mailboxState.idle.push({ close: () => undefined, ended: new Promise(() => undefined) });
		const only = await permitOf(mailboxState, connections(5));
		expect(only.end({ ...MESSAGE, exceedsConnections: true })).toBe(false);
	});

	it('goes back to its limit after the minute, also while no attempt ends', async () => {
		const mailboxState = freshMailboxState();
		const clock = fakeClock();
		const take = async () => await permitOf(mailboxState, connections(2), clock);
		const [first] = [await take(), await take()];
		first.end({ isMessage: false, exceedsConnections: true });
		let isTaken = false;
		void take().then(() => {
			isTaken = true;
		});
		await clock.advance(59_000);
		expect(isTaken).toBe(false);
		await clock.advance(2_000);
		expect(isTaken).toBe(true);
	});

	it('tells that another permit does not help where it was the only one', async () => {
		const mailboxState = freshMailboxState();
		const only = await permitOf(mailboxState, connections(3));
		expect(only.end(EXCEEDED)).toBe(false);
		expect(connectionLimit(mailboxState, 3, 0)).toBe(1);
	});
});
