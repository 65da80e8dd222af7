import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	listExtensions,
	readEhlo,
} from '../../../nodes/SmtpOAuthSendEmail/transport/smtp/connection/ehlo.js';

const NOTHING = { mechanisms: [], hasSmtpUtf8: false, hasDsn: false };

describe('readEhlo', () => {
	it('reads what Gmail says', () => {
		expect(
			readEhlo(
				[
					'250-smtp.gmail.com at your service, [203.0.113.1]',
					'250-SIZE 35882577',
					'250-8BITMIME',
					'250-AUTH LOGIN PLAIN XOAUTH2 PLAIN-CLIENTTOKEN OAUTHBEARER XOAUTH',
					'250-ENHANCEDSTATUSCODES',
					'250-PIPELINING',
					'250-CHUNKING',
					'250 SMTPUTF8',
				].join('\n'),
			),
		).toEqual({
			mechanisms: ['LOGIN', 'PLAIN', 'XOAUTH2', 'PLAIN-CLIENTTOKEN', 'OAUTHBEARER', 'XOAUTH'],
			hasSmtpUtf8: true,
			hasDsn: false,
			maxMessageBytes: 35_882_577,
		});
	});

	it('reads what Exchange Online says', () => {
		expect(
			readEhlo(
				[
					'250-FR3P281CA0094.outlook.office365.com Hello [203.0.113.1]',
					'250-SIZE 157286400',
					'250-PIPELINING',
					'250-DSN',
					'250-ENHANCEDSTATUSCODES',
					'250-AUTH LOGIN XOAUTH2',
					'250-8BITMIME',
					'250-BINARYMIME',
					'250-CHUNKING',
					'250 SMTPUTF8',
				].join('\r\n'),
			),
		).toEqual({
			mechanisms: ['LOGIN', 'XOAUTH2'],
			hasSmtpUtf8: true,
			hasDsn: true,
			maxMessageBytes: 157_286_400,
		});
	});

	it.each([
		{ line: 'AUTH=LOGIN XOAUTH2', mechanisms: ['LOGIN', 'XOAUTH2'] },
		{ line: 'auth xoauth2', mechanisms: ['XOAUTH2'] },
		{ line: 'AUTH   XOAUTH2  OAUTHBEARER ', mechanisms: ['XOAUTH2', 'OAUTHBEARER'] },
		{ line: 'AUTH', mechanisms: [] },
		{ line: 'AUTHENTICATE XOAUTH2', mechanisms: [] },
		{ line: 'X-AUTH XOAUTH2', mechanisms: [] },
	])('reads the mechanisms of "$line"', ({ line, mechanisms }) => {
		expect(readEhlo(`250-mx.test\n250 ${line}`).mechanisms).toEqual(mechanisms);
	});

	it('joins the mechanisms of two lines', () => {
		const reply = '250-mx.test\n250-AUTH PLAIN XOAUTH2\n250 AUTH=XOAUTH2 OAUTHBEARER';
		expect(readEhlo(reply).mechanisms).toEqual(['PLAIN', 'XOAUTH2', 'OAUTHBEARER']);
	});

	it.each(['SIZE', 'SIZE 0', 'SIZE many', 'SIZE -1', 'SIZE 1.5', 'SIZE 1e999'])(
		'states no limit as "%s"',
		(line) => {
			expect(readEhlo(`250-mx.test\n250 ${line}`)).toEqual(NOTHING);
		},
	);

	it.each([
		'250 AUTH XOAUTH2',
		'250-SMTPUTF8\n250 HELP',
		'250 mx.test greets AUTH XOAUTH2',
		'',
		'502 5.5.1 What?',
	])('finds nothing in the greeting line of "%s"', (reply) => {
		expect(readEhlo(reply)).toEqual(NOTHING);
	});

	it('takes no keyword that only begins like one', () => {
		expect(readEhlo('250-mx.test\n250-DSNX\n250-SMTPUTF8X\n250 XDSN')).toEqual(NOTHING);
	});

	it('reads anything without throwing', () => {
		fc.assert(
			fc.property(fc.array(fc.string()), (lines) => {
				const { maxMessageBytes = 1 } = readEhlo(lines.join('\n'));
				expect(maxMessageBytes).toBeGreaterThan(0);
			}),
		);
	});
});

it('reads so many mechanisms only of a reply that names thousands', () => {
	const names = Array.from({ length: 10_000 }, (_, number) => `M${String(number)}`);
	const { mechanisms } = readEhlo(`250-mail.example.com\n250 AUTH XOAUTH2 ${names.join(' ')}`);
	expect(mechanisms).toHaveLength(50);
	expect(mechanisms[0]).toBe('XOAUTH2');
});

it('lists so many extensions only of a reply that names thousands', () => {
	const names = Array.from({ length: 1_000 }, (_, number) => `250-X${String(number)}`);
	const extensions = listExtensions(['250-mail.example.com', ...names, '250 HELP'].join('\r\n'));
	expect(extensions).toHaveLength(50);
	expect(extensions[0]).toBe('X0');
});
