import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { questionMail } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/mail/question-mail.js';
import { showTime } from '../../../../nodes/SmtpOAuthSendEmail/operations/send-and-wait/reading/local-time.js';
import { APPROVAL } from '../../../support/question/questions.js';

const BUTTONS = [
	{ label: 'Approve', style: 'primary', chosen: 'approve' },
	{ label: 'Decline', style: 'secondary', chosen: 'decline' },
] as const;

const linkOf = (chosen = '') => `https://n8n.test/webhook-waiting/1/a?answer=${chosen}&signature=1`;

describe('the mail of a question', () => {
	const { text, html } = questionMail(
		{ ...APPROVAL, deadline: { atMs: 0, text: 'Friday at 17:30' } },
		BUTTONS,
		linkOf,
	);

	it('says the same in text and HTML', () => {
		for (const part of [
			'Order 4711',
			'Please decide.',
			'Approve',
			'Decline',
			'Answer until: Friday at 17:30',
			'Opening it decides nothing.',
		]) {
			expect(text).toContain(part);
			expect(html).toContain(part);
		}
	});

	it('has links, and no forms, scripts or pictures', () => {
		expect(text).toContain(`Approve:\n${linkOf('approve')}\n`);
		expect(html).toContain(
			'href="https://n8n.test/webhook-waiting/1/a?answer=approve&amp;signature=1"',
		);
		expect(html).not.toMatch(/<form|<script|<img|<link|url\(/);
	});

	it('shows any text as text only', () => {
		const render = (value: string) =>
			questionMail(
				{ ...APPROVAL, title: value, message: value, deadline: { atMs: 0, text: value } },
				[{ label: value, style: 'primary' }],
				() => value,
			).html;
		const skeleton = render('MARKMARK').split('MARKMARK');
		fc.assert(
			fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
				const rendered = render(value);
				let at = 0;
				for (const [index, piece] of skeleton.entries()) {
					const found = rendered.indexOf(piece, at);
					expect(found).toBeGreaterThanOrEqual(at);
					if (index > 0)
						expect(rendered.slice(at, found).replaceAll('<br>', '')).not.toMatch(/[<>"']/);
					at = found + piece.length;
				}
			}),
		);
	});
});

describe('the time limit', () => {
	it('is shown in the workflow’s time zone', () => {
		const atMs = Date.UTC(2026, 11, 4, 16, 30);
		expect(showTime(atMs, 'Europe/Berlin')).toBe('Friday, 4 December 2026, 17:30 (Europe/Berlin)');
		expect(showTime(atMs, 'Nowhere/Else')).toBe('Friday, 4 December 2026, 16:30 (UTC)');
	});
});
