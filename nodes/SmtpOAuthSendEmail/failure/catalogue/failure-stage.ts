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

/** The causes that pass by themselves. */
const PASSING_CAUSES = ['rate-limited', 'quota-exhausted', 'temporarily-unavailable'] as const;

type PassingCause = (typeof PASSING_CAUSES)[number];

/** n8n's own vocabulary for the cause of a failed node (n8n-workflow, `errors/failure`). */
export type FailureCause =
	PassingCause | 'credential-invalid' | 'configuration-invalid' | 'node-defect';

/** Whether a failure of this cause passes by itself. */
export function isPassing(cause: FailureCause): cause is PassingCause {
	return PASSING_CAUSES.some((passing) => passing === cause);
}
