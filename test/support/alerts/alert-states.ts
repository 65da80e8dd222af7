import type { Occurrence } from '../../../nodes/SmtpOAuthSendEmail/alerting/problems/record.js';

export const MINUTE = 60_000;

/** The alert node of all tests of the state. */
export const NODE = { id: 'n1', name: 'Send Alert' };

/** A problem as it is recorded; its title is its fingerprint. */
export function occur(fingerprint: string, count = 1): Occurrence {
	return {
		fingerprint,
		title: fingerprint,
		workflow: 'Import',
		node: 'Write',
		severity: 'error',
		lastMessage: fingerprint,
		lastUrl: '',
		count,
	};
}
