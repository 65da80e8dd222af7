import { describe, expect, it } from 'vitest';
import { StageClock } from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/verify/handshake-observer.js';

describe('the clock of stages', () => {
	it('adds up the times of a stage that is entered twice, and stops', () => {
		let nowMs = 100;
		const clock = new StageClock('ehlo', () => nowMs);
		nowMs = 110;
		clock.enter('tls');
		nowMs = 130;
		clock.enter('ehlo');
		nowMs = 131.6;
		clock.stop();
		nowMs = 1_000;
		expect(clock.durationOf('ehlo')).toBe(12);
		expect(clock.durationOf('tls')).toBe(20);
		expect(clock.durationOf('dns')).toBe(0);
	});
});
