import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { classifyFailure } from '../../../failure/classify';
import { describeFailure } from '../../../failure/describe-failure';
import { exceedsConnections } from '../../../failure/rules/smtp/connection-limit';
import type { FailureStage } from '../../../failure/catalogue/failure-stage';
import {
	type Failure,
	type FailureContext,
	type FailureDraft,
	STOPPED,
} from '../../../failure/model/failure';
import { readProperty } from '../../../untrusted/read-property';
import { quoteSafely } from '../../../untrusted/redact';
import { isTokenRefusal } from '../../../failure/rules/smtp/token-refusal';
import { SocketFault } from './open-socket';
import { SmtpRefusal } from './smtp-refusal';
import type { SessionContext } from '../../fault-context';
import type { Interruption } from '../../../timing/with-timeout';

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

/** How far the setting-up of a session has come. */
export interface SetUpProgress {
	/** The EHLO reply that counts has come. */
	isGreeted: boolean;
	/** The sign-in has been accepted. */
	isSignedIn?: boolean;
}

/** Our own time limit, in the form nodemailer gives its own, which may come a moment later. */
class SetUpTimeout extends Error {
	readonly code = 'ETIMEDOUT';
	readonly timeoutType?: 'GREETING_TIMEOUT';

	constructor(stage: FailureStage) {
		super('The server did not answer in time');
		if (stage === 'connect') this.timeoutType = 'GREETING_TIMEOUT';
	}
}

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

/** Where a session that is not set up has stopped. */
function setUpStage(
	connection: SMTPConnection,
	error: unknown,
	progress: SetUpProgress,
): FailureStage {
	if (progress.isSignedIn === true) return 'mailFrom';
	if (progress.isGreeted) return 'auth';
	if (connection.upgrading === true || readProperty(error, 'command') === 'STARTTLS') return 'tls';
	if (connection.stage === 'init') return 'tls';
	return connection.lastServerResponse === false ? 'connect' : 'ehlo';
}

/** What the error comes to that kept a session from being set up. */
export function setUpFailure(
	error: unknown,
	connection: SMTPConnection,
	base: SessionContext,
	progress: SetUpProgress,
): SessionFailure {
	const context: FailureContext = {
		...base,
		stage: setUpStage(connection, error, progress),
		nowMs: Date.now(),
		saslRefusal: error instanceof SmtpRefusal ? error.saslRefusal : undefined,
	};
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

/** What a session that was given up comes to. */
export function interruptedFailure(
	by: Interruption,
	connection: SMTPConnection,
	base: SessionContext,
	progress: SetUpProgress,
): SessionFailure {
	const stage = setUpStage(connection, undefined, progress);
	return by === 'cancelled'
		? knownFailure(STOPPED, { ...base, stage })
		: setUpFailure(new SetUpTimeout(stage), connection, base, progress);
}
