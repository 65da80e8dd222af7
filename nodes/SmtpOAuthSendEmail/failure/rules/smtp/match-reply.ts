import type { FaultContext } from '../../model/failure';
import type { Reply } from '../../evidence/reply';
import { REPLY_PHRASES } from './reply-phrases';
import { DEFAULT_RULES, REPLY_RULES, type ReplyRule } from './reply-rules';
import { serverProvider } from './server-provider';
import type { Verdict } from '../../model/verdict';

/** A longer reply is searched for phrases only so far. */
const MAX_SEARCHED_LENGTH = 2_000;

function applies(rule: ReplyRule, reply: Reply, context: FaultContext): boolean {
	const { replyCode, enhancedStatusCode } = reply;
	return (
		(rule.replyCodes?.includes(replyCode) ?? true) &&
		(rule.enhanced?.includes(enhancedStatusCode ?? '') ?? true) &&
		(rule.stages?.includes(context.stage) ?? true) &&
		(rule.providers?.includes(serverProvider(context)) ?? true)
	);
}

/**
 * What a server's refusal means: by its codes, then by its words where the codes leave several
 * meanings, then by what the codes usually mean at this stage.
 */
export function matchReply(reply: Reply, context: FaultContext): Verdict {
	// Whatever its words: the server refused STARTTLS for good.
	if (context.stage === 'tls' && reply.replyCode >= 500) return { code: 'TLS_NOT_OFFERED' };
	const searched = reply.text.slice(0, MAX_SEARCHED_LENGTH);
	const found =
		REPLY_RULES.find((rule) => applies(rule, reply, context)) ??
		REPLY_PHRASES.find((rule) => applies(rule, reply, context) && rule.phrase.test(searched)) ??
		DEFAULT_RULES.find((rule) => applies(rule, reply, context));
	if (found !== undefined) return found;
	return reply.replyCode < 500
		? { code: 'SERVER_BUSY' }
		: { code: 'UNCLASSIFIED', cause: 'configuration-invalid' };
}
