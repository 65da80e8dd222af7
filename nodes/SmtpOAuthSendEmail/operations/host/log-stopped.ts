import type { IExecuteFunctions } from 'n8n-workflow';
import type { SendOutcome } from '../../status/outcome';

/** Message-IDs in one line of the log. */
const IDS_A_LINE = 50;

/**
 * Logs what a stopped execution has sent, since n8n shows and keeps nothing of it: Message-IDs, and
 * no addresses of recipients.
 */
export function logStopped(
	functions: IExecuteFunctions,
	outcomes: readonly (SendOutcome | undefined)[],
): void {
	const groups = [
		{ what: 'accepted by the server', statuses: ['sent', 'partial'] },
		{ what: 'sent without a reply, so that they may or may not arrive', statuses: ['unknown'] },
	];
	const where = `${functions.getNode().name}, execution ${functions.getExecutionId()}`;
	for (const { what, statuses } of groups) {
		const ids = outcomes.flatMap((outcome) =>
			outcome !== undefined && statuses.includes(outcome.status) && 'messageId' in outcome
				? [outcome.messageId ?? '']
				: [],
		);
		for (let from = 0; from < ids.length; from += IDS_A_LINE) {
			const line = ids.slice(from, from + IDS_A_LINE).join(' ');
			functions.logger.warn(
				`${where}: stopped. Messages ${what} before (${String(ids.length)} in all): ${line}`,
			);
		}
	}
}
