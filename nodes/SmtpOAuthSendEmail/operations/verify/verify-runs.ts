import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../auth/mail-account';
import { forgetIdle, acquirePermit } from '../../delivery/mailbox-limiter';
import { describeFailure } from '../../failure/describe-failure';
import { STOPPED } from '../../failure/model/failure';
import { mailboxStateOf } from '../../registry/mailbox-state';
import { processRegistry } from '../../registry/process-registry';
import { SERVER_UNREACHED, type VerifyStages } from '../../status/verify-report';
import { mailboxKey } from '../host/mailbox-key';
import { openTransport } from '../shared/sending/transports';
import type { VerifyTask } from './verify-task';
import { wait } from '../../timing/wait';

type CheckedStages = Omit<VerifyStages, 'parameters'>;

/** The checks of the mailboxes of one execution. */
export interface MailboxChecks {
	/**
	 * Checks the task's server, with a permit of the mailbox. One check answers all items that ask for
	 * the same. One that did not come as far as the sender answers for every sender: a hundred items
	 * must not show a refused token a hundred times. Never throws.
	 */
	check(task: VerifyTask & { readonly account: MailAccount }): Promise<CheckedStages>;
	/** Tidies up when all are done. */
	end(): void;
}

const uptimeMs = (): number => performance.now();

function stoppedBefore(provider: string): CheckedStages {
	const failure = describeFailure(STOPPED, { stage: 'token', provider });
	return { token: { kind: 'failed', durationMs: 0, failure }, ...SERVER_UNREACHED };
}

/** Whether another sender would have come no further. */
function isAboutEverySender({ auth }: CheckedStages): boolean {
	return auth.kind !== 'ok';
}

/** The checks of one execution; call `end` when all are done. */
export function createMailboxChecks(functions: IExecuteFunctions): MailboxChecks {
	const signal = functions.getExecutionCancelSignal();
	const { mailboxStates } = processRegistry();
	const known = new Map<string, CheckedStages>();

	const checkNow = async (
		task: VerifyTask & { readonly account: MailAccount },
	): Promise<CheckedStages> => {
		const { account, itemIndex, from, timeoutMs } = task;
		const { provider, maxConnections } = account;
		const key = mailboxKey(account);
		const mailboxState = mailboxStateOf(mailboxStates, key.mailbox, key.otherWay);
		// Nothing is sent, so the messages per minute do not matter.
		const limits = { maxConnections, messagesPerMinute: 0 };
		const clock = { now: uptimeMs, wait };
		const acquired = await acquirePermit(mailboxState, limits, clock, { signal });
		if (!acquired.ok) return stoppedBefore(provider);
		let exceedsConnections = false;
		try {
			const memory = { refusedReplacements: new Set<string>() };
			const transport = openTransport(functions, itemIndex, account, memory);
			const report = await transport.verify(from, { timeoutMs, signal });
			({ exceedsConnections } = report);
			return report.stages;
		} finally {
			acquired.value.end({ isMessage: false, exceedsConnections });
		}
	};

	return {
		async check(task) {
			const mailbox = JSON.stringify(task.account);
			const sender = `${mailbox}\n${task.from ?? ''}`;
			const answered = known.get(mailbox) ?? known.get(sender);
			if (answered !== undefined) return answered;
			const stages = await checkNow(task);
			known.set(isAboutEverySender(stages) ? mailbox : sender, stages);
			return stages;
		},
		end() {
			forgetIdle(mailboxStates, uptimeMs());
		},
	};
}
