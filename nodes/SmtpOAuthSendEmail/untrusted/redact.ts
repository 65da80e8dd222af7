import { BASE64_CHARACTER, findSecretForms, type SecretForms } from './secret-forms';
import { redactScattered } from './scattered-secrets';
import { REDACTED, SECRET_PATTERNS } from './secret-patterns';
import { toWellFormed } from './well-formed';

/** Replaces every run of base64 that holds `core`: its other ends are parts of the secret too. */
function replaceBase64Runs(text: string, core: string): string {
	let found = text.indexOf(core);
	if (found === -1) return text;
	let result = '';
	let copied = 0;
	while (found !== -1) {
		let start = found;
		while (start > copied && BASE64_CHARACTER.test(text.charAt(start - 1))) start -= 1;
		let end = found + core.length;
		while (end < text.length && BASE64_CHARACTER.test(text.charAt(end))) end += 1;
		result += text.slice(copied, start) + REDACTED;
		copied = end;
		found = text.indexOf(core, end);
	}
	return result + text.slice(copied);
}

/** Removes the same secrets from any number of texts: the forms they may stand in are worked out once. */
export interface Redaction {
	/** As `redact` does. */
	redact(text: string): string;
	/** As `quoteSafely` does. */
	quote(text: string, max: number): string;
	/** The lines of a text, each whole; secrets that go over several lines are removed as well. */
	lines(text: string): string[];
}

/** Gets ready to remove these secrets; what they look like is worked out with the first text. */
export function createRedaction(secrets: readonly string[]): Redaction {
	let known: SecretForms | undefined;
	const findForms = (): SecretForms => {
		const forms = secrets.map(findSecretForms);
		return {
			written: forms.flatMap(({ written }) => written).sort((a, b) => b.length - a.length),
			base64: forms.flatMap(({ base64 }) => base64),
		};
	};
	const whole = Number.MAX_SAFE_INTEGER;
	const removeSecrets = (text: string): string => {
		known ??= findForms();
		let result = text;
		for (const form of known.written) result = result.replaceAll(form, REDACTED);
		for (const core of known.base64) result = replaceBase64Runs(result, core);
		for (const { pattern, replacement } of SECRET_PATTERNS) {
			result = result.replace(pattern, replacement);
		}
		return result;
	};
	const removeAll = (text: string): string => {
		known ??= findForms();
		return removeSecrets(redactScattered(text, known));
	};
	return {
		redact: removeSecrets,
		quote(text, max) {
			const cleaned = removeAll(text);
			const line = safeText(cleaned, whole);
			// Once more where line ends inside a secret are gone by now.
			return safeText(line === cleaned ? line : removeSecrets(line), max);
		},
		lines(text) {
			return removeAll(text)
				.split(/\r\n|[\r\n]/)
				.map((part) => {
					const line = safeText(part, whole);
					return line === part ? line : removeSecrets(line);
				});
		},
	};
}

/**
 * Removes secrets from a text: each given one as it is, URL-encoded, as JSON, and in base64 or
 * base64url (also inside a SASL response), then whatever looks like a token or password. Secrets
 * of fewer than 4 characters are left alone. Time is linear in the length of the text.
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
