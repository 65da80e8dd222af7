// An address as it may be written twice, and quoted; bounded, so that no text makes the patterns slow
const ADDRESS = '[^\\s"\'“”„‘’‚«»<>(),;:|@[\\]]{1,64}@[^\\s"\'“”„‘’‚«»<>(),;:|@[\\]]{1,255}';

/** Addresses that each stand in double quotes, as spreadsheets and `JSON.stringify` write them. */
const ALL_QUOTED = new RegExp(`^"${ADDRESS}"(?:\\s{0,9}[,;\\n]\\s{0,9}"${ADDRESS}")*[\\s,;]*$`);

/** What mail programs, chats, documents and escaping leave in a list, and what was meant. */
const REPAIRS: readonly (readonly [RegExp, string])[] = [
	[/^(?:to|b?cc|from|reply-to):/i, ''],
	[/&lt;/g, '<'],
	[/&gt;/g, '>'],
	// Line breaks written out, cells of a row, and the line breaks of text editors
	[/\\r\\n|\\[nrt]|[\t\u0085\u2028\u2029]/g, '\n'],
	[/[，、]/g, ','],
	[/；/g, ';'],
	[/＠/g, '@'],
	[/＜/g, '<'],
	[/＞/g, '>'],
	[/(?<![^\s<>(,;|])mailto:/gi, ''],
	// `a@x.example<a@x.example>` of Outlook, `a@x.example|a@x.example` of Slack
	[new RegExp(`(${ADDRESS})(?:<\\1>|\\|\\1(?=>))`, 'g'), '$1'],
	[/^ {0,9}(?:[-*•‣·–]|\d{1,4}[.)]) /gm, ''],
	[/^\[([^[\]]*)\]$/, '$1'],
	[new RegExp(`['“”„‘’‚«»](${ADDRESS})['“”„‘’‚«»]`, 'g'), '$1'],
	[/(@[^\s,;<>@]{1,255}?)\.(?=[\s,;>]|$)/g, '$1'],
];

/**
 * A list of addresses that cannot be read, without what came into it by copying: `mailto:`, HTML
 * entities, full-width punctuation, bullets, quotes and full stops around an address. Leaves a text with
 * quotes or comments alone, so that nothing within a quoted name can become a recipient.
 */
export function repairPastedAddresses(text: string): string {
	if (ALL_QUOTED.test(text)) return text.replaceAll('"', '');
	const linked = text.replace(new RegExp(`\\[(${ADDRESS})\\]\\((?:mailto:)?\\1\\)`, 'gi'), '$1');
	if (/["(]/.test(linked)) return linked;
	return REPAIRS.reduce((repaired, [pattern, meant]) => repaired.replace(pattern, meant), linked);
}
