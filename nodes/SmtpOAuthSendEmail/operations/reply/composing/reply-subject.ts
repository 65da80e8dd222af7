/** "Re:" as mail programs write it, counted or not: `RE:`, `Re[2]:`, `Re (3):`; what follows the first. */
const REPLY =
	/^(re ?(?:\[\d+\]|\(\d+\)|\^\d+)? ?[:：])(?: ?re ?(?:\[\d+\]|\(\d+\)|\^\d+)? ?[:：])*/i;

/** The subject of a reply: "Re: " and the original's (RFC 5322 §3.6.5), never "Re: " twice. */
export function replySubject(original: string): string {
	// Control characters, line breaks and marks that change the direction of writing are no text.
	const subject = original
		.replace(/[\s\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
		.trim();
	return REPLY.test(subject) ? subject.replace(REPLY, '$1') : `Re: ${subject}`.trim();
}
