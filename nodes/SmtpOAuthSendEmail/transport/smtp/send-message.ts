import type { SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { classifyFailure, describeFault } from '../../failure/classify';
import { exceedsConnections } from '../../failure/rules/smtp/connection-limit';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import type { FaultContext, KnownFault } from '../../failure/model/failure';
import { readProperty } from '../../untrusted/read-property';
import { STOPPED } from '../../failure/model/known-faults';
import { safeText, type Redaction } from '../../untrusted/redact';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import { handOver, type HandOver, type HandOverLimits, type Progress } from './send-data';
import { findUnsupportedFeature } from './capability-check';
import { readRejections } from './rejections';
import { UntrustedReply } from './connection/reply-watch';
import type { SmtpSession } from './connection/smtp-session';

const LATE: KnownFault = {
	code: 'CONNECTION_TIMEOUT',
	detail: 'The server did not take the message within the time allowed.',
	remedy: 'Raise Options → Timeout (Seconds), or send a smaller message.',
};

/** The longest reply that is kept, in characters. */
const MAX_RESPONSE_LENGTH = 1_000;

/** The server's Message-ID, unless it is made of a secret. */
function readServerMessageId(
	id: string | undefined,
	redaction: Redaction,
): { readonly serverMessageId?: string } {
	return id === undefined || redaction.redact(id) !== id ? {} : { serverMessageId: id };
}

function smtpEnvelope(message: PreparedMessage, recipients: readonly string[]): SMTPEnvelope {
	const dsn = message.dsn;
	return {
		from: message.envelope.from,
		to: [...recipients],
		size: message.sizeBytes,
		...(dsn === undefined
			? {}
			: {
					dsn: {
						ret: dsn.returnContent === 'full' ? 'FULL' : 'HDRS',
						notify: dsn.notify.map((event) => event.toUpperCase()),
						envid: message.messageId.replace(/^<|>$/g, ''),
					},
				}),
	};
}

function stageOf(error: unknown, progress: Progress): FailureStage {
	const command = readProperty(error, 'command');
	if (progress === 'ended') return 'reply';
	if (command === 'MAIL FROM') return 'mailFrom';
	if (command === 'RCPT TO') return 'rcptTo';
	if (command === 'DATA' || progress !== 'envelope') return 'data';
	return 'mailFrom';
}

/** Why it is unknown what became of a message; `undefined` if it is known. */
function uncertainty(result: HandOver): string | undefined {
	if (result.kind === 'accepted') {
		return result.progress === 'ended'
			? undefined
			: 'The server accepted the message before it had all of it. It may or may not arrive.';
	}
	// A server that says more than it was asked may take the message without its end.
	if (
		result.progress === 'data' &&
		result.kind === 'broken' &&
		result.error instanceof UntrustedReply
	)
		return 'The server sent a reply that nothing had asked for while the message was under way. It may or may not arrive.';
	return result.progress !== 'ended' || result.kind === 'refused'
		? undefined
		: 'The whole message had gone out, but no readable reply of the server came. It may or may not arrive.';
}

/**
 * Hands one message over to the recipients named. Never throws. What decides between `refused`
 * and `unknown` is whether the message's stream had ended when the connection broke: a server
 * that has not got the final dot accepts nothing, and a 4yz or 5yz reply always refuses.
 */
export async function sendMessage(
	session: SmtpSession,
	message: PreparedMessage,
	recipients: readonly string[],
	limits: HandOverLimits,
): Promise<DeliveryReport> {
	const { capabilities, tlsVerified, redaction } = session;
	const envelope = { from: message.envelope.from, to: recipients };
	const context = (stage: FailureStage): FaultContext => ({
		...session.context,
		stage,
		from: message.envelope.from,
		sizeBytes: message.sizeBytes,
		...(capabilities.maxMessageBytes === undefined
			? {}
			: { maxMessageBytes: capabilities.maxMessageBytes }),
	});
	const secrets = session.context.secrets ?? [];
	const refusedBy = (fault: KnownFault, stage: FailureStage): DeliveryReport => ({
		kind: 'refused',
		envelope,
		failure: describeFault(fault, context(stage)),
		rejected: [],
		tlsVerified,
	});

	if (limits.signal?.aborted === true) return refusedBy(STOPPED, 'mailFrom');
	const unsupportedFeature = findUnsupportedFeature(capabilities, message);
	if (unsupportedFeature !== undefined) return refusedBy(unsupportedFeature, 'mailFrom');

	const smtp = smtpEnvelope(message, recipients);
	const result = await handOver(session, smtp, message.open(), limits);
	const error = 'error' in result ? result.error : undefined;
	const stage = stageOf(error, result.progress);
	const response = readProperty(error, 'response');
	const rejected = readRejections(readProperty(error, 'rejectedErrors'), secrets);
	const rest = {
		envelope,
		rejected,
		tlsVerified,
		...(typeof response === 'string'
			? { response: redaction.quote(response, MAX_RESPONSE_LENGTH) }
			: {}),
	};
	const detail = uncertainty(result);
	if (detail !== undefined) {
		const failure = describeFault({ code: 'DELIVERY_UNKNOWN', detail }, context(stage));
		return { ...rest, kind: 'unknown', failure };
	}
	switch (result.kind) {
		case 'accepted': {
			const { info } = result;
			return {
				kind: 'accepted',
				envelope,
				accepted: info.accepted,
				rejected: readRejections(info.rejectedErrors, secrets),
				response: redaction.quote(info.response, MAX_RESPONSE_LENGTH),
				...readServerMessageId(info.serverMessageId, redaction),
				tlsVerified,
			};
		}
		case 'refused':
		case 'broken':
			return {
				...rest,
				kind: 'refused',
				failure: classifyFailure(error, {
					...context(stage),
					recipients: rejected.map(({ address }) => address),
				}),
				exceedsConnections: exceedsConnections(response),
			};
		case 'unreadable': {
			const words = safeText(error, Number.MAX_SAFE_INTEGER);
			const what = `An attachment could not be read to its end, so nothing was sent: ${words}`;
			return refusedBy({ code: 'ATTACHMENT_MISSING', detail: what }, stage);
		}
		case 'cancelled':
			return refusedBy(STOPPED, stage);
		case 'timedOut':
			return refusedBy(LATE, stage);
		default: {
			const unreachable: never = result;
			return unreachable;
		}
	}
}
