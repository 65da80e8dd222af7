import { describe, expect, it } from 'vitest';
import {
	alertLetter,
	alertSubject,
	titleOf,
	type AlertContent,
} from '../../../nodes/SmtpOAuthSendEmail/alerting/mail/alert-letter.js';
import { letterHtml } from '../../../nodes/SmtpOAuthSendEmail/alerting/mail/letter-html.js';
import { letterText } from '../../../nodes/SmtpOAuthSendEmail/alerting/mail/letter-text.js';
import { localTime } from '../../../nodes/SmtpOAuthSendEmail/alerting/mail/show-time.js';
import { readErrorItem } from '../../../nodes/SmtpOAuthSendEmail/alerting/reading/read-error-item.js';
import { htmlToText } from '../../../nodes/SmtpOAuthSendEmail/alerting/reading/html-to-text.js';

const AT = Date.UTC(2026, 10, 28, 22, 30, 0);
const TIME = localTime('Europe/Berlin');
const PLACE = {
	workflow: { id: 'wf9', name: 'Here' },
	previousNode: 'Before',
	execution: { id: '9', url: 'https://n8n.example.com/9', mode: 'trigger', retryOf: '' },
};

function content(error: object | string, more: Partial<AlertContent> = {}): AlertContent {
	const json = {
		execution: { id: '231', url: 'https://n8n.example.com/231', error, mode: 'webhook' },
		workflow: { id: 'wf1', name: 'Import' },
	};
	return {
		report: readErrorItem({ json }, PLACE),
		severity: 'error',
		introduction: '',
		includeStack: true,
		item: undefined,
		atMs: AT,
		occurrences: 1,
		held: 0,
		heldSinceMs: AT,
		firstSeenAtMs: AT,
		heldUntilMs: AT + 3_600_000,
		capped: { count: 0, sinceMs: AT, maxPerHour: 20 },
		fingerprint: 'v1-x',
		...more,
	};
}

const write = (error: object | string, more: Partial<AlertContent> = {}) => {
	const letter = alertLetter(content(error, more), TIME);
	return { letter, text: letterText(letter), html: letterHtml(letter) };
};

/** What a reader of the HTML sees, blanks folded. */
const seen = (html: string): string =>
	htmlToText(html.replace(/<head>.*<\/head>/s, '').replace(/<[^>]+>/g, ' ')).replace(/\s+/g, ' ');

