import type { Severity } from '../problems/alert-state';

/** One line of the table of facts. */
export interface Fact {
	readonly label: string;
	readonly text: string;
	/** An http: or https: address that the text leads to; empty or missing: none. */
	readonly link?: string;
}

/** A piece of text below the facts. */
export interface LetterSection {
	readonly heading: string;
	readonly text: string;
	/** Whether line breaks and blanks count, as in a stack. */
	readonly isCode: boolean;
}

/** A problem in a list of problems. */
export interface LetterEntry {
	readonly severity: Severity;
	readonly title: string;
	readonly lines: readonly string[];
	/** As of a fact. */
	readonly link: string;
}

/** A list of problems. */
export interface LetterList {
	readonly heading: string;
	readonly entries: readonly LetterEntry[];
	/** What did not fit in; empty where all did. */
	readonly rest: string;
}

/**
 * A mail before it is HTML or text: both are made of it, so both give the same facts. All texts are
 * plain, free of secrets and short enough to be shown.
 */
export interface Letter {
	readonly severity: Severity;
	/** The word beside the colour. */
	readonly badge: string;
	readonly heading: string;
	/** The author's own words; may be empty. */
	readonly introduction: string;
	/** What happened. */
	readonly lead: string;
	readonly facts: readonly Fact[];
	/** A button; none where its link is empty. */
	readonly action?: { readonly label: string; readonly link: string };
	readonly lists: readonly LetterList[];
	readonly sections: readonly LetterSection[];
	readonly footnotes: readonly string[];
}
