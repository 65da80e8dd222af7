import type { Readable } from 'node:stream';
import type { SMTPConnectionSendInfo, SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { classifyFailure, describeFault } from '../failure/classify';
import { redact, safeText } from '../failure/redact';
import type { FailureStage, FaultContext, KnownFault } from '../failure/failure';
import type { PreparedMessage } from '../message/prepared-message';
import type { DeliveryReport } from '../status/delivery-report';
import { findObstacle } from './obstacle';
import { readRejections } from './rejections';
import type { SmtpSession } from './smtp-session';

/** The reply to the final dot may take this long (RFC 5321 §4.5.3.2.6). */
const REPLY_TIMEOUT_MS = 600_000;

const STOPPED: KnownFault = {
	code: 'CANCELLED',
	detail: 'The execution was stopped before the message went out.',
};

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

function property(error: unknown, name: string): unknown {
	return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/** How far a message had come: `ended` once nodemailer has taken all of it. */
type Progress = 'envelope' | 'data' | 'ended';

function stageOf(error: unknown, progress: Progress): FailureStage {
	const command = property(error, 'command');
	if (progress === 'ended') return 'reply';
	if (command === 'MAIL FROM') return 'mailFrom';
	if (command === 'RCPT TO') return 'rcptTo';
	if (command === 'DATA' || progress === 'data') return 'data';
	return 'mailFrom';
}

function isRefusalReply(replyCode: unknown): boolean {
	return typeof replyCode === 'number' && replyCode >= 400 && replyCode < 600;
}

/**
 * Hands one message over to the recipients named. Never throws. What decides between `refused`
 * and `unknown` is whether the message's stream had ended when the connection broke: a server
 * that has not got the final dot accepts nothing, and a 4yz or 5yz reply always refuses.
 *
 * @param limits `timeoutMs` until the end of the data, `replyTimeoutMs` (default 600,000) for the
 *   reply after it; `signal` gives up before the data begins
 */
export async function sendMessage(
	session: SmtpSession,
	message: PreparedMessage,
	recipients: readonly string[],
	limits: {
		readonly timeoutMs: number;
		readonly replyTimeoutMs?: number | undefined;
		readonly signal?: AbortSignal | undefined;
	},
): Promise<DeliveryReport> {
	const envelope = { from: message.envelope.from, to: recipients };
	const context = (stage: FailureStage): FaultContext => ({
		...session.context,
		stage,
		from: message.envelope.from,
		sizeBytes: message.sizeBytes,
		...(session.capabilities.maxMessageBytes === undefined
			? {}
			: { maxMessageBytes: session.capabilities.maxMessageBytes }),
	});
	const secrets = session.context.secrets ?? [];
	const tlsVerified = session.tlsVerified;
	const refusedBy = (fault: KnownFault, stage: FailureStage): DeliveryReport => ({
		kind: 'refused',
		envelope,
		failure: describeFault(fault, context(stage)),
		rejected: [],
		tlsVerified,
	});

	if (limits.signal?.aborted === true) return refusedBy(STOPPED, 'mailFrom');
	const inTheWay = findObstacle(session.capabilities, message);
	if (inTheWay !== undefined) return refusedBy(inTheWay, 'mailFrom');

	const state: { progress: Progress; isSettled: boolean; isBroken: boolean; content?: Readable } = {
		progress: 'envelope',
		isSettled: false,
		isBroken: false,
	};
	let stop: (outcome: 'cancelled' | 'timedOut') => void = () => undefined;
	const stopped = new Promise<'cancelled' | 'timedOut'>((resolve) => {
		stop = resolve;
	});
	const onAbort = (): void => {
		// Data under way is let finish: stopping it here would leave nobody knowing.
		if (state.progress === 'envelope') stop('cancelled');
	};
	let timer = setTimeout(() => {
		stop('timedOut');
	}, limits.timeoutMs);
	limits.signal?.addEventListener('abort', onAbort, { once: true });

	const sending = new Promise<
		{ readonly info: SMTPConnectionSendInfo } | { readonly error: unknown }
	>((resolve) => {
		const content = message.open();
		state.content = content;
		content.once('resume', () => {
			state.progress = 'data';
		});
		content.once('error', () => {
			state.isBroken = true;
		});
		content.once('end', () => {
			if (state.isSettled) return;
			state.progress = 'ended';
			clearTimeout(timer);
			timer = setTimeout(() => {
				stop('timedOut');
			}, limits.replyTimeoutMs ?? REPLY_TIMEOUT_MS);
		});
		session.connection.send(smtpEnvelope(message, recipients), content, (error, info) => {
			resolve(error === null ? { info } : { error });
		});
	});

	const outcome = await Promise.race([
		sending,
		session.ended.then((error) => ({
			error: error ?? new Error('Connection closed unexpectedly'),
		})),
		stopped,
	]);
	state.isSettled = true;
	clearTimeout(timer);
	limits.signal?.removeEventListener('abort', onAbort);

	const { progress } = state;
	if (typeof outcome === 'object' && 'info' in outcome && progress === 'ended') {
		const { info } = outcome;
		return {
			kind: 'accepted',
			envelope,
			accepted: info.accepted,
			rejected: readRejections(info.rejectedErrors, secrets),
			response: redact(info.response, secrets),
			...(info.serverMessageId === undefined ? {} : { serverMessageId: info.serverMessageId }),
			tlsVerified,
		};
	}

	const error = typeof outcome === 'object' && 'error' in outcome ? outcome.error : undefined;
	const response = property(error, 'response');
	// An attachment's own error may look like a reply: that of whatever it was read from.
	const isReply = !state.isBroken && isRefusalReply(property(error, 'responseCode'));
	const stage = stageOf(error, progress);
	if (!isReply || progress === 'data') {
		// Whatever this connection still holds of the message must not reach the server.
		session.connection.close();
		state.content?.destroy();
	}
	const rest = {
		envelope,
		rejected: readRejections(property(error, 'rejectedErrors'), secrets),
		tlsVerified,
		...(typeof response === 'string' ? { response: redact(response, secrets) } : {}),
	};
	const isAcceptedEarly = typeof outcome === 'object' && 'info' in outcome;
	if (isAcceptedEarly || (progress === 'ended' && !isReply)) {
		return {
			...rest,
			kind: 'unknown',
			failure: describeFault(
				{
					code: 'DELIVERY_UNKNOWN',
					detail: isAcceptedEarly
						? 'The server accepted the message before it had all of it: it may or may not arrive.'
						: 'The message had gone out whole, and no readable reply of the server came: it may or may not arrive.',
				},
				context(stage),
			),
		};
	}
	if (state.isBroken) {
		const words = safeText(error, 500);
		return refusedBy(
			{
				code: 'ATTACHMENT_MISSING',
				detail: `An attachment could not be read to its end, so nothing was sent: ${words}`,
			},
			stage,
		);
	}
	if (outcome === 'cancelled') {
		return refusedBy(STOPPED, stage);
	}
	if (outcome === 'timedOut') {
		return refusedBy(
			{
				code: 'CONNECTION_TIMEOUT',
				detail: 'The server did not take the message within the time allowed ("Timeout").',
			},
			stage,
		);
	}
	return { ...rest, kind: 'refused', failure: classifyFailure(error, context(stage)) };
}
