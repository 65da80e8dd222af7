import { describe, expect, it } from 'vitest';
import { showItem } from '../../../nodes/SmtpOAuthSendEmail/alerting/reading/show-item.js';

describe('an item that is shown', () => {
	it('is JSON for people', () => {
		expect(showItem({ a: 1, b: ['x'] })).toBe('{\n  "a": 1,\n  "b": [\n    "x"\n  ]\n}');
	});

	it.each([
		['password', 'hunter22'],
		['user_password', 'hunter22'],
		['apiKey', 'abc'],
		['API-Key', 'abc'],
		['Authorization', 'Basic abc'],
		['cookie', 'sid=1'],
		['clientSecret', 'abc'],
		['refresh_token', 'abc'],
		['pin', 1234],
		['pass', 'hunter22'],
		['tokens', ['abc1', 'abc2']],
		['credentials', { user: 'ada', key: 'abc' }],
	])('hides the value of %s', (name, value) => {
		const shown = showItem({ deep: [{ [name]: value }] });
		expect(shown).not.toMatch(/hunter22|abc|1234|sid=1/);
		expect(shown).toContain('[redacted]');
	});

	it('keeps what says only whether there is a secret', () => {
		expect(showItem({ hasPassword: true, token: null })).toContain('"hasPassword": true');
	});

	it('hides tokens wherever they stand', () => {
		expect(showItem({ note: 'sent Bearer abcdefghijk to x' })).not.toContain('abcdefghijk');
	});

	it('hides a token that the end of a long text would cut', () => {
		const token = `eyJ${'a1b2'.repeat(20)}`;
		const shown = showItem({ note: `${'x'.repeat(480)} ${token}` });
		expect(shown).not.toContain('eyJ');
	});

	it('is cut: long texts, long lists, many fields, depth, and the whole', () => {
		expect(showItem({ a: 'x'.repeat(600) })).toContain(`${'x'.repeat(500)}…`);
		expect(showItem(Array.from({ length: 60 }, () => 1))).toContain('… 10 more');
		const wide = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${String(n)}`, 1]));
		expect(showItem(wide)).toContain('"…": "10 more"');
		const deep = { a: { a: { a: { a: { a: { a: { a: { hidden: 1 } } } } } } } };
		expect(showItem(deep)).not.toContain('hidden');
		const large = Array.from({ length: 40 }, () => 'y'.repeat(400));
		expect(showItem(large).length).toBeLessThanOrEqual(4_002);
	});

	it('says so where it cannot be shown', () => {
		expect(showItem({ n: 1n })).toBe('The item cannot be shown.');
	});
});
