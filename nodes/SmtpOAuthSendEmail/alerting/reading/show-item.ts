import { createRedaction } from '../../untrusted/redact';

/** Names of fields whose values are secrets. */
const SECRET_NAME =
	/passw(?:or)?d|passphrase|^pass$|^pwd$|secret|token|api[-_ ]?key|private[-_ ]?key|authorization|cookie|credential|session[-_ ]?id|^pin$|^auth$/i;

const MAX_TEXT_LENGTH = 500;
/** How much of a text is searched for secrets; far more than is shown, so that none is cut in two. */
const MAX_SEARCHED_LENGTH = 20_000;
const MAX_ENTRIES = 50;
const MAX_DEPTH = 6;
const MAX_LENGTH = 4_000;

const redaction = createRedaction([]);

function cutText(text: string): string {
	const redacted = redaction.redact(text.slice(0, MAX_SEARCHED_LENGTH));
	return redacted.length <= MAX_TEXT_LENGTH ? redacted : `${redacted.slice(0, MAX_TEXT_LENGTH)}…`;
}

/** A copy that is cut everywhere, and without the values of fields that are named like a secret. */
function cut(value: unknown, depth: number): unknown {
	if (typeof value === 'string') return cutText(value);
	if (typeof value !== 'object' || value === null) return value;
	if (depth === MAX_DEPTH) return '…';
	if (Array.isArray(value)) {
		const kept = value.slice(0, MAX_ENTRIES).map((entry: unknown) => cut(entry, depth + 1));
		const left = value.length - kept.length;
		return left === 0 ? kept : [...kept, `… ${String(left)} more`];
	}
	const entries: [string, unknown][] = Object.entries(value);
	const kept = entries.slice(0, MAX_ENTRIES).map(([name, entry]): [string, unknown] => {
		const isSecret =
			SECRET_NAME.test(name) && entry !== null && !['boolean', 'undefined'].includes(typeof entry);
		return [name, isSecret ? '[redacted]' : cut(entry, depth + 1)];
	});
	const left = entries.length - kept.length;
	return Object.fromEntries(left === 0 ? kept : [...kept, ['…', `${String(left)} more`]]);
}

/** A copy of any value that can be shown: secrets removed, cut everywhere. Never throws. */
export function showable(value: unknown): unknown {
	try {
		return cut(value, 0);
	} catch {
		return 'a value that cannot be shown';
	}
}

/**
 * An item as JSON for people: secrets removed, long texts and lists cut, at most 4,000 characters.
 * Never throws.
 */
export function showItem(json: unknown): string {
	let text: string;
	try {
		text = JSON.stringify(cut(json, 0), null, 2);
	} catch {
		return 'The item cannot be shown.';
	}
	const redacted = redaction.redact(text);
	if (redacted.length <= MAX_LENGTH) return redacted;
	return `${redacted.slice(0, MAX_LENGTH)}\n…`;
}
