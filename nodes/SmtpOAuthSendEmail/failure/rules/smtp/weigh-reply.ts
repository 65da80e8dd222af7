import type { Reply } from '../../evidence/reply';
import { readReplyWords, type ReplyWords } from '../../evidence/reply-words';
import type { FailureContext } from '../../model/failure';
import { ACCOUNT_WORDS } from './tables/account-words';
import { LIMIT_WORDS } from './tables/limit-words';
import { MESSAGE_WORDS } from './tables/message-words';
import { REPLY_CODE_RULES } from './tables/reply-code-rules';
import type { ReplyMeaning } from './tables/reply-meanings';
import type { ReplyRule } from './tables/reply-rule';
import { serverProvider } from './server-provider';
import { SIGN_IN_WORDS } from './tables/sign-in-words';
import { STATUS_RULES } from './tables/status-rules';

/** Every rule on replies. */
export const REPLY_RULES: readonly ReplyRule[] = [
	...STATUS_RULES,
	...REPLY_CODE_RULES,
	...LIMIT_WORDS,
	...SIGN_IN_WORDS,
	...ACCOUNT_WORDS,
	...MESSAGE_WORDS,
];

function says(rule: ReplyRule, words: ReplyWords): boolean {
	return (
		[rule.words ?? []].flat().every((word) => word.test(words.plain)) &&
		(rule.names?.test(words.all) ?? true) &&
		!(rule.without?.test(words.plain) ?? false)
	);
}

/** The rules that count for a reply. */
export function findEvidence(reply: Reply, context: FailureContext): readonly ReplyRule[] {
	const words = readReplyWords(reply);
	const severity = Math.floor(reply.replyCode / 100);
	const provider = serverProvider(context);
	return REPLY_RULES.filter(
		(rule) =>
			(rule.severity ?? severity) === severity &&
			(rule.replyCodes?.includes(reply.replyCode) ?? true) &&
			(rule.status?.includes(words.status) ?? true) &&
			(rule.stages?.includes(context.stage) ?? true) &&
			(rule.providers?.includes(provider) ?? true) &&
			says(rule, words),
	);
}

/** What most of the evidence speaks for; of equals, what was found first. */
export function weighReply(reply: Reply, context: FailureContext): ReplyMeaning {
	const sums = new Map<ReplyMeaning, number>();
	for (const { meaning, weight } of findEvidence(reply, context)) {
		sums.set(meaning, (sums.get(meaning) ?? 0) + weight);
	}
	let best: ReplyMeaning = 'unknown';
	let most = 0;
	for (const [meaning, sum] of sums) {
		if (sum <= most) continue;
		best = meaning;
		most = sum;
	}
	return best;
}
