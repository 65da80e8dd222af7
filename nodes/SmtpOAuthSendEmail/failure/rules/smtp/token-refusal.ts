import { readEvidence } from '../../evidence/evidence';
import type { FailureContext } from '../../model/failure';
import { matchReply } from './match-reply';
import { readSaslRefusal } from '../../evidence/sasl-refusal';

/**
 * Whether another access token may help: the server refused this one with a 535 at sign-in, and
 * said nothing that another token could not change (Microsoft's 5.7.139 is about a policy or the account; a scope that a
 * person has not allowed stays missing, whereas an application may have been given it meanwhile).
 * Never throws.
 */
export function isTokenRefusal(error: unknown, context: FailureContext): boolean {
	if (context.stage !== 'auth') return false;
	const { reply } = readEvidence(error);
	if (reply?.replyCode !== 535 || reply.enhancedStatusCode === '5.7.139') return false;
	const isScopeMissing = readSaslRefusal(context.saslRefusal)?.isScopeMissing === true;
	if (isScopeMissing && (context.signIn ?? 'user') === 'user') return false;
	return matchReply(reply, context).code === 'TOKEN_REJECTED';
}
