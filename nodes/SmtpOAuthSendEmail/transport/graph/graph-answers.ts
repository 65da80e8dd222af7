import {
	classifyGraphAnswer,
	classifyGraphFault,
	exceedsConcurrency,
} from '../../failure/classify-graph';
import type { ApiAnswers } from '../api/api-answers';

/** Exchange's codes for a request that it has not begun: it says itself that it may be sent again. */
const NOT_BEGUN = [
	'errorserverbusy',
	'errormailboxstoreunavailable',
	'errormailboxmoveinprogress',
	'errorinternalservertransienterror',
	'errorquotaexceeded',
];

/** Statuses of the server by which it says that it has not carried out the request. */
const REFUSING = [501, 503, 505, 507, 509];

/**
 * Only 202 accepts a message (https://learn.microsoft.com/en-us/graph/api/user-sendmail): a 200 has
 * been seen for messages that never went out
 * (https://github.com/microsoftgraph/microsoft-graph-docs/issues/13979). An error of the server other
 * than these may come from a gateway that lost sight of the request
 * (https://learn.microsoft.com/en-us/answers/questions/5629476, all November 2026).
 */
export const GRAPH_ANSWERS: ApiAnswers = {
	name: 'Microsoft Graph',
	isAcceptance: ({ reply }) => reply.status === 202,
	isRefusal: ({ status, codes }) =>
		REFUSING.includes(status) || codes.some((code) => NOT_BEGUN.includes(code.toLowerCase())),
	exceedsConcurrency,
	classifyAnswer: (answer, context) =>
		classifyGraphAnswer(answer, context, {
			isApplication: context.signIn === 'application',
			// The draft of a large message is made in the stage `data`.
			permission: context.stage === 'data' ? 'Mail.ReadWrite' : 'Mail.Send',
		}),
	classifyFault: classifyGraphFault,
};
