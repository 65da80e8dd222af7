import type { IExecuteFunctions } from 'n8n-workflow';
import { createAccessTokens } from '../../auth/access-tokens';
import type { SmtpAccount } from '../../auth/mail-account';
import { forgetIdle, takeTurn } from '../../delivery/mailbox-limiter';
import { describeFault } from '../../failure/classify';
import { STOPPED } from '../../failure/model/known-faults';
import { laneOf } from '../../registry/mailbox-state';
import { processRegistry } from '../../registry/process-registry';
import { SERVER_UNREACHED, type VerifyStages } from '../../status/verify-report';
import { verifyGraph } from '../../transport/graph/verify-graph';
import { verifyMailbox } from '../../transport/smtp/verify/verify-smtp';
import { makeRoom } from '../../transport/smtp/pool/connection-pool';
import { credentialAccess, egressFilter } from '../host/credential-access';
import { httpRequest } from '../host/n8n-http-client';
import { mailboxKey } from '../host/mailbox-key';
import type { VerifyTask } from './verify-task';
import { wait } from '../host/wait';

type WalkStages = Omit<VerifyStages, 'parameters'>;

/** The walks to the servers of one execution. */
export interface Walks {
	/**
	 * Walks to the task's server, in the mailbox's turn. Items that ask for the same are answered by
	 * one walk, and one that did not come as far as the sender answers for every sender: a hundred
	 * items must not show a refused token a hundred times. Never throws.
	 */
	walk(task: VerifyTask & { readonly account: SmtpAccount }): Promise<WalkStages>;
	/** Tidies up when all are done. */
	end(): void;
}

const uptimeMs = (): number => performance.now();

function stoppedBefore(provider: string): WalkStages {
	const failure = describeFault(STOPPED, { stage: 'token', provider });
	return { token: { kind: 'failed', durationMs: 0, failure }, ...SERVER_UNREACHED };
}

/** Whether another sender would have come no further. */
function isAboutEverySender({ auth }: WalkStages): boolean {
	return auth.kind !== 'ok';
}

/** The walks of one execution; `end` when all are done. */
export function createWalks(functions: IExecuteFunctions): Walks {
	const signal = functions.getExecutionCancelSignal();
	const { lanes } = processRegistry();
	const known = new Map<string, WalkStages>();

	const walkNow = async (
		task: VerifyTask & { readonly account: SmtpAccount },
	): Promise<WalkStages> => {
		const { account, itemIndex, from, timeoutMs } = task;
		const { provider, maxConnections } = account;
		const key = mailboxKey(account);
		const lane = laneOf(lanes, key.mailbox, key.otherWay);
		// Nothing is sent, so the messages per minute are nobody's business here.
		const limits = { maxConnections, messagesPerMinute: 0 };
		const turn = await takeTurn(lane, limits, { now: uptimeMs, wait }, signal);
		if (turn === undefined) return stoppedBefore(provider);
		let exceedsConnections = false;
		try {
			await makeRoom(lane, maxConnections, uptimeMs());
			const access = credentialAccess(functions, itemIndex, account);
			const tokens = createAccessTokens(access, account, Date.now);
			const walked = { timeoutMs, signal, egress: egressFilter(functions) };
			const report =
				account.deliverVia === 'graph'
					? await verifyGraph(account, tokens, httpRequest(functions), walked)
					: await verifyMailbox(account, tokens, from, walked);
			({ exceedsConnections } = report);
			return report.stages;
		} finally {
			turn.end({ isMessage: false, exceedsConnections });
		}
	};

	return {
		async walk(task) {
			const mailbox = JSON.stringify(task.account);
			const sender = `${mailbox}\n${task.from ?? ''}`;
			const answered = known.get(mailbox) ?? known.get(sender);
			if (answered !== undefined) return answered;
			const stages = await walkNow(task);
			known.set(isAboutEverySender(stages) ? mailbox : sender, stages);
			return stages;
		},
		end() {
			forgetIdle(lanes, uptimeMs());
		},
	};
}
