import type { ApiAnswer } from '../../failure/evidence/api-answer';
import type { Failure, FailureContext } from '../../failure/model/failure';
import type { Answered } from './api-call';

/** What the answers of an API mean. */
export interface ApiAnswers {
	/** The API within a sentence, e.g. `the Gmail API`. */
	readonly name: string;
	/** Whether an answer to the request that sends accepts the message. */
	isAcceptance(result: Answered): boolean;
	/** Whether an answer that is no 3xx or 4xx says that the request was not carried out. */
	isRefusal(answer: ApiAnswer): boolean;
	/** Whether the mailbox should have one request less under way from now on. */
	exceedsConcurrency(answer: ApiAnswer): boolean;
	/** Why a request was not carried out; `context.stage` is that of the request. Never throws. */
	classifyAnswer(answer: ApiAnswer, context: FailureContext): Failure;
	/** Why no answer came. Never throws. */
	classifyFault(error: unknown, context: FailureContext): Failure;
}
