import { randomUUID } from 'node:crypto';

/** An answer of the stand-in for Graph. */
export interface GraphReply {
	readonly status: number;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

/** An error in Graph's form (https://learn.microsoft.com/en-us/graph/errors). */
export function graphError(
	status: number,
	code: string,
	message: string,
	headers: Readonly<Record<string, string>> = {},
): GraphReply {
	const requestId = randomUUID();
	const date = new Date().toISOString().slice(0, 19);
	const innerError = { date, 'request-id': requestId, 'client-request-id': requestId };
	return {
		status,
		headers: { 'request-id': requestId, ...headers },
		body: { error: { code, message, innerError } },
	};
}

/**
 * Graph's refusals in its own words; the same as in test/fixtures/graph-errors.json, where each has
 * its source.
 */
export const GRAPH_REFUSALS = {
	noToken: graphError.bind(undefined, 401, 'InvalidAuthenticationToken', 'Access token is empty.'),
	malformed: graphError.bind(
		undefined,
		401,
		'InvalidAuthenticationToken',
		'CompactToken parsing failed with error code: 80049217',
	),
	expired: graphError.bind(
		undefined,
		401,
		'InvalidAuthenticationToken',
		'Lifetime validation failed, the token is expired.',
	),
	audience: graphError.bind(
		undefined,
		401,
		'InvalidAuthenticationToken',
		'Access token validation failure. Invalid audience.',
	),
	accessDenied: graphError.bind(
		undefined,
		403,
		'ErrorAccessDenied',
		'Access is denied. Check credentials and try again.',
	),
	policy: graphError.bind(
		undefined,
		403,
		'ErrorAccessDenied',
		'Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.',
	),
	sendAsDenied: graphError.bind(
		undefined,
		403,
		'ErrorSendAsDenied',
		'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account., Cannot submit message.',
	),
	noMailbox: graphError.bind(
		undefined,
		404,
		'MailboxNotEnabledForRESTAPI',
		'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
	),
	notFound: graphError.bind(
		undefined,
		404,
		'ErrorItemNotFound',
		'The specified object was not found in the store.',
	),
	base64: graphError.bind(
		undefined,
		400,
		'ErrorMimeContentInvalidBase64String',
		'Invalid base64 string for MIME content.',
	),
	noRecipients: graphError.bind(
		undefined,
		400,
		'ErrorInvalidRecipients',
		"At least one recipient is not valid., A message can't be sent because it contains no recipients.",
	),
	tooLarge: graphError.bind(
		undefined,
		400,
		'ErrorMessageSizeExceeded',
		'The message exceeds the maximum supported size.',
	),
	requestTooLarge: graphError.bind(
		undefined,
		413,
		'BadRequest',
		'The maximum request length supported is 4MB.',
	),
	minimumSize: graphError.bind(
		undefined,
		400,
		'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
		'Attachment size must be greater than the minimum size.',
	),
	concurrency: graphError.bind(
		undefined,
		429,
		'ApplicationThrottled',
		'Application is over its MailboxConcurrency limit.',
	),
	full: graphError.bind(
		undefined,
		507,
		'ErrorQuotaExceeded',
		'Mailbox has exceeded maximum mailbox size.',
	),
} as const;

/** There is no mailbox of the name in the path. */
export function invalidUser(user: string): GraphReply {
	return graphError(404, 'ErrorInvalidUser', `The requested user '${user}' is invalid.`);
}

/** A recipient that Exchange cannot resolve. */
export function invalidRecipient(address: string): GraphReply {
	return graphError(
		400,
		'ErrorInvalidRecipients',
		`At least one recipient is not valid., Recipient '${address}' is not resolved. All recipients must be resolved before a message can be submitted.`,
	);
}
