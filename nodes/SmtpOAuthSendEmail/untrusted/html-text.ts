const ESCAPES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/**
 * What HTML cannot carry even as a character reference (HTML Living Standard, §13.2.3.5): NUL, other
 * control characters and halves of surrogate pairs.
 */
const UNFIT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\p{Cs}/gu;

/** Text as HTML shows it, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
	return text.replace(UNFIT, '\ufffd').replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** The same with its line breaks. For elements only. */
export function escapeLines(text: string): string {
	return escapeHtml(text).replace(/\r\n?|\n/g, '<br>');
}

const ENTITIES: Readonly<Record<string, string>> = {
	amp: '&',
	lt: '<',
	gt: '>',
	quot: '"',
	apos: "'",
	nbsp: ' ',
	shy: '',
	zwnj: '',
	copy: '©',
	reg: '®',
	trade: '™',
	euro: '€',
	pound: '£',
	hellip: '…',
	ndash: '–',
	mdash: '—',
	lsquo: '‘',
	rsquo: '’',
	sbquo: '‚',
	ldquo: '“',
	rdquo: '”',
	bdquo: '„',
	laquo: '«',
	raquo: '»',
	bull: '•',
	middot: '·',
	times: '×',
	deg: '°',
	rarr: '→',
	larr: '←',
	auml: 'ä',
	ouml: 'ö',
	uuml: 'ü',
	Auml: 'Ä',
	Ouml: 'Ö',
	Uuml: 'Ü',
	szlig: 'ß',
	eacute: 'é',
	egrave: 'è',
	agrave: 'à',
	ccedil: 'ç',
	ntilde: 'ñ',
};

/** Text with its character references (HTML §13.5) as characters; unknown names stay as they are. */
export function decodeEntities(text: string): string {
	return text.replace(
		/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,8}));/gi,
		(whole, hex?: string, decimal?: string, name?: string) => {
			if (name !== undefined) return ENTITIES[name] ?? ENTITIES[name.toLowerCase()] ?? whole;
			const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
			const isCharacter = point > 0x1f && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
			if (point === 0xa0) return ' ';
			return isCharacter || point === 9 || point === 10 ? String.fromCodePoint(point) : whole;
		},
	);
}
