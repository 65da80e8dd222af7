import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NO_HANDOVER, unprepared } from '../../status/outcome';
import { addWarningHints } from '../host/execution-hints';
import { failureMode } from '../host/failure-mode';
import { deliverMails, type MailRequest } from '../shared/sending/deliver-mails';
import { finishItems, type ItemResult } from '../shared/sending/finish-items';
import { describeError } from '../shared/parameters/parameter-failure';
import { composeReply } from './compose-reply';
import { findAutomaticSign } from './composing/automatic-message';
import type { OriginalMessage } from './originals/original-message';
import { readMessageIds } from './originals/read-fields';
import { recognizeOriginal } from './originals/recognize-original';
import { readReplyParameters, readReplyToAutomatic } from './read-reply-parameters';

/**
 * What is known of an item before its answer is written, and what its status item says besides. No
 * outcome = the answer goes out.
 */
function beforeSending(
	functions: IExecuteFunctions,
	itemIndex: number,
	original: OriginalMessage,
): ItemResult {
	const { form: recognizedAs, messageId: inReplyTo } = original;
	try {
		const automaticSign = findAutomaticSign(original);
		if (automaticSign === undefined || readReplyToAutomatic(functions, itemIndex)) {
			return { outcome: undefined, extra: { recognizedAs, inReplyTo } };
		}
		return {
			outcome: { ...NO_HANDOVER, status: 'skipped', skippedBecause: 'automatic' },
			extra: { recognizedAs, automaticSign },
		};
	} catch (error: unknown) {
		const failure = describeError(error, { stage: 'parameters', provider: 'custom' });
		return { outcome: unprepared(failure), extra: { recognizedAs, inReplyTo } };
	}
}

/**
 * The operation `reply`: answers the message that each item holds, and outputs one status item for
 * each. A message that no program may answer (RFC 3834) is skipped before anything else is read.
 */
export async function reply(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const originals = functions.getInputData().map(({ json }) => recognizeOriginal(json));
	const items = originals.map((original, itemIndex) =>
		beforeSending(functions, itemIndex, original),
	);
	const timeZone = functions.getTimezone();
	const extras = items.map(({ extra }) => extra);
	const warnings: (readonly string[])[] = items.map(() => []);
	// In the stop mode nothing goes out where a parameter of any item is wrong.
	const isRefused =
		failureMode(functions) === 'stop' && items.some(({ outcome }) => outcome?.status === 'failed');
	const toSend = isRefused
		? []
		: originals.flatMap((original, itemIndex) =>
				items[itemIndex]?.outcome === undefined ? [{ original, itemIndex }] : [],
			);
	const requests = toSend.map(({ original, itemIndex }): MailRequest => ({
		itemIndex,
		draft: (account) => {
			const parameters = readReplyParameters(functions, itemIndex);
			const draft = composeReply(original, parameters, account, timeZone);
			warnings[itemIndex] = parameters.warnings;
			const [inReplyTo] = readMessageIds(draft.fields.inReplyTo);
			extras[itemIndex] = { recognizedAs: original.form, inReplyTo };
			return draft;
		},
	}));
	const { results, reason } = await deliverMails(functions, requests);
	addWarningHints(functions, warnings);
	for (const [index, result] of results.entries()) {
		const itemIndex = toSend[index]?.itemIndex ?? 0;
		items[itemIndex] = { ...result, extra: extras[itemIndex] };
	}
	return await finishItems(functions, items, reason);
}
