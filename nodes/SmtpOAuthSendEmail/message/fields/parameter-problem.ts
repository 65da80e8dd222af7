import { fail, type Result } from '../../result/result';

/** Something the author of the item has to correct. */
export interface ParameterProblem {
	/** Catalogue code of it: a wrong value, or a binary property that isn't there. */
	readonly code: 'INVALID_PARAMETER' | 'ATTACHMENT_MISSING';
	/** The parameter as users know it, e.g. `To Email` or `Options → Reply To`. */
	readonly parameter: string;
	/** What is wrong with it: one sentence that shows the offending part, without line breaks. */
	readonly detail: string;
	/** How to correct it: one sentence. */
	readonly remedy: string;
}

/** What a reader of a parameter gives back: what it means, or what its author has to correct. */
export type Parsed<T> = Result<T, ParameterProblem>;

/** What a reader of a parameter gives back when it cannot be used. */
export type Refusal = Extract<Parsed<never>, { ok: false }>;

/** The parameters a message is made of, as users see them; the node's description uses the same names. */
export const PARAMETER_NAMES = {
	fromEmail: 'From Email',
	toEmail: 'To Email',
	ccEmail: 'Options → CC Email',
	bccEmail: 'Options → BCC Email',
	replyTo: 'Options → Reply To',
	sender: 'Options → Sender',
	subject: 'Subject',
	headers: 'Options → Headers',
	inReplyTo: 'Options → In-Reply-To',
	references: 'Options → References',
	messageId: 'Options → Message-ID',
	listUnsubscribe: 'Options → List-Unsubscribe',
	icalEvent: 'Options → Calendar Invitation',
	priority: 'Options → Priority',
} as const;

const MAX_SHOWN_CHARACTERS = 60;

// What a reader could not see, or what would break a line of a log or of the editor
const INVISIBLE = /[\u007f-\u009f\u00a0\u2028\u2029\p{Cf}\p{Cs}\ufeff]/gu;

/**
 * Shows a piece of input in an error: JSON-quoted, shortened to 60 characters, control
 * and invisible characters as `\uXXXX`. The result has no line breaks.
 */
export function showValue(value: string): string {
	// No more than twice as many UTF-16 units can make up the characters that are shown
	const characters = Array.from(value.slice(0, (MAX_SHOWN_CHARACTERS + 1) * 2));
	const isLong = characters.length > MAX_SHOWN_CHARACTERS;
	const shown = isLong ? `${characters.slice(0, MAX_SHOWN_CHARACTERS).join('')}…` : value;
	return JSON.stringify(shown).replace(INVISIBLE, (character) =>
		character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
	);
}

/**
 * A refused value, as `INVALID_PARAMETER`.
 *
 * @param parameter as users know it
 * @param fault the rest of a sentence that begins with the parameter, without a period: `is empty`
 * @param remedy how to correct it, in a sentence
 */
export function refuse(parameter: string, fault: string, remedy: string): Refusal {
	return fail({ code: 'INVALID_PARAMETER', parameter, detail: `${parameter} ${fault}.`, remedy });
}
