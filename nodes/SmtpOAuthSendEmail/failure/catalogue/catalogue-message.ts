import type { CatalogueEntry } from './catalogue-entry';

/** Codes about the item itself: its parameters, its sender, its recipients, its content. */
export const MESSAGE_ENTRIES = {
	INVALID_PARAMETER: {
		title: 'A parameter has a wrong value',
		message: 'A parameter of this item has a value that cannot be used.',
		remedy: 'Correct the parameter that the message names, then run the node again.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	ATTACHMENT_MISSING: {
		title: 'An attachment is not there',
		message: 'An attachment of this item could not be read.',
		remedy:
			'Look at the Binary tab of the node before: the item needs a file with the name that you gave in Options → Attachments. Some nodes drop files.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	MESSAGE_TOO_LARGE: {
		title: 'The message is too large',
		message: 'The message is larger than {host} takes{sizes}.',
		remedy:
			'Send smaller or fewer attachments, or a link to the file. A file grows by about 37 % when it is sent as mail.',
		remedyFor: {
			gmail:
				'Keep the attachments of one message below 25 MB together, or send a Google Drive link. Gmail takes 35 MB as sent, and a file grows by about 37 % on the way.',
			microsoft365:
				'Send a link, or have an admin raise the limit of the mailbox (35 MB by default, 150 MB at most) in Exchange Online PowerShell: Set-Mailbox -Identity {user} -MaxSendSize 100MB -MaxReceiveSize 100MB.',
			outlook: 'Keep the attachments of one message below 25 MB together, or send a OneDrive link.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	SENDER_NOT_ALLOWED: {
		title: 'The From address is not allowed for this mailbox',
		message: '{host} does not let {user} send as {from}.',
		remedy:
			'Leave From Email empty: the mail then comes from {user}. Or ask the administrator of the mail server for the right to send as the other address.',
		remedyFor: {
			gmail:
				'Leave From Email empty: the mail then comes from {user}. Or add the address in Gmail under Settings → See all settings → Accounts and Import (Workspace: Accounts) → Send mail as, and confirm it.',
			microsoft365:
				'Leave From Email empty: the mail then comes from {user}. Or have an admin grant the right: Exchange admin center → Recipients → Mailboxes → {from} → Delegation → Send as; in Exchange Online PowerShell Add-RecipientPermission -Identity {from} -Trustee {user} -AccessRights SendAs. To send from a shared mailbox, enter it under User in the credential; the account that you connected needs Full Access to it. A new permission takes up to an hour to work.',
			outlook:
				'Leave From Email empty, or add the address as an alias at account.microsoft.com → Your info → Sign-in preferences.',
			fastmail:
				'Leave From Email empty, or add the address in Fastmail under Settings → My email addresses.',
			yahoo:
				'Leave From Email empty, or add the address in Yahoo Mail under Settings → Mailboxes → Send-only email address.',
			yandex: 'Leave From Email empty: Yandex takes only the addresses of the mailbox itself.',
			mailRu: 'Leave From Email empty: Mail.ru takes only the address of the mailbox itself.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	RECIPIENT_REJECTED: {
		title: 'A recipient was rejected',
		message: '{host} did not take {recipients}.',
		remedy:
			'Check the address for typing errors, and ask whether the mailbox still exists. The server’s words give its reason.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	TOO_MANY_RECIPIENTS: {
		title: 'Too many recipients in one message',
		message: '{host} does not take this many recipients in one message.',
		remedy: 'Spread the recipients over several items.',
		remedyFor: {
			gmail: 'Spread the recipients over several items: Gmail takes 100 in one message.',
			microsoft365:
				'Spread the recipients over several items. Or have an admin raise the limit of the mailbox (500 by default, 1,000 at most) in Exchange Online PowerShell: Set-Mailbox -Identity {user} -RecipientLimits 1000.',
			yandex: 'Spread the recipients over several items: Yandex takes 35 in one message.',
			outlook:
				'Spread the recipients over several items: Outlook.com takes 500 in one message, and fewer from new accounts.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	MESSAGE_REFUSED: {
		title: 'The content was refused',
		message: '{host} refused the message because of its content or a policy.',
		remedy:
			'Read what the server says. Usual reasons are a blocked kind of attachment (programs, scripts, archives with a password), a link with a bad reputation, or a text that looks like spam.',
		remedyFor: {
			gmail:
				'Read what the server says. Gmail blocks programs and scripts, even inside archives: send such files as a Google Drive link.',
			microsoft365:
				'Read what the server says. If a mail flow rule of your organization refused it, an admin finds the rule in the Exchange admin center under Mail flow → Rules.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	SMTPUTF8_NOT_OFFERED: {
		title: 'The server takes no international addresses',
		message:
			'{host} does not take addresses that have letters outside a–z before the @, such as ü.',
		remedy:
			'Use an address without such letters for this sender or recipient, or a mail server that takes them (SMTPUTF8).',
		cause: 'configuration-invalid',
		retryable: false,
	},
	DELIVERY_UNKNOWN: {
		title: 'It is not known whether the message was accepted',
		message:
			'The connection to {host} broke after the whole message had gone out and before the reply, so it may or may not arrive.',
		remedy:
			'Look into the Sent folder or ask the recipient before you send again. To let a retry send such items again, switch on Options → Resend Unknown. They may then arrive twice.',
		cause: 'temporarily-unavailable',
		retryable: false,
	},
	CANCELLED: {
		title: 'The execution was stopped',
		message: 'The execution was stopped before {host} had accepted the message.',
		remedy: 'Run the workflow again if the message should go out.',
		cause: 'temporarily-unavailable',
		retryable: false,
	},
	UNCLASSIFIED: {
		title: 'An error that the catalogue does not know',
		message: 'Sending failed for a reason that this node does not know.',
		remedy:
			'Read what the server says. If that does not help, report it with this text at https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/issues.',
		cause: 'node-defect',
		retryable: false,
	},
} as const satisfies Record<string, CatalogueEntry>;
