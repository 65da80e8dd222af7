import { classifyFailure } from '../../../failure/classify';
import { describeFailure } from '../../../failure/describe-failure';
import { exceedsConnections } from '../../../failure/rules/smtp/connection-limit';
import type { Failure, FailureContext, FailureDraft } from '../../../failure/model/failure';
import { readProperty } from '../../../untrusted/read-property';
import { quoteSafely } from '../../../untrusted/redact';
import { isTokenRefusal } from '../../../failure/rules/smtp/token-refusal';
import { SocketFault } from './open-socket';
import { SmtpRefusal } from './smtp-refusal';
import type { SessionContext } from '../../fault-context';

/** Why there is no session. */
export interface SessionFailure {
	readonly ok: false;
	readonly failure: Failure;
	/** Whether another access token might be accepted. */
	readonly isTokenRefused: boolean;
	/** Whether the server refused the connection as one too many. */
	readonly exceedsConnections?: boolean | undefined;
	/** The server's last reply, redacted. */
	readonly response?: string | undefined;
}

/** The longest reply that is kept, in characters. */
const MAX_RESPONSE_LENGTH = 1_000;

/** What a step towards a session gives back. The failure says more than that of a `Result`. */
export type StepResult<T> = { readonly ok: true; readonly value: T } | SessionFailure;

/** A failure that no other access token would change. */
export function knownFailure(fault: FailureDraft, context: FailureContext): SessionFailure {
	return { ok: false, failure: describeFailure(fault, context), isTokenRefused: false };
}

/** Why no TCP connection came about. */
export function connectFailure(error: unknown, base: SessionContext): SessionFailure {
	const context: FailureContext = { ...base, stage: 'connect' };
	return error instanceof SocketFault
		? knownFailure(error.draft, context)
		: { ok: false, failure: classifyFailure(error, context), isTokenRefused: false };
}

/** What the error comes to that kept a session from being set up. */
export function setUpFailure(error: unknown, base: FailureContext): SessionFailure {
	const saslRefusal = error instanceof SmtpRefusal ? error.saslRefusal : undefined;
	const context = { ...base, nowMs: Date.now(), saslRefusal };
	const response = readProperty(error, 'response');
	return {
		ok: false,
		failure: classifyFailure(error, context),
		isTokenRefused: isTokenRefusal(error, context),
		exceedsConnections: exceedsConnections(response),
		response:
			typeof response === 'string'
				? quoteSafely(response, base.secrets ?? [], MAX_RESPONSE_LENGTH)
				: undefined,
	};
}
