import { isBlank, splitLines } from '../fields/pasted-text';

/** Whether a separator stands between two lines, so that the break between them means nothing. Both are trimmed. */
function isSeparated(before: string, line: string): boolean {
	return /[,;:]$/.test(before.slice(-1)) || /^[,;]/.test(line);
}

/**
 * Puts the lines of an address list together to lists of their own. A line break next to a comma,
 * semicolon or colon is white space; any other one separates addresses.
 *
 * @param areFolded whether a line that begins with white space continues the one before
 *   (RFC 5322 §2.2.3)
 */
export function joinAddressLines(text: string, areFolded: boolean): string[] {
	const lists: string[] = [];
	let pieces: string[] = [];
	for (const line of splitLines(text)) {
		if (isBlank(line)) continue;
		const before = pieces.at(-1);
		const isJoined =
			before !== undefined &&
			((areFolded && /^[ \t]/.test(line)) || isSeparated(before, line.trim()));
		if (before !== undefined && !isJoined) {
			lists.push(pieces.join(' '));
			pieces = [];
		}
		pieces.push(line.trim());
	}
	return [...lists, pieces.join(' ')];
}
