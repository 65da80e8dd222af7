import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	parseAddressList,
	writeAddressList,
} from '../../../../nodes/SmtpOAuthSendEmail/message/addresses/address-list.js';
import { findAutomaticSign } from '../../../../nodes/SmtpOAuthSendEmail/operations/reply/composing/automatic-message.js';
import { quoteOriginal } from '../../../../nodes/SmtpOAuthSendEmail/operations/reply/composing/quote-original.js';
import { replyRecipients } from '../../../../nodes/SmtpOAuthSendEmail/operations/reply/composing/reply-recipients.js';
import { replyReferences } from '../../../../nodes/SmtpOAuthSendEmail/operations/reply/composing/reply-references.js';
import { replySubject } from '../../../../nodes/SmtpOAuthSendEmail/operations/reply/composing/reply-subject.js';
import { recognizeOriginal } from '../../../../nodes/SmtpOAuthSendEmail/operations/reply/originals/recognize-original.js';

const original = (json: object) => recognizeOriginal(json);
const addresses = (list: readonly { address: string }[]) => list.map(({ address }) => address);

describe('replySubject', () => {
	it.each([
		['Hello', 'Re: Hello'],
		['Re: Hello', 'Re: Hello'],
		['RE: Hello', 'RE: Hello'],
		['re[2]: Hello', 're[2]: Hello'],
		['Fwd: Hello', 'Re: Fwd: Hello'],
		['Regarding: Hello', 'Re: Regarding: Hello'],
		['', 'Re:'],
		['Re: RE: re[2]: Hello', 'Re: Hello'],
		['Re：Hello', 'Re：Hello'],
		['\u202ere: Hello', 're: Hello'],
		['a\0b\u0007c', 'Re: a b c'],
		['two\r\nBcc: evil@example.com', 'Re: two Bcc: evil@example.com'],
	])('answers %j by %j', (subject, expected) => {
		expect(replySubject(subject)).toBe(expected);
	});
});

describe('replyReferences', () => {
	it('adds the original to its thread, each message once', () => {
		expect(replyReferences(['<a@x>', '<b@x>'], '<c@x>')).toEqual(['<a@x>', '<b@x>', '<c@x>']);
		expect(replyReferences(['<a@x>', '<c@x>', '<a@x>'], '<c@x>')).toEqual(['<a@x>', '<c@x>']);
	});

	it('keeps the first and the last of a long thread', () => {
		const thread = Array.from({ length: 40 }, (_, index) => `<${index}@x>`);
		const references = replyReferences(thread, '<40@x>');
		expect(references).toHaveLength(20);
		expect(references[0]).toBe('<0@x>');
		expect(references.slice(1)).toEqual([...thread.slice(22), '<40@x>']);
	});

	it('says nothing of a thread where the original has no Message-ID', () => {
		expect(replyReferences(['<a@x>'], undefined)).toEqual([]);
	});
});

describe('replyRecipients', () => {
	const message = {
		from: 'ada@example.com',
		replyTo: 'home@example.com',
		to: ['support@example.org', 'grace@example.com', 'Home@example.com'],
		cc: ['joerg@example.net', 'grace@example.com', 'me@example.org'],
		headers: { 'delivered-to': 'Delivered-To: support@example.org' },
	};

	it('answers Reply-To alone, else From', () => {
		const one = { replyAll: false, own: [] };
		expect(addresses(replyRecipients(original(message), one).to)).toEqual(['home@example.com']);
		const plain = original({ ...message, replyTo: '' });
		expect(addresses(replyRecipients(plain, one).to)).toEqual(['ada@example.com']);
	});

	it('answers all once each, without the own addresses and the one that the message came to', () => {
		const { to, cc } = replyRecipients(original(message), {
			replyAll: true,
			own: ['ME@example.org'],
		});
		expect(addresses(to)).toEqual(['home@example.com', 'grace@example.com']);
		expect(addresses(cc)).toEqual(['joerg@example.net']);
	});

	it('never turns a name into a recipient', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary' }), (name) => {
				const written = writeAddressList([
					{ name: name.replace(/\p{Cc}/gu, ''), address: 'a@x.test' },
				]);
				const parsed = parseAddressList(written, 'To');
				expect(parsed.ok ? addresses(parsed.value) : []).toEqual(['a@x.test']);
			}),
		);
	});

	it('finds no more recipients than a message names, however it is crafted', () => {
		fc.assert(
			fc.property(fc.string(), fc.string({ unit: 'binary' }), (name, subject) => {
				const crafted = original({
					from: { value: [{ name, address: 'a@x.test' }] },
					subject,
				});
				expect(addresses(replyRecipients(crafted, { replyAll: true, own: [] }).to)).toEqual([
					'a@x.test',
				]);
				expect(replySubject(subject)).not.toMatch(/[\r\n]/);
			}),
		);
	});
});

