/** More make a header that some servers refuse; mail programs keep the first and the last. */
const MAX_REFERENCES = 20;

/**
 * The References of a reply (RFC 5322 §3.6.4): the original's thread and the original itself, each
 * once. Beyond 20 the oldest but the first are left out.
 */
export function replyReferences(
	thread: readonly string[],
	messageId: string | undefined,
): readonly string[] {
	if (messageId === undefined) return [];
	const all = [...new Set([...thread.filter((id) => id !== messageId), messageId])];
	if (all.length <= MAX_REFERENCES) return all;
	return [...all.slice(0, 1), ...all.slice(1 - MAX_REFERENCES)];
}
