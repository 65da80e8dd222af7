/** How much of the words from outside a message quotes. */
export const MAX_WORDS_LENGTH = 300;

const INTRODUCTIONS = {
	server: 'The server said',
	signInServer: 'The sign-in server said',
	system: 'Details',
} as const;

/** Whose words they are. */
export type Speaker = keyof typeof INTRODUCTIONS;

/** What happened, in our words, followed by words from outside, which may be empty. */
export function joinWords(plain: string, speaker: Speaker, words: string): string {
	return words === '' ? plain : `${plain} ${INTRODUCTIONS[speaker]}: "${words}"`;
}

/** Takes apart what `joinWords` has put together; `words` with their introduction, empty where there are none. */
export function splitWords(message: string): { readonly plain: string; readonly words: string } {
	const starts = Object.values(INTRODUCTIONS)
		.map((introduction) => message.indexOf(` ${introduction}: "`))
		.filter((start) => start !== -1);
	if (starts.length === 0) return { plain: message, words: '' };
	const start = Math.min(...starts);
	return { plain: message.slice(0, start), words: message.slice(start + 1) };
}
