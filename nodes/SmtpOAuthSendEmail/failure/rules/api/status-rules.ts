import { MINUTE_MS } from '../../catalogue/catalogue-entry';
import type { ApiRule } from './api-rule';

/** What the words of an error mean whose code is not known. */
export const WORD_RULES: readonly ApiRule[] = [
	{
		statuses: [400, 403, 413],
		phrase:
			/\b(?:message|request|payload|attachments?)\b.{0,40}\b(?:too (?:large|big)|exceeds? .{0,30}size)/i,
		code: 'MESSAGE_TOO_LARGE',
		stage: 'data',
	},
	{
		statuses: [400, 401, 403],
		phrase:
			/\b(?:account|user|mailbox|tenant|organi[sz]ation)\b.{0,40}\b(?:suspended|disabled|blocked|locked|deleted|deactivated)\b/i,
		code: 'ACCOUNT_BLOCKED',
		stage: 'auth',
	},
	{
		statuses: [400, 403, 429],
		phrase: /\b(?:daily|hourly|sending)\b.{0,30}\b(?:limit|quota)\b/i,
		code: 'QUOTA_EXHAUSTED',
		stage: 'reply',
	},
	{
		statuses: [400, 403],
		phrase: /\btoo many requests\b|\brate limit|\bthrottl|\bquota exceeded\b/i,
		code: 'RATE_LIMITED',
	},
];

/**
 * What HTTP statuses mean (RFC 9110 §15) where nothing says more.
 *
 * @param api how the API is called at the beginning of a sentence
 */
export function statusRules(api: string): readonly ApiRule[] {
	return [
		{
			statuses: [407],
			code: 'EGRESS_BLOCKED',
			stage: 'connect',
			message: 'The proxy between this n8n and {host} wants a sign-in of its own.',
			remedy: 'Ask the administrator of this n8n to enter the proxy’s user in HTTPS_PROXY.',
		},
		{
			statuses: [413],
			code: 'MESSAGE_TOO_LARGE',
			stage: 'data',
			message: `The message is larger than ${api.replace(/^The/, 'the')} takes in one request{sizes}.`,
		},
		{ statuses: [429, 509], code: 'RATE_LIMITED' },
		{ statuses: [507], code: 'MAILBOX_FULL', stage: 'data' },
		{
			statuses: [408, 423, 500, 502, 503, 504],
			code: 'SERVER_BUSY',
			retryAfterMs: MINUTE_MS,
			message: `${api} could not take the message now.`,
		},
		{
			statuses: [400, 409, 412, 422],
			code: 'MESSAGE_REFUSED',
			stage: 'data',
			message: `${api} refused the message.`,
			remedy:
				'Read what the server says. If that does not help, report it with this text at https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/issues.',
		},
	];
}
