import { isBlank, splitLines } from '../fields/pasted-text';

/** Whether the break between two lines means nothing, since their addresses are told apart without it. Both are trimmed. */
function isJoinedTo(before: string, line: string): boolean {
	const isBesideSeparator = /[,;:]$/.test(before.slice(-1)) || /^[,;]/.test(line);
	// A name whose address stands on the next line
	return isBesideSeparator || (line.startsWith('<') && !before.includes('@'));
}

/**
 * Puts the lines of an address list together to lists of their own. A line break next to a comma,
 * semicolon or colon, or between a name and its `<address>`, is white space; any other one separates addresses.
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
			((areFolded && /^[ \t]/.test(line)) || isJoinedTo(before, line.trim()));
		if (before !== undefined && !isJoined) {
			lists.push(pieces.join(' '));
			pieces = [];
		}
		pieces.push(line.trim());
	}
	return [...lists, pieces.join(' ')];
}
