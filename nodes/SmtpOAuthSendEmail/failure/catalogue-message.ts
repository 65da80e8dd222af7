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
			'Check that the item carries binary data under the name given in Attachments, and that no node before this one drops it.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	MESSAGE_TOO_LARGE: {
		title: 'The message is too large',
		message: 'The message is larger than {host} takes{sizes}.',
		remedy:
			'Send smaller or fewer attachments, or a link to the file. Encoding makes an attachment about 37 % larger.',
		remedyFor: {
			gmail:
				'Keep the encoded message below 35 MB, that is attachments below 25 MB, or send a Google Drive link.',
			microsoft365:
				'Send a link, or have an admin raise the limit of the mailbox: Set-Mailbox -Identity {user} -MaxSendSize 100MB -MaxReceiveSize 100MB (a mailbox allows 35 MB by default, 150 MB at most).',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	SENDER_NOT_ALLOWED: {
		title: 'The From address is not allowed for this mailbox',
		message: '{host} does not let {user} send as {from}.',
		remedy:
			'Leave From Email empty (then it is the mailbox that signs in), or have the right to send as that address granted on the mail server.',
		remedyFor: {
			gmail:
				'Leave From Email empty, or add the address in Gmail under Settings → Accounts and Import → Send mail as, and confirm it.',
			microsoft365:
				'Leave From Email empty, or have an admin grant the right: Exchange admin center → Recipients → Mailboxes → {from} → Delegation → Send as, or Add-RecipientPermission -Identity {from} -Trustee {user} -AccessRights SendAs. For a shared mailbox, put the shared mailbox into User of the credential. A new permission takes up to an hour to work.',
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
		message: '{host} did not take a recipient of this message.',
		remedy: 'Check the address for typing errors and whether the mailbox still exists.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	TOO_MANY_RECIPIENTS: {
		title: 'Too many recipients in one message',
		message: '{host} does not take this many recipients in one message.',
		remedy: 'Spread the recipients over several items.',
		remedyFor: {
			gmail: 'Spread the recipients over several items: Gmail takes 100 in a message sent by SMTP.',
			microsoft365:
				'Spread the recipients over several items, or have an admin raise the limit of the mailbox: Set-Mailbox -Identity {user} -RecipientLimits 1000.',
			yandex: 'Spread the recipients over several items: Yandex takes 35 in a message.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	MESSAGE_REFUSED: {
		title: 'The content was refused',
		message: '{host} refused the message because of its content or a policy.',
		remedy:
			'Read what the server says: usual reasons are an attachment type it blocks (programs, scripts, archives with a password), links with a bad reputation, or a look of spam.',
		remedyFor: {
			gmail:
				'Read what the server says. Gmail blocks programs and scripts even inside archives: send such files as a Google Drive link.',
			microsoft365:
				'Read what the server says. If a mail flow rule of your organization refused it, an admin finds the rule in the Exchange admin center under Mail flow → Rules.',
		},
		cause: 'configuration-invalid',
		retryable: false,
	},
	SMTPUTF8_NOT_OFFERED: {
		title: 'The server takes no international addresses',
		message: '{host} does not take addresses with letters outside ASCII before the @.',
		remedy: 'Use an ASCII address for this sender or recipient, or a server that offers SMTPUTF8.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	DELIVERY_UNKNOWN: {
		title: 'It is not known whether the message was accepted',
		message:
			'The connection to {host} broke after the whole message had gone out and before the reply, so it may or may not arrive.',
		remedy:
			'Look into the Sent folder or ask the recipient before sending again. Resend Unknown sends such items again on a retry and risks a duplicate.',
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
