import { escapeHtml } from '../../../untrusted/html-text';
import { framePage, type Page } from './page-frame';

/** Why a link shows no question, or what became of an answer. */
export type Notice = 'recorded' | 'answered' | 'expired' | 'closed' | 'unavailable';

const NOTICES = {
	recorded: {
		status: 200,
		title: 'Your answer has been recorded',
		text: 'Thank you. You can close this page.',
	},
	answered: {
		status: 409,
		title: 'This question has been answered',
		text: 'Only the first answer counts, and no other is recorded.',
	},
	expired: {
		status: 410,
		title: 'The time to answer is over',
		text: 'Your answer has not been recorded.',
	},
	closed: {
		status: 410,
		title: 'This question is closed',
		text: 'The link belongs to a question that has been answered or replaced. If you received a newer email, use the link in it.',
	},
	unavailable: {
		status: 500,
		title: 'The question cannot be shown',
		text: 'Your answer has not been recorded. Please try again later, or tell the person who asked you.',
	},
} as const satisfies Record<Notice, { status: number; title: string; text: string }>;

/** A page that only tells something. */
export function noticePage(notice: Notice): Page {
	const { status, title, text } = NOTICES[notice];
	return framePage(
		status,
		title,
		`<div class="card">
<h1>${escapeHtml(title)}</h1>
<p class="message">${escapeHtml(text)}</p>
</div>`,
	);
}
