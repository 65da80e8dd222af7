import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../auth/mail-account';
import { forgetIdle, acquirePermit } from '../../delivery/mailbox-limiter';
import { describeFailure } from '../../failure/describe-failure';
import { STOPPED } from '../../failure/model/failure';
import { mailboxStateOf } from '../../registry/mailbox-state';
import { processRegistry } from '../../registry/process-registry';
import { SERVER_UNREACHED, type VerifyStages } from '../../status/verify-report';
import { wait } from '../../timing/wait';
import { mailboxKey } from '../host/mailbox-key';
import { openTransport } from '../shared/sending/transports';
import type { VerifyTask } from './verify-task';

type CheckedStages = Omit<VerifyStages, 'parameters'>;

const uptimeMs = (): number => performance.now();

/** The checks of the mailboxes of one execution; call `end` when all are done. */
export class MailboxChecks {
	readonly #known = new Map<string, CheckedStages>();
	readonly #mailboxStates = processRegistry().mailboxStates;

	constructor(private readonly functions: IExecuteFunctions) {}

	/**
	 * Checks the task's server, with a permit of the mailbox. One check answers all items that ask for
	 * the same. One that did not come as far as the sender answers for every sender: a hundred items
	 * must not show a refused token a hundred times. Never throws.
	 */
	async check(account: MailAccount, task: VerifyTask): Promise<CheckedStages> {
		const mailbox = JSON.stringify(account);
		const sender = `${mailbox}\n${task.from ?? ''}`;
		const answered = this.#known.get(mailbox) ?? this.#known.get(sender);
		if (answered !== undefined) return answered;
		const stages = await this.#checkNow(account, task);
		this.#known.set(stages.auth.kind === 'ok' ? sender : mailbox, stages);
		return stages;
	}

	/** Tidies up when all are done. */
	end(): void {
		forgetIdle(this.#mailboxStates, uptimeMs());
	}

	async #checkNow(
		account: MailAccount,
		{ itemIndex, from, timeoutMs }: VerifyTask,
	): Promise<CheckedStages> {
		const signal = this.functions.getExecutionCancelSignal();
		const { provider, maxConnections } = account;
		const key = mailboxKey(account);
		const mailboxState = mailboxStateOf(this.#mailboxStates, key.mailbox, key.otherWay);
		// Nothing is sent, so the messages per minute do not matter.
		const limits = { maxConnections, messagesPerMinute: 0 };
		const clock = { now: uptimeMs, wait };
		const acquired = await acquirePermit(mailboxState, limits, clock, { signal });
		if (!acquired.ok) {
			const failure = describeFailure(STOPPED, { stage: 'token', provider });
			return { token: { kind: 'failed', durationMs: 0, failure }, ...SERVER_UNREACHED };
		}
		let exceedsConnections = false;
		try {
			const memory = { refusedReplacements: new Set<string>() };
			const transport = openTransport(this.functions, itemIndex, account, memory);
			const report = await transport.verify(from, { timeoutMs, signal });
			({ exceedsConnections } = report);
			return report.stages;
		} finally {
			acquired.value.end({ isMessage: false, exceedsConnections });
		}
	}
}
