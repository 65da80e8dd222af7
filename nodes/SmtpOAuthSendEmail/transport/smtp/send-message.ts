import type { SMTPConnectionSendInfo, SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { classifyFailure } from '../../failure/classify';
import { describeFailure } from '../../failure/describe-failure';
import { exceedsConnections } from '../../failure/rules/smtp/connection-limit';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import { type FailureContext, type FailureDraft, STOPPED } from '../../failure/model/failure';
import { readProperty } from '../../untrusted/read-property';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import type { AttemptLimits } from '../mail-transport';
import { MessageHandOver, type HandOver, type Progress } from './send-data';
import { unreadable } from '../unreadable';
import { findUnsupportedFeature } from './capability-check';
import { readRejections } from './rejections';
import { UntrustedReply } from './connection/reply-watch';
import type { SmtpSession } from './connection/smtp-session';

const LATE: FailureDraft = {
	code: 'CONNECTION_TIMEOUT',
	detail: 'The server did not take the message within the time allowed.',
	remedy: 'Raise Options → Timeout (Seconds), or send a smaller message.',
};

/** The longest reply that is kept, in characters. */
const MAX_RESPONSE_LENGTH = 1_000;

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
		return 'While the message was going out, the server sent a reply to no command. It may or may not arrive.';
	return result.progress !== 'ended' || result.kind === 'refused'
		? undefined
		: 'The whole message had gone out, but no readable reply of the server came. It may or may not arrive.';
}

/** One message offered to the recipients named, over one session. */
export class MessageOffer {
	readonly #envelope: DeliveryReport['envelope'];
	readonly #secrets: readonly string[];

	constructor(
		private readonly session: SmtpSession,
		private readonly message: PreparedMessage,
		private readonly recipients: readonly string[],
	) {
		this.#envelope = { from: message.envelope.from, to: recipients };
		this.#secrets = session.context.secrets ?? [];
	}

	/**
	 * Hands the message over. Never throws. What decides between `refused` and `unknown` is whether the
	 * message's stream had ended when the connection broke: a server that has not got the final dot
	 * accepts nothing, and a 4yz or 5yz reply always refuses.
	 */
	async send(limits: AttemptLimits): Promise<DeliveryReport> {
		const { session, message, recipients } = this;
		if (limits.signal?.aborted === true) return this.#refusedBy(STOPPED, 'mailFrom');
		const unsupported = findUnsupportedFeature(session.capabilities, message);
		if (unsupported !== undefined) return this.#refusedBy(unsupported, 'mailFrom');
		const handOver = new MessageHandOver(session, message.open(), limits);
		return this.#report(await handOver.run(smtpEnvelope(message, recipients)));
	}

	#context(stage: FailureStage): FailureContext {
		const { context, capabilities } = this.session;
		const { envelope, sizeBytes } = this.message;
		const { maxMessageBytes } = capabilities;
		return { ...context, sizeBytes, maxMessageBytes, stage, from: envelope.from };
	}

	#refusedBy(fault: FailureDraft, stage: FailureStage): DeliveryReport {
		return {
			kind: 'refused',
			envelope: this.#envelope,
			failure: describeFailure(fault, this.#context(stage)),
			rejected: [],
			tlsVerified: this.session.tlsVerified,
		};
	}

	#report(result: HandOver): DeliveryReport {
		const error = 'error' in result ? result.error : undefined;
		const stage = stageOf(error, result.progress);
		const detail = uncertainty(result);
		if (detail !== undefined) {
			const failure = describeFailure({ code: 'DELIVERY_UNKNOWN', detail }, this.#context(stage));
			return { ...this.#said(error), kind: 'unknown', failure };
		}
		switch (result.kind) {
			case 'accepted':
				return this.#accepted(result.info);
			case 'refused':
			case 'broken':
				return this.#refused(error, stage);
			case 'unreadable':
				return this.#refusedBy(unreadable(error), stage);
			case 'cancelled':
				return this.#refusedBy(STOPPED, stage);
			case 'timedOut':
				return this.#refusedBy(LATE, stage);
			default: {
				const unreachable: never = result;
				return unreachable;
			}
		}
	}

	/** What every report of a message that was offered tells, with the server's words where there are any. */
	#said(error: unknown) {
		const { redaction, tlsVerified } = this.session;
		const response = readProperty(error, 'response');
		const said = typeof response === 'string' ? redaction.quote(response, MAX_RESPONSE_LENGTH) : '';
		return {
			envelope: this.#envelope,
			rejected: readRejections(readProperty(error, 'rejectedErrors'), this.#secrets),
			tlsVerified,
			response: said === '' ? undefined : said,
		};
	}

	#accepted(info: SMTPConnectionSendInfo): DeliveryReport {
		const { redaction, tlsVerified } = this.session;
		const id = info.serverMessageId ?? '';
		return {
			kind: 'accepted',
			envelope: this.#envelope,
			accepted: info.accepted,
			rejected: readRejections(info.rejectedErrors, this.#secrets),
			response: redaction.quote(info.response, MAX_RESPONSE_LENGTH),
			// Unless it is made of a secret.
			serverMessageId: redaction.redact(id) === id ? info.serverMessageId : undefined,
			tlsVerified,
		};
	}

	#refused(error: unknown, stage: FailureStage): DeliveryReport {
		const said = this.#said(error);
		const recipients = said.rejected.map(({ address }) => address);
		return {
			...said,
			kind: 'refused',
			failure: classifyFailure(error, { ...this.#context(stage), recipients }),
			exceedsConnections: exceedsConnections(readProperty(error, 'response')),
		};
	}
}
