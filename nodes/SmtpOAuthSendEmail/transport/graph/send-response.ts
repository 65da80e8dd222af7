import { readApiAnswer } from '../../failure/evidence/api-answer';
import type { ApiResult } from '../api/api-call';

/**
 * What the answer to the request that sends says of the message: `accepted`, surely `refused`, or in
 * `doubt`, since the request may have been carried out.
 */
export type Acceptance = 'accepted' | 'refused' | 'doubt';

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
 * Judges the answer to `sendMail` or to the `send` of a draft. Only 202 is acceptance
 * (https://learn.microsoft.com/en-us/graph/api/user-sendmail): a 200 has been seen for messages that
 * never went out (https://github.com/microsoftgraph/microsoft-graph-docs/issues/13979). These refuse:
 * 3xx, 4xx except 408, 501, 503, 505, 507, 509, and an error by which Exchange says that it has not
 * begun. Every other answer may come from a gateway that lost sight of the request
 * (https://learn.microsoft.com/en-us/answers/questions/5629476, all November 2026).
 */
export function judgeAcceptance(result: ApiResult): Acceptance {
	if (result.kind === 'noToken') return 'refused';
	if (result.kind === 'unanswered') return result.fault.isUnsent ? 'refused' : 'doubt';
	const { status } = result.reply;
	if (status === 202) return 'accepted';
	if (status >= 300 && status < 500) return status === 408 ? 'doubt' : 'refused';
	if (REFUSING.includes(status)) return 'refused';
	const { codes } = readApiAnswer(result.reply, Date.now());
	return codes.some((code) => NOT_BEGUN.includes(code.toLowerCase())) ? 'refused' : 'doubt';
}

/** Why it is unknown what became of the message. */
export function describeDoubt(result: ApiResult): string {
	const end = 'it may or may not arrive.';
	if (result.kind !== 'answered') {
		return `The message had gone out to Microsoft Graph, and no answer came: ${end}`;
	}
	return `Microsoft Graph answered ${String(result.reply.status)} to the message, which says neither that it was accepted nor that it was refused: ${end}`;
}
