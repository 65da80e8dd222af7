import type { OriginalMessage } from '../originals/original-message';

/** The mailer of a mail system (RFC 3834 §2, RFC 5321 §4.5.5). */
const IS_MAILER = /^mailer-daemon@/i;

/**
 * Tells by what a message shows that a program wrote it or that it went to a list, so that no
 * program may answer it (RFC 3834 §2): a short name of the sign, `undefined` where there is none.
 */
export function findAutomaticSign({
	headers,
	from,
	replyTo,
}: Pick<OriginalMessage, 'headers' | 'from' | 'replyTo'>): string | undefined {
	const valueOf = (name: string): string => (headers.get(name) ?? '').trim().toLowerCase();
	const submitted = valueOf('auto-submitted').split(/[;\s(]/, 1)[0] ?? '';
	if (submitted !== '' && submitted !== 'no') return `Auto-Submitted: ${submitted}`;
	const precedence = valueOf('precedence').split(/[;\s(]/, 1)[0] ?? '';
	if (['bulk', 'junk', 'list'].includes(precedence)) return `Precedence: ${precedence}`;
	if (/^<\s*>$/.test(valueOf('return-path'))) return 'Return-Path: <>';
	if (/^multipart\/report\b/.test(valueOf('content-type'))) return 'Content-Type: multipart/report';
	return [...from, ...replyTo].some(({ address }) => IS_MAILER.test(address))
		? 'From: mailer-daemon'
		: undefined;
}
