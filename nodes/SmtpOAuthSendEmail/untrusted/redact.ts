import { KnownSecrets } from './known-secrets';
import { SECRET_PATTERNS } from './secret-patterns';
import { toWellFormed } from './well-formed';

/** Removes the same secrets from any number of texts: the forms they may stand in are worked out once. */
export interface Redaction {
	/** As `redact` does. */
	redact(text: string): string;
	/** As `quoteSafely` does. */
	quote(text: string, max: number): string;
	/** The lines of a text, each whole; secrets that go over several lines are removed as well. */
	lines(text: string): string[];
}

/** Of a longer text only the beginning is read for a quotation: no server has more to say. */
const MAX_READ_LENGTH = 64_000;

/** Gets ready to remove these secrets; what they look like is worked out with the first text. */
export function createRedaction(secrets: readonly string[]): Redaction {
	let known: KnownSecrets | undefined;
	const whole = Number.MAX_SAFE_INTEGER;
	const removeSecrets = (text: string): string => {
		known ??= new KnownSecrets(secrets);
		let result = known.remove(text);
		for (const { pattern, replacement } of SECRET_PATTERNS) {
			result = result.replace(pattern, replacement);
		}
		return result;
	};
	return {
		redact: removeSecrets,
		quote(text, max) {
			const cleaned = removeSecrets(readBeginning(text));
			const line = safeText(cleaned, whole);
			// Once more where line ends inside a secret are gone by now.
			return safeText(line === cleaned ? line : removeSecrets(line), max);
		},
		lines(text) {
			return removeSecrets(readBeginning(text))
				.split(/\r\n|[\r\n]/)
				.map((part) => {
					const line = safeText(part, whole);
					return line === part ? line : removeSecrets(line);
				});
		},
	};
}

/** A secret that is cut off at the end of what is read is recognized by its beginning. */
function readBeginning(text: string): string {
	return text.length <= MAX_READ_LENGTH ? text : `${text.slice(0, MAX_READ_LENGTH)}…`;
}

/**
 * Removes secrets from a text: each given one as it is, in any of the encodings that servers and
 * libraries echo it in (`known-secrets.ts`), also cut off or over several lines; then all that looks
 * like a token or password. Secrets of fewer than 4 characters are left alone. Time is linear in the
 * length of the text.
 */
export function redact(text: string, secrets: readonly string[]): string {
	return createRedaction(secrets).redact(text);
}

function describeValue(value: unknown): string {
	if (typeof value === 'string') return value;
	if (typeof value !== 'object' || value === null) return String(value);
	const message: unknown = Reflect.get(value, 'message');
	if (typeof message === 'string' && message !== '') return message;
	const json: unknown = JSON.stringify(value);
	return typeof json === 'string' ? json : Object.prototype.toString.call(value);
}

/** Words of printable ASCII with single blanks between them: what nearly every reply is. */
const PLAIN_LINE = /^[!-~]+(?: [!-~]+)*$/;

/**
 * A single line of printable text, at most `max` characters, made of anything without throwing:
 * control characters, line breaks and marks that change the direction of writing become spaces.
 * It does not redact: pass the whole text through `redact` first, since a cut-off secret is no
 * longer recognized.
 */
export function safeText(value: unknown, max: number): string {
	let text: string;
	try {
		text = describeValue(value);
	} catch {
		text = 'a value that cannot be shown';
	}
	const line = PLAIN_LINE.test(text)
		? text
		: toWellFormed(text)
				.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
				.trim();
	if (line.length <= max) return line;
	if (max < 1) return '';
	const kept = line.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '');
	return `${kept.trimEnd()}…`;
}

/** One line of a text, free of secrets, at most `max` characters. */
export function quoteSafely(text: string, secrets: readonly string[], max: number): string {
	return createRedaction(secrets).quote(text, max);
}
