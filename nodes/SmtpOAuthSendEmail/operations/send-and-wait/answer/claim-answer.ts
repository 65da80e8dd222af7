/**
 * How long an answer keeps others off. Long enough for a slow upload that began before it, short
 * enough that one can answer again where n8n failed to go on with the execution.
 */
const CLAIM_MS = 600_000;

/**
 * Claims a question for an answer: of several at once only the first gets it. n8n itself tells them
 * apart by the state of the execution, which it has read before the answer's files came in; n8n 1
 * goes on with the execution for each of them.
 *
 * @param answered the answers of this process, by question; written to
 * @param nowMs Unix ms
 */
export function claimAnswer(
	answered: Map<string, number>,
	questionId: string,
	nowMs: number,
): boolean {
	for (const [id, atMs] of answered) if (nowMs - atMs > CLAIM_MS) answered.delete(id);
	if (answered.has(questionId)) return false;
	answered.set(questionId, nowMs);
	return true;
}
