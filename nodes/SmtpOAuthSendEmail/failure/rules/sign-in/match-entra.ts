import { entraCodesOf } from '../../evidence/entra-codes';
import type { Evidence } from '../../evidence/evidence';
import { ENTRA_EXCEPTIONS, ENTRA_FAMILIES, type EntraRule } from './entra-rules';

function holds({ codes, phrase }: EntraRule, code: number, words: string): boolean {
	const isThere = codes.some((known) =>
		typeof known === 'number' ? known === code : known[0] <= code && code <= known[1],
	);
	return isThere && (phrase?.test(words) ?? true);
}

/**
 * What the numbers of Microsoft's answer mean (`AADSTS…`, `error_codes`): the row or family of the
 * first number that has one. `undefined` where there is none.
 */
export function findEntraRule(evidence: Evidence): EntraRule | undefined {
	const words = evidence.oauthDescription ?? evidence.messages.join(' ');
	const rules = [...ENTRA_EXCEPTIONS, ...ENTRA_FAMILIES];
	for (const code of entraCodesOf(evidence).map(Number)) {
		const rule = rules.find((row) => holds(row, code, words));
		if (rule !== undefined) return rule;
	}
	return undefined;
}
