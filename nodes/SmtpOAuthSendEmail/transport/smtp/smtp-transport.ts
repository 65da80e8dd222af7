import type { AccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import type { PreparedMessage } from '../../message/prepared-message';
import { succeed } from '../../result/result';
import type { DeliveryReport } from '../../status/delivery-report';
import { countDown } from '../../timing/count-down';
import type {
	AttemptLimits,
	MailboxReport,
	MailTransport,
	TransportKind,
	VerifyLimits,
} from '../mail-transport';
import { SessionPool, type SessionPoolDependencies } from './pool/session-pool';
import { MessageOffer } from './send-message';
import { verifyMailbox } from './verify/verify-smtp';

/**
 * Whether a session that has served before was over by the time of this message, so that nothing
 * of it can have been accepted and another session may take it.
 */
function isStale(report: DeliveryReport): boolean {
	if (report.kind !== 'refused') return false;
	const { code, stage, replyCode } = report.failure;
	if (replyCode === 421) return stage !== 'reply';
	return replyCode === undefined && stage === 'mailFrom' && code !== 'CONNECTION_TIMEOUT';
}

/**
 * A transport whose connections stay among the mailbox's idle ones between messages, also for later
 * executions with the same credential. A refused access token is replaced once per message, then the
 * message is tried again; a connection that turns out to be dead before anything of the message went
 * out is replaced as well.
 */
export class SmtpTransport implements MailTransport {
	readonly #pool: SessionPool;

	constructor(
		private readonly account: MailAccount,
		private readonly tokens: AccessTokens,
		private readonly dependencies: SessionPoolDependencies,
	) {
		this.#pool = new SessionPool(account, tokens, dependencies);
	}

	async deliver(
		message: PreparedMessage,
		recipients: readonly string[],
		limits: AttemptLimits,
	): Promise<DeliveryReport> {
		const remaining = countDown(limits);
		for (;;) {
			const idle = await this.#pool.takeIdle(remaining());
			const opened = idle === undefined ? await this.#pool.open(remaining()) : succeed(idle);
			if (!opened.ok) {
				const { failure, response, exceedsConnections } = opened;
				const envelope = { from: message.envelope.from, to: recipients };
				return { kind: 'refused', envelope, failure, rejected: [], exceedsConnections, response };
			}
			const { report, isKept } = await this.#pool.use(
				opened.value,
				async (session) => await new MessageOffer(session, message, recipients).send(remaining()),
			);
			const mayTryAgain = idle !== undefined && !isKept && limits.signal?.aborted !== true;
			if (!mayTryAgain || !isStale(report)) return report;
		}
	}

	async verify(from: string | undefined, limits: VerifyLimits): Promise<MailboxReport> {
		const { egress } = this.dependencies;
		await this.#pool.makeRoom(limits);
		return await verifyMailbox(this.account, this.tokens, from, { ...limits, egress });
	}
}

/** SMTP carries every message; what a server lacks shows only when it is asked. */
export const SMTP: TransportKind = {
	hasEnvelope: true,
	check: async () => await Promise.resolve(succeed([])),
	open: (account, tokens, dependencies) => new SmtpTransport(account, tokens, dependencies),
};
