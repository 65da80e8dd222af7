import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	parseAddressEntries,
	parseAddressList,
} from '../../../../nodes/SmtpOAuthSendEmail/message/addresses/address-list.js';
import { encodeAddresses } from '../../../../nodes/SmtpOAuthSendEmail/message/headers/address-header.js';
import { hostileText } from '../../../support/message/hostile-text.js';
import { valueOf } from '../../../support/message/prepared-message.js';

const addresses = (text: string) =>
	valueOf(parseAddressList(text, 'To Email')).map(({ address }) => address);

describe('an address list', () => {
	it('survives being written as a header and read again', () => {
		const name = hostileText().map((text) =>
			text
				.replace(/[\0-\x1f\x7f]|=\?/g, ' ')
				.replace(/\s+/g, ' ')
				.trim(),
		);
		const ascii = name.map((text) =>
			text
				.replace(/[^\x20-\x7e]/g, '')
				.replace(/ +/g, ' ')
				.trim(),
		);
		const address = fc.constantFrom(
			'a@x.example',
			'"a, b"@x.example',
			'jörg@x.example',
			'c@[IPv6:::1]',
		);
		const mailbox = fc.record({ name: ascii, address });
		const group = fc.record({
			groupName: ascii.filter((text) => text !== '' && !/^mailto$/i.test(text)),
			members: fc.array(mailbox, { maxLength: 3 }),
		});
		fc.assert(
			fc.property(fc.array(fc.oneof(mailbox, group), { maxLength: 5 }), (entries) => {
				expect(valueOf(parseAddressEntries(encodeAddresses(entries), 'To Email'))).toEqual(entries);
			}),
			{ numRuns: 500 },
		);
	});

	it('of 10,000 recipients is read', () => {
		const list = Array.from(
			{ length: 10_000 },
			(_, index) => `"Nr. ${index}" <r${index}@x.example>`,
		);
		expect(addresses(list.join(', '))).toHaveLength(10_000);
	});

	// A quadratic reader would need hours for these and run into the test's time-out
	it.each([
		['commas', ','],
		['quotes', '"" '],
		['comments', '()'],
		['opening parentheses', '('],
		['words', 'a '],
		['fragments', 'a,'],
		['dots', '.'],
		['at signs', '@'],
		['opening brackets', '['],
		['literals', '@['],
		['backslashes', '"\\\\'],
		['groups', 'a:;'],
		['spaces', ' '],
		['opening braces', '{'],
		['bullets', '- '],
		['links', 'a@b.example<mailto:'],
		['encoded-words', '=?a?q?a?= '],
	])('of a million hostile %s is answered', (_, piece) => {
		const text = piece.repeat(1_000_000 / piece.length);
		parseAddressList(text, 'To Email');
		parseAddressList(`${text}x@x.example`, 'To Email');
	});
});
