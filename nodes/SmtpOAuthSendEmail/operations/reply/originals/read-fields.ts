import { parseAddressList, type Mailbox } from '../../../message/addresses/address-list';
import { unescapeAngles } from '../../../message/fields/pasted-text';
import { unixTimeMs } from '../../../timing/unix-time';
import { isObject, readProperty } from '../../../untrusted/read-property';

/** Longer texts of a header are cut before they are looked at, in characters. */
const MAX_HEADER_LENGTH = 64_000;

/** A text of the item, `undefined` where the field holds none. */
export function readText(fields: unknown, name: string): string | undefined {
	const value = readProperty(fields, name);
	return typeof value === 'string' ? value : undefined;
}

/** The lines of a folded header value as one (RFC 5322 §2.2.3). */
export function unfold(text: string): string {
	return text
		.slice(0, MAX_HEADER_LENGTH)
		.replace(/[\r\n]+[\t ]*/g, ' ')
		.trim();
}

/** Longer names are cut, in characters: a line of a header has at most 998 (RFC 5322 §2.1.1). */
const MAX_NAME_LENGTH = 200;

/** A name that is an encoded-word (RFC 2047) says nothing to a person. */
function readableName(name: string): string {
	if (name.includes('=?')) return '';
	return name
		.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
		.trim()
		.slice(0, MAX_NAME_LENGTH)
		.replace(/[\ud800-\udbff]$/, '');
}

function parse(text: string): readonly Mailbox[] {
	const parsed = parseAddressList(unfold(text), '');
	if (!parsed.ok) return [];
	return parsed.value.map(({ name, address }) => ({ name: readableName(name), address }));
}

/**
 * The mailboxes in a field of any form, one by one: a text as a header has it, a list of texts,
 * mailparser's `{ value: [{ name, address }] }`, Graph's `{ emailAddress: { name, address } }`.
 */
export function entriesOf(value: unknown): readonly (string | object)[] {
	if (typeof value === 'string') return [value];
	if (Array.isArray(value)) return value.flatMap((entry: unknown) => entriesOf(entry));
	if (!isObject(value)) return [];
	const inner = readProperty(value, 'value') ?? readProperty(value, 'emailAddress');
	if (inner !== undefined) return entriesOf(inner);
	const group: unknown = readProperty(value, 'group');
	return Array.isArray(group) ? entriesOf(group) : [value];
}

/** One address and its name, each given apart: as mailparser and Microsoft Graph do. */
function readMailbox(entry: object): readonly Mailbox[] {
	const [mailbox, ...others] = parse(readText(entry, 'address') ?? '');
	if (mailbox === undefined || others.length > 0) return [];
	return [{ name: readableName(readText(entry, 'name') ?? ''), address: mailbox.address }];
}

/**
 * The mailboxes in a field (`entriesOf`). A text that is no address list gives none: a guess could be
 * steered by the author of the message.
 */
export function readMailboxes(value: unknown): readonly Mailbox[] {
	return entriesOf(value).flatMap((entry) =>
		typeof entry === 'string' ? parse(entry) : readMailbox(entry),
	);
}

/** Whether a field holds something with an @ that cannot be read as addresses, so that people are missing. */
export function isUnreadable(value: unknown): boolean {
	return entriesOf(value).some((entry) => {
		const text = typeof entry === 'string' ? entry : (readText(entry, 'address') ?? '');
		return text.includes('@') && readMailboxes(entry).length === 0;
	});
}

/** The Message-IDs in a header value, a list of them, or nothing; with angle brackets. */
export function readMessageIds(value: unknown): readonly string[] {
	if (Array.isArray(value)) return value.flatMap((entry: unknown) => readMessageIds(entry));
	if (typeof value !== 'string') return [];
	const text = unescapeAngles(unfold(value));
	// What an expression or another program made of a missing value
	if (/^<?(?:undefined|null|NaN)>?$/.test(text)) return [];
	const bracketed = text.match(/<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>/g);
	if (bracketed !== null) return bracketed;
	return /^[\x21-\x3b\x3d\x3f-\x7e]{1,900}$/.test(text) ? [`<${text}>`] : [];
}

/** A point in time as nodes give it: a text that JavaScript reads as a date, or a Unix time. */
export function readTimeMs(value: unknown): number | undefined {
	const isDigits = typeof value === 'string' && /^\d{10,14}$/.test(value);
	const ms =
		value instanceof Date
			? value.getTime()
			: typeof value === 'number' || isDigits
				? unixTimeMs(Number(value))
				: typeof value === 'string'
					? Date.parse(value)
					: Number.NaN;
	return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? ms : undefined;
}

/**
 * Header fields by lower-case name. mailparser's items have each as its whole line, with the name
 * before the colon.
 */
export function readHeaders(fields: unknown): ReadonlyMap<string, string> {
	const headers = new Map<string, string>();
	if (Array.isArray(fields)) {
		// Microsoft Graph: [{ name, value }]
		for (const entry of fields) {
			const name = readText(entry, 'name');
			const value = readText(entry, 'value');
			if (name !== undefined && value !== undefined) headers.set(name.toLowerCase(), unfold(value));
		}
		return headers;
	}
	if (!isObject(fields)) return headers;
	const entries: [string, unknown][] = Object.entries(fields);
	for (const [key, given] of entries) {
		// A header that may stand several times is a list for some parsers.
		const value: unknown = Array.isArray(given) ? given[0] : given;
		if (typeof value !== 'string') continue;
		const name = key.toLowerCase();
		const line = unfold(value);
		const isWholeLine = line.slice(0, name.length + 1).toLowerCase() === `${name}:`;
		headers.set(name, isWholeLine ? line.slice(name.length + 1).trim() : line);
	}
	return headers;
}
