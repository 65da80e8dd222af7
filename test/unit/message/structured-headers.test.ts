import { decodeWords } from 'postal-mime';
import { expect, it } from 'vitest';
import { headerValues, send } from '../../support/message/prepared-message.js';

it.each([
	['Disposition-Notification-To', 'Jörg <a@x.test>', '=?UTF-8?Q?J=C3=B6rg?= <a@x.test>'],
	[
		'Disposition-Notification-To',
		'"Müller, Jörg" <a@x.test>, b@x.test',
		/ <a@x\.test>, b@x\.test$/,
	],
	['Return-Receipt-To', 'a@bücher.example (Ann)', 'Ann <a@xn--bcher-kva.example>'],
	['List-Id', 'Köln <list.x.test>', '=?UTF-8?Q?K=C3=B6ln?= <list.x.test>'],
	[
		'List-Id',
		'"Köln und Bonn" <list.x.test>',
		/^=\?UTF-8\?Q\?K=C3=B6ln_und_Bonn\?= <list\.x\.test>$/,
	],
	['List-Post', '<mailto:l@x.test> (für Köln)', /^<mailto:l@x\.test> =\?/],
	['X-Owner', 'Jörg <a@x.test>', /^=\?\S+ <a@x\.test>$/],
])(
	'a header with a name outside ASCII keeps what programs read: %s: %s',
	async (name, value, written) => {
		const message = await send({ headers: [{ name, value }] });
		const [header = ''] = headerValues(message, name);
		if (typeof written === 'string') expect(header).toBe(written);
		else expect(header).toMatch(written);
		expect(header).toMatch(/^[\x20-\x7e]*$/);
	},
);

it.each([
	'Zürich <b>x</b> <i>',
	'a < ü > b',
	'<ü> x',
	'"Jörg" <a@x.test>',
	'ü<a@x.test>',
	'<',
	'> ü <',
])('a header of free text is shown as it was written: %s', async (value) => {
	const message = await send({ headers: [{ name: 'X-Note', value }] });
	expect(decodeWords(headerValues(message, 'X-Note')[0] ?? '')).toBe(value);
});
