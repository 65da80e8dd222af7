import { readAnswered, type ApiResult } from '../api/api-call';

/**
 * What the answer to the request that sends says of the message: `accepted`, surely `refused`, or in
 * `doubt`, since the request may have been carried out.
 */
export type Acceptance = 'accepted' | 'refused' | 'doubt';

/**
 * Judges the answer to the request that sends. Only 200 with a message is acceptance
 * (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send). A 4xx and
 * a 503 refuse; another 5xx may come from a gateway that lost sight of the request.
 */
export function judgeAcceptance(result: ApiResult): Acceptance {
	if (result.kind === 'noToken') return 'refused';
	if (result.kind === 'unanswered') return result.fault.isUnsent ? 'refused' : 'doubt';
	const { status } = result.reply;
	if (status === 200 && readAnswered(result, 'id') !== '') return 'accepted';
	if (status >= 300 && status < 500) return status === 408 ? 'doubt' : 'refused';
	return status === 503 ? 'refused' : 'doubt';
}

/** Why nobody knows what became of the message. */
export function describeDoubt(result: ApiResult): string {
	const end = 'it may or may not arrive.';
	if (result.kind !== 'answered') {
		return `The message had gone out to the Gmail API, and no answer came: ${end}`;
	}
	return `The Gmail API answered ${String(result.reply.status)} to the message, which says neither that it was accepted nor that it was refused: ${end}`;
}