describe('an alert', () => {
	it('gives the same facts in HTML and text', () => {
		const { letter, text, html } = write(
			{
				name: 'NodeApiError',
				httpCode: '503',
				message: 'No service',
				description: 'Wait',
				stack: 'x',
			},
			{
				introduction: 'Call Ada',
				occurrences: 38,
				held: 37,
				heldSinceMs: AT - 60_000,
				firstSeenAtMs: AT - 90_000,
			},
		);
		const facts = [
			letter.badge,
			letter.heading,
			letter.introduction,
			letter.lead,
			...letter.facts.flatMap((fact) => [fact.label, fact.text]),
			...letter.sections.flatMap((section) => [section.heading, section.text]),
			...letter.footnotes,
		];
		const plain = text.replace(/\s+/g, ' ');
		for (const fact of facts) {
			expect(plain).toContain(fact.replace(/\s+/g, ' '));
			expect(seen(html)).toContain(fact.replace(/\s+/g, ' '));
		}
		for (const address of ['https://n8n.example.com/231']) {
			expect(text).toContain(address);
			expect(html).toContain(`href="${address}"`);
		}
	});

	it('says when in the time zone of the workflow', () => {
		expect(write('x').text).toContain('28 Nov 2026, 23:30:00 CET');
	});

	it('says how often, since when, and how many were held', () => {
		const { text } = write('x', { occurrences: 1_200, held: 1_199, heldSinceMs: AT - 60_000 });
		expect(text).toContain('1,200 since 28 Nov 2026, 23:29:00 CET; 1,199 of them were held back');
	});

	it('says what the limit of mails an hour has held back', () => {
		const { text } = write('x', { capped: { count: 7, sinceMs: AT - 60_000, maxPerHour: 20 } });
		expect(text).toContain(
			'The limit of 20 mails an hour has held back 7 occurrences since 28 Nov 2026, 23:29:00 CET.',
		);
	});

	it('shows addresses in angle brackets as they are, not as HTML and not escaped twice', () => {
		const { text, html } = write({
			message: 'No <a@example.com>',
			description: 'Write &lt;name@example.com&gt;',
		});
		expect(text).toContain('No <a@example.com>');
		expect(text).toContain('Write <name@example.com>');
		expect(html).toContain('Write &lt;name@example.com&gt;');
		expect(html).not.toContain('&amp;lt;');
	});

	it('shows what an HTML page says that came in place of an answer', () => {
		const page =
			'<!DOCTYPE html><html><head><title>502 Bad Gateway</title><style>h1{color:red}</style></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>';
		const { letter, text } = write({ message: page, description: `${page}\n` });
		expect(letter.lead).toBe('502 Bad Gateway\n\nnginx');
		expect(letter.sections).toMatchObject([{ text: '502 Bad Gateway\n\nnginx' }]);
		expect(text).not.toContain('<');
		expect(titleOf(content({ message: page }).report)).toBe('502 Bad Gateway nginx');
	});

	it('lets nothing of the error become HTML', () => {
		const attack = '<img src=x onerror=alert(1)>"\'><script>alert(1)</script>';
		const { html } = write(
			{ message: attack, description: attack, name: attack, stack: attack, httpCode: attack },
			{ introduction: attack, item: { [attack]: attack }, fingerprint: attack },
		);
		expect(html).not.toMatch(/<(?:img|script)/i);
	});

	it('leads nowhere but to web addresses', () => {
		const json = {
			execution: { id: '1', url: 'javascript:alert(1)', error: { message: 'x' }, mode: 'webhook' },
			workflow: { id: 'wf1', name: 'Import' },
		};
		const { report } = content('x', { report: readErrorItem({ json }, PLACE) });
		const html = letterHtml(alertLetter({ ...content('x'), report }, TIME));
		expect(html).not.toContain('javascript:');
	});

	it('shows no secret of the error', () => {
		const secret = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';
		const { text, html } = write(
			{ message: `Bad ${secret}`, description: `password=hunter22`, stack: `at x (${secret})` },
			{ item: { token: 'hunter23', note: `Bearer ${secret}` } },
		);
		for (const shown of [text, html]) {
			expect(shown).not.toContain('eyJ');
			expect(shown).not.toContain('hunter2');
		}
	});

	it('is short, however long the error is', () => {
		const long = 'x y '.repeat(100_000);
		const { text, html } = write({ message: long, description: long, stack: long, name: long });
		expect(text.length).toBeLessThan(15_000);
		expect(html.length).toBeLessThan(40_000);
	});

	it('leaves the stack out where it is not wanted', () => {
		const stack = 'Error: x\n    at secret place';
		expect(write({ message: 'x', stack }).text).toContain('at secret place');
		expect(write({ message: 'x', stack }, { includeStack: false }).text).not.toContain(
			'secret place',
		);
	});

	it('loads nothing from outside, says its language, and has one main heading', () => {
		const { html } = write({ message: 'x', stack: 'y' });
		expect(html).not.toMatch(/<(?:img|link|iframe|object|script)|url\(|@import/i);
		expect(html).toContain('<html lang="en">');
		expect(html.match(/<h1/g)).toHaveLength(1);
		expect(html).toContain('prefers-color-scheme:dark');
	});
});

describe('the subject of an alert', () => {
	it('begins with the severity and is one line', () => {
		const subject = alertSubject(
			'critical',
			'Shop\r\nBcc: x@example.com',
			`It broke\n${'x'.repeat(300)}`,
		);
		expect(subject).toMatch(/^\[Critical\] Shop Bcc: x@example\.com: It broke x+…$/);
		expect(subject.length).toBeLessThanOrEqual(180);
	});
});

describe('local time', () => {
	it('is UTC where the time zone is none', () => {
		expect(localTime('Nowhere/Else').show(AT)).toBe('28 Nov 2026, 22:30:00 UTC');
	});

	it('has the day of the time zone', () => {
		expect(localTime('Europe/Berlin').day(AT + 3_600_000)).toBe('2026-11-29');
		expect(localTime('America/New_York').day(AT + 3_600_000)).toBe('2026-11-28');
	});
});
