import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NO_HANDOVER, unprepared, type SendOutcome } from '../../status/outcome';
import { failureMode } from '../host/failure-mode';
import { deliverMails, UNKNOWN_TRANSPORT, type MailRequest } from '../shared/sending/deliver-mails';
import { finishItems, type ItemResult } from '../shared/sending/finish-items';
import { describeError } from '../shared/parameters/parameter-failure';
import { composeReply } from './compose-reply';
import { findAutomaticSign } from './composing/automatic-message';
import type { OriginalMessage } from './originals/original-message';
import { readMessageIds } from './originals/read-fields';
import { recognizeOriginal } from './originals/recognize-original';
import { readReplyParameters, readReplyToAutomatic } from './read-reply-parameters';

/** What a reply's status item says besides. */
interface ReplyFacts {
	/** The form in which the item holds the original. */
	readonly recognizedAs: OriginalMessage['form'];
	readonly inReplyTo?: string;
	/** By what a message showed that a program wrote it. */
	readonly automaticSign?: string;
}

/** One item on its way to its answer. */
interface ReplyTask {
	readonly itemIndex: number;
	readonly original: OriginalMessage;
	/** What is known without sending anything; `undefined` = the answer goes out. */
	readonly outcome: SendOutcome | undefined;
	readonly facts: ReplyFacts;
}

function readTask(functions: IExecuteFunctions, itemIndex: number, json: object): ReplyTask {
	const original = recognizeOriginal(json);
	const { form: recognizedAs, messageId } = original;
	const task = {
		itemIndex,
		original,
		facts: { recognizedAs, ...(messageId === undefined ? {} : { inReplyTo: messageId }) },
	};
	try {
		const automaticSign = findAutomaticSign(original);
		if (automaticSign === undefined || readReplyToAutomatic(functions, itemIndex)) {
			return { ...task, outcome: undefined };
		}
		return {
			...task,
			facts: { recognizedAs, automaticSign },
			outcome: { ...NO_HANDOVER, status: 'skipped', skippedBecause: 'automatic' },
		};
	} catch (error: unknown) {
		const context = { stage: 'parameters', provider: 'custom' } as const;
		return { ...task, outcome: unprepared(describeError(error, context)) };
	}
}

/**
 * The operation `reply`: answers the message that each item holds, and outputs one status item for
 * each. A message that no program may answer (RFC 3834) is skipped before anything else is read.
 */
export async function reply(functions: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const tasks = functions
		.getInputData()
		.map(({ json }, itemIndex) => readTask(functions, itemIndex, json));
	const timeZone = functions.getTimezone();
	const toSend = tasks.filter(({ outcome }) => outcome === undefined);
	const answered = new Map<number, ReplyFacts>();
	const requests = toSend.map(({ itemIndex, original }): MailRequest => ({
		itemIndex,
		draft: (account) => {
			const parameters = readReplyParameters(functions, itemIndex);
			const draft = composeReply(original, parameters, account, timeZone);
			const [inReplyTo] = readMessageIds(draft.fields.inReplyTo);
			const facts = { recognizedAs: original.form };
			answered.set(itemIndex, inReplyTo === undefined ? facts : { ...facts, inReplyTo });
			return draft;
		},
	}));
	// In the stop mode nothing goes out where a parameter of any item is wrong.
	const isRefused =
		failureMode(functions) === 'stop' && tasks.some(({ outcome }) => outcome?.status === 'failed');
	const { results, reason } = await deliverMails(functions, isRefused ? [] : requests);
	const items = tasks.map(({ outcome, facts }): ItemResult => ({
		outcome,
		transportInfo: UNKNOWN_TRANSPORT,
		extra: facts,
	}));
	toSend.forEach(({ itemIndex, facts }, index) => {
		const result = results[index];
		const extra = answered.get(itemIndex) ?? facts;
		if (result !== undefined) items[itemIndex] = { ...result, extra };
	});
	return await finishItems(functions, items, reason);
}
