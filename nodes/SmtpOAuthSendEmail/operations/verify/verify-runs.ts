import type { IExecuteFunctions } from 'n8n-workflow';
import { createAccessTokens } from '../../auth/access-tokens';
import type { MailAccount } from '../../auth/mail-account';
import { forgetIdle, acquirePermit } from '../../delivery/mailbox-limiter';
import { describeFault } from '../../failure/classify';
import { STOPPED } from '../../failure/model/known-faults';
import { mailboxStateOf } from '../../registry/mailbox-state';
import { processRegistry } from '../../registry/process-registry';
import { SERVER_UNREACHED, type VerifyStages } from '../../status/verify-report';
import { verifyGraph } from '../../transport/graph/verify-graph';
import { verifyMailbox } from '../../transport/smtp/verify/verify-smtp';
import { evictIdle } from '../../transport/smtp/pool/connection-pool';
import { credentialAccess, egressFilter } from '../host/credential-access';
import { httpRequest } from '../host/n8n-http-client';
import { mailboxKey } from '../host/mailbox-key';
import type { VerifyTask } from './verify-task';
import { wait } from '../host/wait';

type CheckedStages = Omit<VerifyStages, 'parameters'>;

/** The walks to the servers of one execution. */
export interface MailboxChecks {
	/**
	 * Walks to the task's server, in the mailbox's turn. Items that ask for the same are answered by
	 * one walk, and one that did not come as far as the sender answers for every sender: a hundred
	 * items must not show a refused token a hundred times. Never throws.
	 */
	check(task: VerifyTask & { readonly account: MailAccount }): Promise<CheckedStages>;
	/** Tidies up when all are done. */
	end(): void;
}

const uptimeMs = (): number => performance.now();

function stoppedBefore(provider: string): CheckedStages {
	const failure = describeFault(STOPPED, { stage: 'token', provider });
	return { token: { kind: 'failed', durationMs: 0, failure }, ...SERVER_UNREACHED };
}

/** Whether another sender would have come no further. */
function isAboutEverySender({ auth }: CheckedStages): boolean {
	return auth.kind !== 'ok';
}

/** The walks of one execution; `end` when all are done. */
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
		// Nothing is sent, so the messages per minute are nobody's business here.
		const limits = { maxConnections, messagesPerMinute: 0 };
		const permit = await acquirePermit(mailboxState, limits, { now: uptimeMs, wait }, signal);
		if (permit === undefined) return stoppedBefore(provider);
		let exceedsConnections = false;
		try {
			await evictIdle(mailboxState, maxConnections, uptimeMs());
			const access = credentialAccess(functions, itemIndex, account);
			const tokens = createAccessTokens(access, account, Date.now);
			const limits = { timeoutMs, signal, egress: egressFilter(functions) };
			const report =
				account.deliverVia === 'graph'
					? await verifyGraph(account, tokens, httpRequest(functions), limits)
					: await verifyMailbox(account, tokens, from, limits);
			({ exceedsConnections } = report);
			return report.stages;
		} finally {
			permit.end({ isMessage: false, exceedsConnections });
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
