import { trimPasted, unescapeAngles } from '../fields/pasted-text';
import { joinAddressLines } from './address-lines';
import { decodeEntities } from '../../untrusted/html-text';

// An address as it may be written twice, and quoted; bounded, so that no text makes the patterns slow
const ADDRESS = '[^\\s"\'“”„‘’‚«»<>(),;:|@[\\]]{1,64}@[^\\s"\'“”„‘’‚«»<>(),;:|@[\\]]{1,255}';

/** Addresses that each stand in double quotes, as spreadsheets and `JSON.stringify` write them. */
const ALL_QUOTED = new RegExp(`^"${ADDRESS}"(?:\\s{0,9}[,;\\n]\\s{0,9}"${ADDRESS}")*[\\s,;]*$`);

/** HTML as rich-text fields and chats give it. An address in angle brackets is no tag, since it holds an @. */
const BLOCK_TAG = /<\/?(?:br|div|li|ol|p|t[dr]|ul)(?:\s[^<>]{0,500})?\/?>/gi;
const INLINE_TAG = /<\/?(?:a|b|em|i|span|strong|u)(?:\s[^<>]{0,500})?>/gi;

/** What mail programs, chats, documents and escaping leave in a list, and what was meant. */
const REPAIRS: readonly (readonly [RegExp, string])[] = [
	[/^(?:to|b?cc|from|reply-to):/i, ''],
	// Line breaks written out, cells of a row, and the line breaks of text editors
	[/\\r\\n|\\[nrt]|[\t\u0085\u2028\u2029]/g, '\n'],
	[/[、،]/g, ','],
	[/؛/g, ';'],
	[/﹫/g, '@'],
	// Links, the addresses of a directory (proxyAddresses) and the label of a form
	[/(?<![^\s<>(,;|])(?:mailto|smtp|e-?mail):/gi, ''],
	// The claim of a person in SharePoint
	[/(?<![^\s<>(,;])i:0[^|\s]{1,4}\|[^|\s]{1,60}\|/gi, ''],
	// `a@x.example<a@x.example>` of Outlook, `a@x.example|a@x.example` of Slack
	[new RegExp(`(${ADDRESS})(?:<\\1>|\\|\\1(?=>))`, 'g'), '$1'],
	[/^```\w{0,9}$/gm, ''],
	[/^ {0,9}(?:[-*•‣·–]|\d{1,4}[.)]) /gm, ''],
	[/^\s{0,9}[[{]([^[\]{}]*)[\]}]\s{0,9}$/, '$1'],
	[new RegExp(`['“”„‘’‚«»](${ADDRESS})['“”„‘’‚«»]`, 'g'), '$1'],
	// Code and bold letters of Markdown
	[new RegExp(`(?<![^\\s,;<>])([\`*_]{1,3})(${ADDRESS})\\1(?![^\\s,;<>])`, 'g'), '$2'],
	[/(@[^\s,;<>@]{1,255}?)\.(?=[\s,;>]|$)/g, '$1'],
];

/** Characters of full width as those of ASCII, quotes, parentheses and the backslash left out. */
function narrow(text: string): string {
	return text.replace(/[\uff01\uff03-\uff07\uff0a-\uff3b\uff3d-\uff5e]/g, (wide) =>
		String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
	);
}

const ONE_ADDRESS = new RegExp(`^${ADDRESS}$`);

/** A text of nothing but addresses with spaces, bars or slashes between them as a list of them. */
function separate(text: string): string {
	const words = text.split(/[\s,;|/]+/).filter((word) => word !== '');
	return words.every((word) => ONE_ADDRESS.test(word)) ? words.join(',') : text;
}

function repair(text: string): string {
	if (ALL_QUOTED.test(text)) return text.replaceAll('"', '');
	// Escaped as a whole, as in JSON
	const unescaped = /(?<!\\)"/.test(text) ? text : text.replaceAll('\\"', '"');
	const linked = unescaped.replace(
		new RegExp(`\\[(${ADDRESS})\\]\\((?:mailto:)?\\1\\)`, 'gi'),
		'$1',
	);
	const untagged = linked.replace(BLOCK_TAG, '\n').replace(INLINE_TAG, ' ');
	if (/["(]/.test(untagged)) return linked;
	const decoded = decodeEntities(untagged);
	if (/["(]/.test(decoded)) return decoded;
	return separate(
		REPAIRS.reduce(
			(repaired, [pattern, meant]) => repaired.replace(pattern, meant),
			narrow(unescapeAngles(decoded)),
		),
	);
}

/**
 * Lists of addresses out of a text that cannot be read, without what came into it by copying: `mailto:`, HTML,
 * full-width characters, bullets, quotes and full stops around an address, spaces for commas. Leaves a
 * text with quotes or comments alone, so that nothing within a quoted name can become a recipient.
 */
export function repairLists(text: string): string[] {
	return joinAddressLines(trimPasted(repair(text)), false);
}
