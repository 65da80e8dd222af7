import type { Evidence } from './evidence';

/** The codes Microsoft numbers its answer with: its own field first, then those in its text. */
export function entraCodesOf(evidence: Evidence): readonly string[] {
	const text = `${evidence.oauthDescription ?? ''} ${evidence.messages.join(' ').slice(0, 4_000)}`;
	const inText = [...text.matchAll(/AADSTS(\d{4,8})(?!\d)/g)].map(([, code = '']) => code);
	return [...(evidence.oauthCodes ?? []), ...inText];
}
