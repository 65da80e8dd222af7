import type { Evidence } from '../../evidence/evidence';
import { ENTRA_EXCEPTIONS, type EntraRule } from './entra-rules';
import { APP_SETUP, ENDED, MULTIFACTOR, NO_CONSENT, POLICY, REQUEST_FAULT } from './entra-texts';

const range = (first: number, last: number): readonly [number, number] => [first, last];

/**
 * Families of numbers, for those that have no row of their own; the first range that holds a number
 * decides.
 */
export const ENTRA_FAMILIES: readonly EntraRule[] = [
	{ codes: [range(16_000, 16_999)], ...ENDED },
	{
		codes: [range(40_000, 40_999), range(80_000, 81_999)],
		code: 'TOKEN_REQUEST_FAILED',
		message:
			'Microsoft could not ask the organization’s own sign-in server (pass-through or federation).',
		remedy:
			'Try again in some minutes. If it recurs, an admin checks the authentication agents or the federation server.',
	},
	{ codes: [range(50_070, 50_079), range(500_120, 500_129)], ...MULTIFACTOR },
	{
		codes: [range(53_000, 54_999), range(130_000, 139_999), range(530_000, 549_999)],
		...POLICY,
		application: {
			code: 'SIGN_IN_BLOCKED',
			message: 'A security policy of the organization keeps the application from signing in.',
			remedy:
				'An admin looks at entra.microsoft.com → Entra ID → Monitoring & health → Sign-in logs → Service principal sign-ins: the failed entry names the policy (Conditional Access for workload identities).',
		},
	},
	{ codes: [range(65_000, 65_999), range(650_000, 659_999)], ...NO_CONSENT },
	{ codes: [range(70_000, 70_008), range(50_080, 50_089), range(50_170, 50_179)], ...ENDED },
	{ codes: [range(700_080, 700_089)], ...ENDED },
	{ codes: [range(70_009, 70_099), range(700_000, 700_999)], ...APP_SETUP },
	{ codes: [range(7_000_000, 7_009_999), range(9_000_000, 9_099_999)], ...APP_SETUP },
	{ codes: [range(90_000, 90_999), range(900_000, 909_999)], ...REQUEST_FAULT },
];

/** The codes Microsoft numbers its answer with: its own field first, then those in its text. */
export function entraCodesOf(evidence: Evidence): readonly string[] {
	const text = `${evidence.oauthDescription ?? ''} ${evidence.messages.join(' ').slice(0, 4_000)}`;
	const inText = [...text.matchAll(/AADSTS(\d{4,8})(?!\d)/g)].map(([, code = '']) => code);
	return [...(evidence.oauthCodes ?? []), ...inText];
}

function holds({ codes, phrase }: EntraRule, code: number, words: string): boolean {
	const isThere = codes.some((known) =>
		typeof known === 'number' ? known === code : known[0] <= code && code <= known[1],
	);
	return isThere && (phrase?.test(words) ?? true);
}

/** "Error validating credentials": a number beside it says why. */
const WRAPPER = 70_002;

/**
 * What the numbers of Microsoft's answer mean (`AADSTS…`, `error_codes`): the row or family of the
 * first number that has one. `undefined` where there is none.
 */
export function findEntraRule(evidence: Evidence): EntraRule | undefined {
	const words = evidence.oauthDescription ?? evidence.messages.join(' ');
	const rules = [...ENTRA_EXCEPTIONS, ...ENTRA_FAMILIES];
	const codes = entraCodesOf(evidence).map(Number);
	for (const code of codes.toSorted((a, b) => Number(a === WRAPPER) - Number(b === WRAPPER))) {
		const rule = rules.find((row) => holds(row, code, words));
		if (rule !== undefined) return rule;
	}
	return undefined;
}
