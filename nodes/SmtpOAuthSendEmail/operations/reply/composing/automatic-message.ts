import type { OriginalMessage } from '../originals/original-message';

/**
 * Tells by what a message shows that a program wrote it or that it went to a list, so that no
 * program may answer it (RFC 3834 §2): a short name of the sign, `undefined` where there is none.
 */
export function findAutomaticSign({
	headers,
	mailSystem,
}: Pick<OriginalMessage, 'headers' | 'mailSystem'>): string | undefined {
	const valueOf = (name: string): string => (headers.get(name) ?? '').trim().toLowerCase();
	const submitted = valueOf('auto-submitted').split(/[;\s(]/, 1)[0] ?? '';
	if (submitted !== '' && submitted !== 'no') return `Auto-Submitted: ${submitted}`;
	const precedence = valueOf('precedence').split(/[;\s(]/, 1)[0] ?? '';
	if (['bulk', 'junk', 'list'].includes(precedence)) return `Precedence: ${precedence}`;
	if (/^<\s*>$/.test(valueOf('return-path'))) return 'Return-Path: <>';
	if (/^multipart\/report\b/.test(valueOf('content-type'))) return 'Content-Type: multipart/report';
	return mailSystem === undefined ? undefined : `From: ${mailSystem}`;
}
