import { expect, it } from 'vitest';
import { mailboxKey } from '../../../nodes/SmtpOAuthSendEmail/operations/host/mailbox-key.js';
import { accountAt } from '../../support/smtp/transport-setting.js';

it('of a mailbox at Microsoft by SMTP names the one by Graph, and the other way round', () => {
	const user = 'Alerts@contoso.com';
	const bySmtp = mailboxKey(
		accountAt({ port: 587 }, { provider: 'microsoft365', host: 'smtp.office365.com', user }),
	);
	const byGraph = mailboxKey(
		accountAt(
			{ port: 443 },
			{ provider: 'microsoft365', host: 'graph.microsoft.com', user, deliverVia: 'graph' },
		),
	);
	expect(bySmtp).toEqual({ mailbox: byGraph.otherWay, otherWay: byGraph.mailbox });
	expect(bySmtp.mailbox).toBe('smtp.office365.com alerts@contoso.com');
});

it('of a mailbox at Gmail by SMTP names the one by the Gmail API, and the other way round', () => {
	const user = 'Alerts@example.com';
	const bySmtp = mailboxKey(
		accountAt({ port: 587 }, { provider: 'gmail', host: 'smtp.gmail.com', user }),
	);
	const byApi = mailboxKey(
		accountAt(
			{ port: 443 },
			{ provider: 'gmail', host: 'gmail.googleapis.com', user, deliverVia: 'gmailApi' },
		),
	);
	expect(bySmtp).toEqual({ mailbox: byApi.otherWay, otherWay: byApi.mailbox });
	expect(byApi.mailbox).toBe('gmail.googleapis.com alerts@example.com');
});

it('of a mailbox at a provider with one way is that', () => {
	const account = accountAt({ port: 465 }, { provider: 'fastmail', host: 'smtp.gmail.com' });
	expect(mailboxKey(account)).not.toHaveProperty('otherWay');
});
