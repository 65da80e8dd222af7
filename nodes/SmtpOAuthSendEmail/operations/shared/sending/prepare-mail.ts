import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { MailAccount } from '../../../auth/mail-account';
import { describeFailure } from '../../../failure/describe-failure';
import { type Failure, STOPPED } from '../../../failure/model/failure';
import { appendAttribution, appendToBodies } from '../../../message/content/attribution';
import { findAttachment, type BinaryStore } from '../../../message/content/attachment-source';
import type { AttachmentSource, MessageFields } from '../../../message/fields/message-fields';
import { prepareMessage } from '../../../message/prepare-message';
import type { PreparedMessage } from '../../../message/prepared-message';
import { fail, succeed, type Result } from '../../../result/result';
import { binaryStore } from '../../host/binary-store';
import { checkLimits } from './check-limits';
import type { MailDraft } from './mail-draft';
import { describeError } from '../parameters/parameter-failure';
import { ParameterError } from '../parameters/parameter-reader';
import { warnOfFields } from '../parameters/warn-of-expressions';
import { transportKind } from './transports';

async function findAttachments(
	store: BinaryStore,
	{ attachments = [], fileAttachments = [] }: MailDraft,
): Promise<readonly AttachmentSource[]> {
	const sources: AttachmentSource[] = [];
	const options = [
		{ label: 'Options → Attachments', isEmbeddable: true, files: attachments },
		{ label: 'Options → Attachments (File)', isEmbeddable: false, files: fileAttachments },
	];
	for (const { files, ...option } of options) {
		for (const file of files) {
			const found = await findAttachment(store, file, option);
			if (!found.ok) throw new ParameterError(found.failure);
			sources.push(found.value);
		}
	}
	return sources;
}

/** n8n's page with the mark that n8n's own nodes give to the links of sent messages. */
const ATTRIBUTION_LINK =
	'https://n8n.io/?utm_source=n8n-internal&utm_medium=powered_by&utm_campaign=n8n-nodes-smtp-oauth.smtpOAuthSendEmail';

function withAdditions({
	fields,
	quote,
	appendAttribution: hasLine,
}: MailDraft): MailDraft['fields'] {
	const { text, html } = fields;
	const bodies = {
		...(text === undefined ? {} : { text }),
		...(html === undefined ? {} : { html }),
	};
	const signed = hasLine ? appendAttribution(bodies, ATTRIBUTION_LINK) : bodies;
	return { ...fields, ...(quote === undefined ? signed : appendToBodies(signed, quote)) };
}

/** Whose message it is, and what it was called in an earlier try. */
interface PrepareContext {
	/** The item that the attachments come from. */
	readonly itemIndex: number;
	readonly account: MailAccount;
	/** The Message-ID of an earlier try of the execution; `undefined` = none. */
	readonly recordedMessageId: string | undefined;
}

/**
 * Makes the message of a draft and checks all of it that can be checked without a server. Fails with
 * the stage `parameters`; never throws.
 */
export async function prepareMail(
	functions: IExecuteFunctions,
	draft: MailDraft,
	{ itemIndex, account, recordedMessageId = '' }: PrepareContext,
): Promise<Result<PreparedMessage, Failure>> {
	const context = { stage: 'parameters', provider: account.provider } as const;
	try {
		const store = binaryStore(functions, itemIndex, draft.delivery.timeoutMs);
		const attachments = await findAttachments(store, draft);
		const fields: MessageFields = {
			...withAdditions(draft),
			user: account.user,
			messageId: recordedMessageId === '' ? draft.fields.messageId : recordedMessageId,
			attachments,
		};
		const kind = transportKind(account);
		const prepared = await prepareMessage(fields, {
			now: new Date(),
			newMessageIdToken: randomUUID(),
			hasEnvelope: kind.hasEnvelope,
		});
		if (!prepared.ok) throw new ParameterError(prepared.failure);
		const message = prepared.value;
		const fault = checkLimits(message, account);
		if (fault !== undefined) return fail(describeFailure(fault, context));
		const check = await kind.check(fields, message, account);
		if (!check.ok) return fail(describeFailure(check.failure, context));
		const warnings = [
			...(draft.warnings ?? []),
			...warnOfFields(fields),
			...(message.warnings ?? []),
			...check.value,
		];
		return succeed(warnings.length === 0 ? message : { ...message, warnings });
	} catch (error: unknown) {
		const isStopped = functions.getExecutionCancelSignal()?.aborted === true;
		return fail(isStopped ? describeFailure(STOPPED, context) : describeError(error, context));
	}
}
