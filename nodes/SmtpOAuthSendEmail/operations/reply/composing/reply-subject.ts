/** "Re:" as mail programs write it, counted or not: `RE:`, `Re[2]:`, `Re (3):`. */
const IS_REPLY = /^\s*re\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*:/i;

/** The subject of a reply: "Re: " and the original's (RFC 5322 §3.6.5), never "Re: " twice. */
export function replySubject(original: string): string {
	const subject = original.replace(/\s+/g, ' ').trim();
	return IS_REPLY.test(subject) ? subject : `Re: ${subject}`.trim();
}
