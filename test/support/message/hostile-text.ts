import fc from 'fast-check';

/** Text of all that has ever broken an address or a header, mixed with anything else; in one line. */
export function hostileText(): fc.Arbitrary<string> {
	const piece = fc.oneof(
		fc.constantFrom(
			'"',
			'\\',
			',',
			';',
			':',
			'<',
			'>',
			'(',
			')',
			'[',
			']',
			'@',
			' ',
			'\t',
			'a',
			'é',
			'山',
			'\u2028',
			'evil@x.example',
			'<evil@x.example>',
			', evil@x.example',
			'=?utf-8?q?evil=40x.example?=',
		),
		fc
			.string({ unit: 'grapheme', maxLength: 5 })
			.map((text) => text.replace(/[\0-\x08\x0a-\x1f\x7f]/g, '')),
	);
	return fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
}

const PIECES = [
	'\r',
	'\n',
	'\r\n',
	'\0',
	'\t',
	' ',
	'\u0085',
	'\u2028',
	'\u2029',
	'"',
	"'",
	'\\',
	',',
	';',
	':',
	'<',
	'>',
	'(',
	')',
	'[',
	']',
	'@',
	'=',
	'?',
	'--',
	'a',
	'é',
	'山',
	'🎉',
	'\ud800',
	'\r\nBcc: evil@evil.example',
	'\nTo: evil@evil.example',
	'\r\n\r\nbody',
	', evil@evil.example',
	'<evil@evil.example>',
	'"',
	'" <evil@evil.example>, "',
	'=?utf-8?q?=0D=0ABcc=3A_evil=40evil.example?=',
	'=?utf-8?b?IiA8ZXZpbEBldmlsLmV4YW1wbGU+?=',
	'=?utf-8?q?',
	'?=',
	'cid:data',
	'x'.repeat(80),
	' '.repeat(90),
	'word '.repeat(30),
];

/** The same with line breaks, controls and whole header lines among it. */
export const hostile = fc
	.array(
		fc.oneof(
			{ weight: 3, arbitrary: fc.constantFrom(...PIECES) },
			fc.string({ unit: 'binary', maxLength: 6 }),
		),
		{
			maxLength: 8,
		},
	)
	.map((pieces) => pieces.join(''));

/** As hostile, but nothing that is refused outright, so that the message is made. */
export const hostileLine = hostile.map((text) => text.replace(/[\0-\x08\x0a-\x1f\x7f]/g, ''));
