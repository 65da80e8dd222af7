/**
 * What stands for a value that changes from run to run. Part of version 1 of the fingerprint: see
 * `fingerprintOf` before you change anything here.
 */
const NUMBER = '#';
const QUOTED = '"*"';
const ADDRESS = '*@*';

/** How much of a message is looked at. */
const MAX_LENGTH = 8_000;

/** How much of what is left tells problems apart. */
const MAX_STEADY_LENGTH = 500;

const MONTH =
	'(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const DAY =
	'(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)';

/** Applied one after another; each takes time linear in the length of the text. */
const RULES: readonly (readonly [RegExp, string])[] = [
	// The query and the fragment of a URL (RFC 3986 §3.4) are values.
	[/(?<=\bhttps?:\/\/[^\s"'<>?#]{1,300})[?#][^\s"'<>]*/gi, ''],
	// Addresses, bare or in angle brackets.
	[/<?(?<![^\s<>()[\],;:"'=@])[^\s<>()[\],;:"'=@]{1,64}@[\p{L}\p{N}.-]{1,255}>?/gu, ADDRESS],
	// Quoted values. An apostrophe within a word quotes nothing.
	[/"(?:[^"\\\n]|\\.)*"|“[^“”\n]*”|«[^«»\n]*»|„[^„“”\n]*[“”]|`[^`\n]*`/gu, QUOTED],
	[/(?<![\p{L}\p{N}])'[^'\n]*'(?![\p{L}\p{N}])|‘[^‘’\n]*’(?!\p{L})/gu, QUOTED],
	// JSON Web Tokens (RFC 7519).
	[/(?<![\w-])eyJ[\w-]+(?:\.[\w-]*)*/g, NUMBER],
	// UUIDs (RFC 9562 §4).
	[/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, NUMBER],
	// IPv6 addresses (RFC 4291 §2.2), also in brackets.
	[
		/\[?(?<![\p{L}\p{N}:])(?=[\da-f]*:[\da-f]*:)[\da-f:]{2,39}(?:%\w{1,16})?(?![\p{L}\p{N}:])\]?/giu,
		NUMBER,
	],
	// Names of days and months beside a number, the marks of a time beside one.
	[new RegExp(`\\b${DAY}\\b,?(?=\\s+(?:\\d|${MONTH}\\b))\\s+`, 'gi'), ''],
	[new RegExp(`\\b${MONTH}\\b(?=[\\s.,-]+\\d)|(?<=\\d[\\s.,-]{1,3})\\b${MONTH}\\b`, 'gi'), NUMBER],
	[/(?<=\d) ?\b(?:am|pm|utc|gmt|cest|cet|[ecmp][sd]t)\b/gi, ''],
	[/(?<=\d)[tT](?=\d)|(?<=\d)Z\b/g, ' '],
	[/\b0x[\da-f]+\b/gi, NUMBER],
	// Hexadecimal: with a digit in it, or long enough to be no word.
	[/(?<![\p{L}\p{N}])(?=[a-f]*\d)[\da-f]{2,}(?![\p{L}\p{N}])/giu, NUMBER],
	[/(?<![\p{L}\p{N}])[a-f]{8,}(?![\p{L}\p{N}])/giu, NUMBER],
	// Random identifiers: long, or digits and letters mixed.
	[/(?<![\p{L}\p{N}])(?=\p{L}*\p{N})[\p{L}\p{N}]{16,}/gu, NUMBER],
	[/(?<![\p{L}\p{N}])(?=\p{L}+\p{N}+\p{L}|\p{N}+\p{L}+\p{N})[\p{L}\p{N}]+/gu, NUMBER],
	[/\p{N}+/gu, NUMBER],
	// Signs and separators within a number, a date, a time, a version, an address of a computer.
	[/(?<![\p{L}\p{N}#])[-+](?=#)/gu, ''],
	[/#(?:[.,:/_%+-]+#|\s+#)+/g, NUMBER],
	[/#%/g, NUMBER],
	// Lists, however long.
	[/(#|"\*"|\*@\*)(?:(?:,| and| or|;)+\s*\1)+/g, '$1'],
	[/\s+/g, ' '],
];

/**
 * What of a message stays the same from run to run: numbers, hexadecimal, UUIDs, dates, quoted
 * values and addresses are each replaced by a mark, and so are lists of them.
 */
export function steadyWords(message: string): string {
	let text = message.slice(0, MAX_LENGTH);
	for (const [pattern, replacement] of RULES) text = text.replace(pattern, replacement);
	return text.trim().slice(0, MAX_STEADY_LENGTH);
}
