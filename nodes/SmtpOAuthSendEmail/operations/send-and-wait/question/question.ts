import type { FormField } from './form-field';

/** The answers to an approval, as links and pages name them. */
export type Decision = 'approve' | 'decline';

/** What an answer is, and what its page looks like. */
export type ResponseForm =
	| {
			readonly type: 'approval';
			readonly approveLabel: string;
			/** Missing where one can only approve. */
			readonly declineLabel?: string;
	  }
	| {
			readonly type: 'freeText' | 'customForm';
			/** Of free text the one field that it is written in. */
			readonly fields: readonly FormField[];
			readonly buttonLabel: string;
			/** The author's CSS, sanitized. */
			readonly css: string;
	  };

/** What a person is asked, as it was when the mail went out. */
export interface Question {
	/** The heading of the page. */
	readonly title: string;
	/** Plain text with line breaks. */
	readonly message: string;
	readonly workflowName: string;
	/** Missing where the question has no time limit. */
	readonly deadline?: { readonly atMs: number; readonly text: string };
	readonly response: ResponseForm;
}

/** A person who is asked. */
export interface Respondent {
	readonly address: string;
	/** Random text in this person's link; worth nothing for any other question. */
	readonly token: string;
}

/** One question that the node has put and waits for an answer to. */
export interface OpenQuestion {
	/** Random text that no other question has, of this execution or another. */
	readonly id: string;
	/** Which execution and which run of the node in it has put the question. */
	readonly pass: string;
	readonly question: Question;
	readonly respondents: readonly Respondent[];
}
