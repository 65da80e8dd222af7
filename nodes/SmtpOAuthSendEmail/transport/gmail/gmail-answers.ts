import {
	classifyGmailAnswer,
	classifyGmailFault,
	exceedsGmailConcurrency,
} from '../../failure/classify-gmail';
import type { ApiAnswers } from '../api/api-answers';
import { readAnswered } from '../api/api-call';

/**
 * Only 200 with a message is acceptance
 * (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send). A 503
 * refuses; another 5xx may come from a gateway that lost sight of the request.
 */
export const GMAIL_ANSWERS: ApiAnswers = {
	name: 'the Gmail API',
	isAcceptance: (result) => result.reply.status === 200 && readAnswered(result, 'id') !== '',
	isRefusal: ({ status }) => status === 503,
	exceedsConcurrency: exceedsGmailConcurrency,
	classifyAnswer: classifyGmailAnswer,
	classifyFault: classifyGmailFault,
};
