/** Where in the life of a message something went wrong, in the order the stages are passed. */
export const FAILURE_STAGES = [
	'parameters',
	'token',
	'connect',
	'tls',
	'ehlo',
	'auth',
	'mailFrom',
	'rcptTo',
	'data',
	'reply',
] as const;

export type FailureStage = (typeof FAILURE_STAGES)[number];

/** n8n's own vocabulary for the cause of a failed node (n8n-workflow, `errors/failure`). */
export type FailureCause =
	| 'rate-limited'
	| 'quota-exhausted'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid'
	| 'node-defect';
