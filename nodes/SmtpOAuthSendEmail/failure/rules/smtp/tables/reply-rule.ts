import type { FailureStage } from '../../../catalogue/failure-stage';
import type { ReplyMeaning } from './reply-meanings';

/** What a rule asks for; it counts where all of it is there. */
interface Evidence {
	/** Words that must all be there, tested on `ReplyWords.plain`: lower case, no addresses. */
	readonly words?: RegExp | readonly RegExp[];
	/** The same on the whole text, for names of servers and pages. */
	readonly names?: RegExp;
	/** Words of which none may be there. */
	readonly without?: RegExp;
	/** Subject and detail of the enhanced status code, e.g. `7.1`. */
	readonly status?: readonly string[];
	readonly replyCodes?: readonly number[];
	/** The first digit of the reply code: 4 is transient, 5 permanent (RFC 5321 §4.2.1). */
	readonly severity?: 4 | 5;
	readonly stages?: readonly FailureStage[];
	/** Keys of `credentials/providers`. */
	readonly providers?: readonly string[];
}

/** One piece of evidence, what it speaks for, and how much it counts. */
export interface ReplyRule extends Evidence {
	readonly meaning: ReplyMeaning;
	/** What speaks for the same meaning is added up; the meaning with the most wins. */
	readonly weight: number;
}

const weighing =
	(weight: number) =>
	(meaning: ReplyMeaning, evidence: Evidence): ReplyRule => ({ meaning, weight, ...evidence });

/** Words or codes that cannot mean anything else. */
export const certain = weighing(12);
/** Words that together say it: a limit, what it is of, its period. */
export const strong = weighing(9);
/** Words that nearly always mean this. */
export const clear = weighing(6);
/** A code that the registry gives one meaning to. */
export const byCode = weighing(5);
/** Words that often mean this. */
export const hint = weighing(3);
/** A code that means several things. */
export const vague = weighing(2);
/** What is assumed where nothing says more. */
export const assumed = weighing(1);

/** Where a message's envelope or content is at stake. */
export const OF_MESSAGE: readonly FailureStage[] = ['mailFrom', 'rcptTo', 'data', 'reply'];

/** After the recipients. */
export const OF_CONTENT: readonly FailureStage[] = ['data', 'reply'];

/** Before anything of a message. */
export const OF_GREETING: readonly FailureStage[] = ['connect', 'tls', 'ehlo'];

/** The presets behind which Exchange Online answers. */
export const MICROSOFT: readonly string[] = ['microsoft365', 'outlook'];