describe('findAutomaticSign', () => {
	it.each([
		[{ 'auto-submitted': 'auto-replied' }],
		[{ 'auto-submitted': 'Auto-Submitted: auto-generated (x)' }],
		[{ precedence: 'Bulk' }],
		[{ precedence: 'list' }],
		[{ precedence: 'list (announcements)' }],
		[{ 'Auto-Submitted': ['auto-replied', 'no'] }],
		[{ precedence: 'junk' }],
		[{ 'return-path': 'Return-Path: <>' }],
		[{ 'content-type': 'multipart/report; report-type=delivery-status' }],
	])('sees that no program may answer %j', (headers) => {
		expect(findAutomaticSign(original({ from: 'a@x.test', headers }))).toBeDefined();
	});

	const daemon = { address: '', name: 'MAILER-DAEMON' };

	it.each([
		[{ from: 'MAILER-DAEMON@x.test' }],
		[{ from: 'MAILER-DAEMON' }],
		[{ from: 'MAILER-DAEMON (Mail Delivery System)' }],
		[{ from: 'Mail Delivery System <MAILER-DAEMON>' }],
		[{ from: '"Mail Delivery System" <MAILER-DAEMON@x.test> (bounce)' }],
		[{ from: '<>' }],
		[{ from: ['Mailer-Daemon'] }],
		[{ from: { value: [daemon], text: 'MAILER-DAEMON' }, headers: {} }],
		[{ from: { value: [{ address: 'MAILER-DAEMON', name: 'Mail Delivery System' }] } }],
		[{ from: { emailAddress: { address: 'MAILER-DAEMON', name: 'MAILER-DAEMON' } } }],
		[{ metadata: {}, textPlain: 'Undelivered', from: 'MAILER-DAEMON' }],
		[{ threadId: '1', From: 'MAILER-DAEMON', Subject: 'Undelivered Mail' }],
		[{ from: 'a@x.test', replyTo: 'MAILER-DAEMON' }],
		[
			{
				from: 'Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@x.test>',
				conversationId: '1',
				bodyPreview: 'Undeliverable',
			},
		],
	])('does not answer the mail system of %j', (message) => {
		expect(findAutomaticSign(original(message))).toBeDefined();
	});

	it.each([
		'Mailer-Daemon <ada@x.test>',
		'"mailer-daemon" <ada@x.test>',
		'mailer-daemons@x.test',
		'ada@x.test (mailer-daemon)',
		'my-mailer-daemon@x.test',
	])('answers a person named like it: %s', (from) => {
		expect(findAutomaticSign(original({ from }))).toBeUndefined();
	});

	it.each([
		[{}],
		[{ 'auto-submitted': 'no' }],
		[{ precedence: 'first-class', 'return-path': '<a@x.test>' }],
		[{ 'list-id': '<x.test>' }],
	])('lets a person with headers %j be answered', (headers) => {
		expect(findAutomaticSign(original({ from: 'a@x.test', headers }))).toBeUndefined();
	});
});

describe('quoteOriginal', () => {
	const ada = { from: 'Ada <ada@example.com>', date: '2026-11-27T09:15:00Z' };
	const quote = (message: object, timeZone = 'UTC') =>
		quoteOriginal(original({ ...ada, ...message }), timeZone);

	it('says who wrote when, in the time zone of the workflow', () => {
		const { text, html } = quote({ text: 'one\n> two' }, 'Europe/Berlin') ?? {};
		expect(text?.trim()).toBe(
			'On 27 November 2026 at 10:15, Ada <ada@example.com> wrote:\n> one\n>> two',
		);
		expect(html).toContain('Ada &lt;ada@example.com&gt; wrote:');
	});

	it('escapes all that the original says', () => {
		const html = quote({ text: '<script>"x"</script>&' })?.html ?? '';
		expect(html).toContain('&lt;script&gt;&quot;x&quot;&lt;/script&gt;&amp;');
		expect(html).not.toContain('<script');
	});

	it('quotes what HTML says, and none of its tags', () => {
		const { text, html } = quote({ html: '<p>one</p><script>x</script><p>2 &lt; 3</p>' }) ?? {};
		expect(text).toContain('> one\n>\n> 2 < 3');
		expect(html).toContain('2 &lt; 3');
		expect(html).not.toContain('script');
	});

	it('leaves out what is quoted too deep, and the end of a very long text', () => {
		const { text } = quote({ text: `a\n${'>'.repeat(9)} deep\n>>>>>> deep\nb` }) ?? {};
		expect(text?.trim().split('\n').slice(1)).toEqual(['> a', '> […]', '> b']);
		const long = quote({ text: 'x\n'.repeat(100_000) })?.text ?? '';
		expect(long.length).toBeLessThan(70_000);
		expect(long.endsWith('[…]')).toBe(true);
	});

	it('quotes nothing where there is nothing, and a time zone that does not exist is UTC', () => {
		expect(quote({ text: ' \n' })).toBeUndefined();
		expect(quote({})).toBeUndefined();
		expect(quote({ text: 'a' }, 'Nowhere/At All')?.text).toContain('09:15 UTC');
	});
});
