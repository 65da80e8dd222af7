import { MINUTE_MS } from '../../catalogue/catalogue-entry';
import type { FailureDraft } from '../../model/failure';

/** A rule on the codes that Node.js, OpenSSL and nodemailer give to errors without a reply. */
export interface NetworkRule extends FailureDraft {
	readonly errorCodes: readonly string[];
}

/** TLS spoken to something that does not speak it. */
export const NOT_TLS_CODES: readonly string[] = [
	'ERR_SSL_WRONG_VERSION_NUMBER',
	'ERR_SSL_PACKET_LENGTH_TOO_LONG',
	'ERR_SSL_HTTP_REQUEST',
	'ERR_SSL_BAD_RECORD_TYPE',
	'ERR_SSL_UNKNOWN_PROTOCOL',
];

/** For the errors whose code nodemailer drops when it wraps them. */
export const NOT_TLS_PHRASE = /wrong version number|packet length too long/i;

/** Names of the errors of n8n's egress filter. */
export const EGRESS_ERROR_NAMES: readonly string[] = [
	'SsrfBlockedIpError',
	'SsrfBlockedHostnameError',
];

/** Errors that mean a defect in our own code. */
export const DEFECT_ERROR_NAMES: readonly string[] = [
	'TypeError',
	'RangeError',
	'ReferenceError',
	'SyntaxError',
	'AssertionError',
];

/** The first rule with one of the error's codes decides, specific codes before general ones. */
export const NETWORK_RULES: readonly NetworkRule[] = [
	{
		errorCodes: ['EAI_AGAIN', 'EAI_SYSTEM', 'EAI_MEMORY', 'ESERVFAIL', 'ETIMEOUT', 'EREFUSED'],
		code: 'HOST_NOT_FOUND',
		message: 'The address of {host} could not be looked up: the name service (DNS) gave no answer.',
		remedy:
			'Send again in a minute. If it recurs, ask the administrator of n8n to check the DNS of its machine.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	{
		errorCodes: ['ENOTFOUND', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL', 'ENODATA'],
		code: 'HOST_NOT_FOUND',
	},
	{
		errorCodes: ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EBUSY'],
		code: 'CONNECTION_LOST',
		message:
			'The machine that runs n8n has no room for another connection: too many files and connections are open.',
		remedy:
			'Send again when less is going on. If it recurs, ask the administrator of n8n to raise the limit of open files (ulimit -n).',
		retryAfterMs: MINUTE_MS,
	},
	{
		errorCodes: ['NOT_SMTP'],
		code: 'CONNECTION_LOST',
		message:
			'What answers at {server} is no SMTP server, or something in between changes what it says.',
		remedy:
			'Check SMTP Server, Port and SSL Mode in the credential. If they are right, look for a proxy, a firewall or an antivirus program between n8n and the mail server.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	{
		errorCodes: ['REPLY_MALFORMED', 'REPLY_TOO_LONG'],
		code: 'CONNECTION_LOST',
		message:
			'What answers at {server} is no SMTP server, or something in between changes what it says. The node ended the connection.',
		remedy:
			'Check SMTP Server, Port and SSL Mode in the credential. If they are right, look for a proxy, a firewall or an antivirus program between n8n and the mail server.',
	},
	{
		errorCodes: ['REPLY_UNASKED'],
		code: 'CONNECTION_LOST',
		message:
			'{server} sent a reply to no command, so the node cannot tell any more which reply answers what. It ended the connection.',
		remedy:
			'Send again: that uses a new connection. If it recurs, ask the administrator of the mail server, and look for a proxy, a firewall or an antivirus program between n8n and the mail server.',
	},
	{ errorCodes: ['ECONNREFUSED'], code: 'CONNECTION_REFUSED' },
	{ errorCodes: ['ERR_ACCESS_DENIED', 'EACCES', 'EPERM'], code: 'EGRESS_BLOCKED' },
	{
		errorCodes: [
			'EHOSTUNREACH',
			'ENETUNREACH',
			'EHOSTDOWN',
			'ENETDOWN',
			'EADDRNOTAVAIL',
			'EAFNOSUPPORT',
		],
		code: 'CONNECTION_TIMEOUT',
		message: 'There is no way through the network to {server}.',
	},
	{ errorCodes: ['EMAXRECIPIENTS'], code: 'TOO_MANY_RECIPIENTS' },
	{ errorCodes: ['ENOAUTH'], code: 'MECHANISM_NOT_OFFERED' },
	{
		errorCodes: ['ETIMEDOUT', 'ERR_TLS_HANDSHAKE_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT'],
		code: 'CONNECTION_TIMEOUT',
	},
	{ errorCodes: ['ERR_SOCKET_BAD_PORT'], code: 'INVALID_PARAMETER' },
	{ errorCodes: ['EDNS'], code: 'HOST_NOT_FOUND' },
	{
		errorCodes: [
			'ECONNRESET',
			'EPIPE',
			'ECONNABORTED',
			'ENETRESET',
			'ENOTCONN',
			'ESHUTDOWN',
			'ERR_SOCKET_CLOSED',
			'UND_ERR_SOCKET',
			'EPROTO',
			'ERR_STREAM_DESTROYED',
			'ERR_STREAM_WRITE_AFTER_END',
			'ERR_STREAM_PREMATURE_CLOSE',
			'ECONNECTION',
			'ESOCKET',
			'ETLS',
		],
		code: 'CONNECTION_LOST',
	},
];
