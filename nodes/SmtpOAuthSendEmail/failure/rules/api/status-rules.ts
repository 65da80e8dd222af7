import { MINUTE_MS } from '../../catalogue/catalogue-entry';
import type { ApiRule } from './api-rule';

/**
 * What HTTP statuses mean (RFC 9110 §15) where neither a code nor a word says more.
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
