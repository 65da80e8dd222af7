/**
 * The text with each lone surrogate replaced by U+FFFD, as `String.prototype.toWellFormed` of
 * ES2024 does it: encoders such as `encodeURIComponent` throw on lone surrogates.
 */
export function toWellFormed(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
