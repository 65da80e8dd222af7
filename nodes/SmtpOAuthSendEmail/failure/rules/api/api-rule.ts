import type { FailureStage } from '../../catalogue/failure-stage';
import type { ApiAnswer } from '../../evidence/api-answer';
import type { FailureDraft } from '../../model/failure';

/** A rule on the answers of an API. Codes are compared without regard to case. */
export interface ApiRule extends FailureDraft {
	/** Codes or reasons of the error, any of them. */
	readonly errorCodes?: readonly string[];
	readonly statuses?: readonly number[];
	/** In the error's message, where its code has several meanings. */
	readonly phrase?: RegExp;
	/** Where it belongs; missing where any request may be answered so. */
	readonly stage?: FailureStage;
	/** What helps instead where an application or a service account has signed in. */
	readonly unattendedRemedy?: string;
}

/** A longer text is searched for phrases only so far. */
const MAX_SEARCHED_LENGTH = 2_000;

function applies(rule: ApiRule, { status, codes, text }: ApiAnswer): boolean {
	const known = codes.map((code) => code.toLowerCase());
	return (
		(rule.errorCodes?.some((code) => known.includes(code.toLowerCase())) ?? true) &&
		(rule.statuses?.includes(status) ?? true) &&
		(rule.phrase?.test(text.slice(0, MAX_SEARCHED_LENGTH)) ?? true)
	);
}

/** The first rule that applies to an answer. */
export function findApiRule(rules: readonly ApiRule[], answer: ApiAnswer): ApiRule {
	return (
		rules.find((rule) => applies(rule, answer)) ?? {
			code: 'UNCLASSIFIED',
			cause: 'configuration-invalid',
		}
	);
}
