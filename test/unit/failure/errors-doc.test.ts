import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue-entry.js';
import { CATALOGUE } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/catalogue.js';
import { docsAddress } from '../../../nodes/SmtpOAuthSendEmail/failure/catalogue/docs-address.js';
import { fillTemplate } from '../../../nodes/SmtpOAuthSendEmail/failure/fill-template.js';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
const contract = [
	'INVALID_PARAMETER',
	'ATTACHMENT_MISSING',
	'MESSAGE_TOO_LARGE',
	'RECONNECT_REQUIRED',
	'TOKEN_REQUEST_FAILED',
	'TOKEN_REJECTED',
	'WRONG_AUDIENCE',
	'SMTP_AUTH_DISABLED',
	'MECHANISM_NOT_OFFERED',
	'SENDER_NOT_ALLOWED',
	'RECIPIENT_REJECTED',
	'TOO_MANY_RECIPIENTS',
	'MESSAGE_REFUSED',
	'SMTPUTF8_NOT_OFFERED',
	'SIGN_IN_BLOCKED',
	'PERMISSION_MISSING',
	'CLIENT_REJECTED',
	'ACCOUNT_BLOCKED',
	'MAILBOX_FULL',
	'RATE_LIMITED',
	'QUOTA_EXHAUSTED',
	'SERVER_BUSY',
	'TLS_MODE_MISMATCH',
	'TLS_NOT_OFFERED',
	'TLS_CERTIFICATE_INVALID',
	'EHLO_NAME_REFUSED',
	'HOST_NOT_FOUND',
	'CONNECTION_REFUSED',
	'CONNECTION_TIMEOUT',
	'CONNECTION_LOST',
	'DELIVERY_UNKNOWN',
	'EGRESS_BLOCKED',
	'CANCELLED',
	'UNCLASSIFIED',
];

/** The names that the page uses; the server it calls "the mail server". */
const EXAMPLE = {
	stage: 'reply',
	provider: 'custom',
	user: 'anna@contoso.com',
	from: 'sales@contoso.com',
} as const;

const PROVIDER_NAMES: Readonly<Record<string, string>> = {
	gmail: 'Gmail',
	microsoft365: 'Microsoft 365',
	outlook: 'Outlook.com',
	fastmail: 'Fastmail',
	yahoo: 'Yahoo',
	aol: 'AOL',
	yandex: 'Yandex',
	mailRu: 'Mail.ru',
};

/** The sections of the page by their heading. */
const sections = new Map(
	page
		.split(/^## /m)
		.slice(1)
		.map((section) => {
			const [heading = '', ...body] = section.split('\n');
			return [heading.trim(), body.join('\n')] as const;
		}),
);

describe('docs/errors.md', () => {
	it('has the catalogue’s codes for headings, none missing and none more', () => {
		expect([...sections.keys()].toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
	});

	it('knows the codes that users rely on', () => {
		expect(Object.keys(CATALOGUE).toSorted()).toEqual(contract.toSorted());
	});

	it.each(Object.keys(CATALOGUE))(
		'says for %s what happened, what to do and whether waiting helps',
		(code) => {
			const section = sections.get(code) ?? '';
			expect(section).toContain('**What happened.**');
			expect(section).toContain('**What to do.**');
			expect(section).toContain('**Does waiting help?**');
		},
	);

	it.each(Object.entries<CatalogueEntry>(CATALOGUE))(
		'has every text of %s, of each provider',
		(code, { title, message, remedy, remedyFor = {} }) => {
			const section = (sections.get(code) ?? '').replaceAll('`', '');
			const shown = (text: string): string => fillTemplate(text, EXAMPLE);
			expect(section).toContain(`_${title}_`);
			expect(section).toContain(`**What happened.** ${shown(message)}`);
			expect(section).toContain(`**What to do.** ${shown(remedy)}`);
			for (const [provider, text] of Object.entries(remedyFor)) {
				expect(section).toContain(`- _${PROVIDER_NAMES[provider] ?? provider}_: ${shown(text)}`);
			}
		},
	);

	it('is where every failure points, in the form GitHub gives to anchors', () => {
		expect(docsAddress('TLS_MODE_MISMATCH')).toBe(
			'https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/blob/main/docs/errors.md#tls_mode_mismatch',
		);
	});
});
