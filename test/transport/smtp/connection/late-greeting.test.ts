import { expect, it, onTestFinished, vi } from 'vitest';
import {
	accountAt,
	deliver,
	failureOf,
	serve,
	shortMessage,
	transportFor,
} from '../../../support/smtp/transport-setting.js';

/** Begins a delivery to a server that greets after that time by a clock that stands still otherwise. */
async function deliverWithGreetingAfter(seconds: number, timeoutSeconds: number) {
	let greet: () => void = () => undefined;
	const greeted = new Promise<void>((resolve) => (greet = resolve));
	let tellConnected: () => void = () => undefined;
	const connected = new Promise<void>((resolve) => (tellConnected = resolve));
	const server = await serve({
		greeting: async () => {
			tellConnected();
			await greeted;
			return '220 mail.example.com ready';
		},
	});
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
	onTestFinished(() => {
		vi.useRealTimers();
	});
	const limits = { timeoutMs: timeoutSeconds * 1_000 };
	const delivery = deliver(transportFor(accountAt(server)), shortMessage(), limits);
	await connected;
	vi.advanceTimersByTime(seconds * 1_000);
	greet();
	return await delivery;
}

// RFC 5321 §4.5.3.2.1 gives a server five minutes; nodemailer gives it 30 s unless it is told otherwise
it.each([35, 290])('a greeting after %i s is waited for within the time-out', async (seconds) => {
	expect(await deliverWithGreetingAfter(seconds, 300)).toMatchObject({ kind: 'accepted' });
});

it('a greeting after the time-out comes too late', async () => {
	expect(failureOf(await deliverWithGreetingAfter(35, 30)).code).toBe('CONNECTION_TIMEOUT');
});
