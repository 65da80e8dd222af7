import type { INodeProperties } from 'n8n-workflow';

/**
 * The optional parameters that operations pick from, in the alphabetical order of n8n's collections.
 * `readMailOptions` reads them.
 */
export const MAIL_OPTIONS = {
	appendAttribution: {
		displayName: 'Append n8n Attribution',
		name: 'appendAttribution',
		type: 'boolean',
		default: true,
		description:
			'Whether to add “This email was sent automatically with n8n” at the end of the email',
	},
	attachments: {
		displayName: 'Attachments',
		name: 'attachments',
		type: 'string',
		default: '',
		placeholder: 'invoice, logo',
		description:
			'Names of the binary properties to attach, separated by commas, or an expression that gives a file such as {{ $binary.data }}. The HTML can show each in place, e.g. &lt;img src="cid:logo"&gt;.',
	},
	fileAttachments: {
		displayName: 'Attachments (File)',
		name: 'fileAttachments',
		type: 'string',
		default: '',
		placeholder: 'report',
		description:
			'Names of the binary properties to attach as regular files only, separated by commas, or an expression that gives a file. The HTML cannot show them.',
	},
	bccEmail: {
		displayName: 'BCC Email',
		name: 'bccEmail',
		type: 'string',
		default: '',
		placeholder: 'archive@example.com',
		description: 'Email addresses that get a copy which the other recipients do not see',
	},
	icalEvent: {
		displayName: 'Calendar Invitation',
		name: 'icalEvent',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'BEGIN:VCALENDAR …',
		description:
			'An iCalendar text (RFC 5545) that mail clients show as an invitation. Its METHOD line, e.g. METHOD:REQUEST, says what kind it is.',
	},
	ccEmail: {
		displayName: 'CC Email',
		name: 'ccEmail',
		type: 'string',
		default: '',
		placeholder: 'team@example.com',
		description: 'Email addresses that get a copy',
	},
	debug: {
		displayName: 'Debug',
		name: 'debug',
		type: 'boolean',
		default: false,
		description:
			'Whether to add a transcript of the conversation with the mail server to the output. It holds no tokens and no content of the message, and hides mail addresses.',
	},
	dsn: {
		displayName: 'Delivery Status Notification',
		name: 'dsn',
		type: 'fixedCollection',
		default: {},
		placeholder: 'Set Up Notification',
		description:
			'Ask the mail servers to report delivery, delay or failure to the sender (DSN). Fails if the mail server does not support it; Gmail does not.',
		options: [
			{
				displayName: 'Settings',
				name: 'settings',
				values: [
					{
						displayName: 'Notify On',
						name: 'notify',
						type: 'multiOptions',
						options: [
							{ name: 'Delay', value: 'delay' },
							{ name: 'Failure', value: 'failure' },
							{ name: 'Never', value: 'never' },
							{ name: 'Success', value: 'success' },
						],
						default: ['failure'],
						description: 'The events to report',
					},
					{
						displayName: 'Return',
						name: 'return',
						type: 'options',
						options: [
							{ name: 'Full Message', value: 'full' },
							{ name: 'Headers Only', value: 'headers' },
						],
						default: 'headers',
						description: 'How much of the original message a failure report contains',
					},
				],
			},
		],
	},
	headers: {
		displayName: 'Headers',
		name: 'headers',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add Header',
		description: 'Additional headers of the message',
		options: [
			{
				displayName: 'Header',
				name: 'entries',
				values: [
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'X-Ticket',
						description: 'Name of the header',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						placeholder: '4711',
						description: 'Value of the header, in one line',
					},
				],
			},
		],
	},
	idempotencyKey: {
		displayName: 'Idempotency Key',
		name: 'idempotencyKey',
		type: 'string',
		default: '',
		placeholder: 'order-4711',
		description:
			'Text that identifies this message. This node sends only one message per key, in later executions too; other nodes do not know the key. If sending fails for certain, the key can be used again.',
	},
	allowUnauthorizedCerts: {
		displayName: 'Ignore SSL Issues (Insecure)',
		name: 'allowUnauthorizedCerts',
		type: 'boolean',
		default: false,
		description: 'Whether to connect even if SSL certificate validation is not possible',
		// A setting of n8n's Send Email: shown where it is set, so that it can be switched off
		displayOptions: { show: { allowUnauthorizedCerts: [true] } },
	},
	inReplyTo: {
		displayName: 'In-Reply-To',
		name: 'inReplyTo',
		type: 'string',
		default: '',
		placeholder: '<CAF8x1@mail.example.com>',
		description:
			'Message-ID of the message that this one answers, so that mail clients show both as one conversation',
	},
	listUnsubscribe: {
		displayName: 'List-Unsubscribe',
		name: 'listUnsubscribe',
		type: 'string',
		default: '',
		placeholder: 'https://example.com/unsubscribe?u=42, mailto:leave@example.com',
		description:
			'Where a recipient can unsubscribe: https: or mailto: addresses, separated by commas. A single https: address must unsubscribe by one POST (one click, RFC 8058).',
	},
	maxAttempts: {
		displayName: 'Max Attempts',
		name: 'maxAttempts',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 20 },
		default: 3,
		description:
			'How often to try in total when the server is busy or the connection fails. Waits grow from 1 second; 1 means no retry.',
	},
	maxWaitSeconds: {
		displayName: 'Max Wait (Seconds)',
		name: 'maxWaitSeconds',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 86400 },
		default: 0,
		description:
			'How long the email may wait in all: for a connection, for the rate limit, and between attempts. After that it fails as RATE_LIMITED. 0 means as long as it takes.',
	},
	messageId: {
		displayName: 'Message-ID',
		name: 'messageId',
		type: 'string',
		default: '',
		placeholder: '<order-4711@example.com>',
		description: 'Message-ID to set instead of a random one. Each message needs its own.',
	},
	passBinary: {
		displayName: 'Pass Binary Data Through',
		name: 'passBinary',
		type: 'boolean',
		default: false,
		description: 'Whether to add the binary data of the input item to the output item',
	},
	partialRejection: {
		displayName: 'Partial Rejection',
		name: 'partialRejection',
		type: 'options',
		options: [
			{
				name: 'Counts as Error',
				value: 'error',
				description: 'The item fails, but the other recipients have the email all the same',
			},
			{
				name: 'Counts as Success',
				value: 'success',
				description: 'The item goes on with status "partial"',
			},
		],
		default: 'success',
		description: 'What to do when the server refuses some of the recipients',
	},
	priority: {
		displayName: 'Priority',
		name: 'priority',
		type: 'options',
		options: [
			{ name: 'High', value: 'high' },
			{ name: 'Low', value: 'low' },
			{ name: 'Normal', value: 'normal' },
		],
		default: 'normal',
		description: 'How mail clients mark the message',
	},
	references: {
		displayName: 'References',
		name: 'references',
		type: 'string',
		default: '',
		placeholder: '<CAF8x0@mail.example.com> <CAF8x1@mail.example.com>',
		description:
			'Message-IDs of the conversation so far, oldest first. Leave empty to use In-Reply-To.',
	},
	replyTo: {
		displayName: 'Reply To',
		name: 'replyTo',
		type: 'string',
		default: '',
		placeholder: 'support@example.com',
		description: 'Email addresses that replies go to',
	},
	resendUnknown: {
		displayName: 'Resend Unknown',
		name: 'resendUnknown',
		type: 'boolean',
		default: false,
		description:
			'Whether a retry sends a message again if its outcome is unknown. It may then arrive twice.',
	},
	sender: {
		displayName: 'Sender',
		name: 'sender',
		type: 'string',
		default: '',
		placeholder: 'mailer@example.com',
		description:
			'Address that sends on behalf of From Email, and that bounces go to. Required if From Email has several addresses.',
	},
	timeoutSeconds: {
		displayName: 'Timeout (Seconds)',
		name: 'timeoutSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 3600 },
		default: 120,
		description:
			"How long an attempt may take from connecting to the end of the message. The server's final reply has 10 minutes of its own.",
	},
} satisfies Readonly<Record<string, INodeProperties>>;
