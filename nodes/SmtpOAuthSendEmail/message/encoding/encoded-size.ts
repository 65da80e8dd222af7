// nodemailer's encoder: lines of 76 characters (RFC 2045 §6.8), CRLF between them, none at the end
const LINE_LENGTH = 76;
const LINE_BREAK_LENGTH = 2;

/** How many bytes this many become as base64 with line breaks, without one at the end. */
export function base64SizeBytes(sizeBytes: number): number {
	const characters = Math.ceil(sizeBytes / 3) * 4;
	const lines = Math.ceil(characters / LINE_LENGTH);
	return characters + Math.max(lines - 1, 0) * LINE_BREAK_LENGTH;
}
