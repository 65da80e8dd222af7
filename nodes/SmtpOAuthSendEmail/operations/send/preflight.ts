import { randomUUID } from 'node:crypto';
import type { ICredentialDataDecryptedObject, IExecuteFunctions } from 'n8n-workflow';
import { providerOf } from '../../../../credentials/providers/providers';
import type { AccountResult, MailAccount } from '../../auth/mail-account';
import { readStoredToken } from '../../auth/stored-token';
import type { Ledger } from '../../delivery/ledger';
import type { SendJob } from '../../delivery/send-job';
import { classifyFailure, describeFault } from '../../failure/classify';
import { NOT_CONNECTED } from '../../failure/model/known-faults';
import { safeText } from '../../untrusted/redact';
import type { FailureStage } from '../../failure/catalogue/failure-stage';
import type { Failure, KnownFault } from '../../failure/model/failure';
import { formatSizes } from '../../failure/fill-template';
import { appendAttribution } from '../../message/content/attribution';
import { findAttachment, type BinaryStore } from '../../message/content/attachment-source';
import type { AttachmentSource } from '../../message/fields/message-fields';
import { prepareMessage } from '../../message/prepare-message';
import { ParameterError } from '../shared/parameter-reader';
import { readSendParameters, type SendParameters } from './read-send-parameters';
import { checkForGraph } from './check-for-graph';
import { CREDENTIAL_TYPE } from '../host/credential-access';

/** An item that may go out, or why it may not. */
export type PreflightResult =
	| { readonly ok: true; readonly job: SendJob; readonly account: MailAccount }
	| {
			readonly ok: false;
			readonly failure: Failure;
			readonly provider: string;
			readonly transport: MailAccount['deliverVia'];
	  };

class PreflightError extends Error {
	constructor(
		readonly fault: KnownFault,
		readonly stage: FailureStage,
	) {
		super(fault.detail);
	}
}

/** n8n could not give the credential. */
export function unreadableCredential(error: unknown): KnownFault {
	return {
		code: 'INVALID_PARAMETER',
		detail: `The credential could not be read: ${safeText(error, 300)}`,
		remedy:
			'Select an SMTP OAuth2 API credential in the node, and check the expressions in its fields if there are any.',
	};
}

function refuseUnreadable(error: unknown): never {
	throw new PreflightError(unreadableCredential(error), 'parameters');
}

function checkAccount(
	credential: ICredentialDataDecryptedObject,
	readAccount: (credential: unknown) => AccountResult,
): MailAccount {
	const result = readAccount(credential);
	if (!result.ok) {
		const { detail, remedy } = result;
		throw new PreflightError({ code: 'INVALID_PARAMETER', detail, remedy }, 'parameters');
	}
	const isUsers = result.account.signIn === 'user';
	if (isUsers && readStoredToken(credential['oauthTokenData']) === undefined) {
		throw new PreflightError(NOT_CONNECTED, 'token');
	}
	return result.account;
}

async function findAttachments(
	store: BinaryStore,
	parameters: SendParameters,
): Promise<readonly AttachmentSource[]> {
	const sources: AttachmentSource[] = [];
	const options = [
		{ label: 'Options → Attachments', isEmbeddable: true, names: parameters.attachments },
		{
			label: 'Options → Attachments (File)',
			isEmbeddable: false,
			names: parameters.fileAttachments,
		},
	];
	for (const { names, ...option } of options) {
		for (const name of names) {
			const found = await findAttachment(store, name, option);
			if (!found.ok) throw new ParameterError(found.problem);
			sources.push(found.value);
		}
	}
	return sources;
}

function binaryStore(functions: IExecuteFunctions, itemIndex: number): BinaryStore {
	const { helpers } = functions;
	return {
		find: (propertyName) => helpers.assertBinaryData(itemIndex, propertyName),
		sizeOf: async (id) => (await helpers.getBinaryMetadata(id)).fileSize,
		openStream: async (id) => await helpers.getBinaryStream(id),
	};
}

/**
 * Recipients in one message where the provider has published no number: what Exchange Online
 * allows at most and Postfix by default (smtpd_recipient_limit).
 */
const MAX_RECIPIENTS = 1_000;

function checkRecipientCount(count: number, provider: string): void {
	const published = providerOf(provider)?.limits.recipientsPerMessage;
	const max = published ?? MAX_RECIPIENTS;
	if (count <= max) return;
	const who = published === undefined ? 'This node sends to' : 'The provider accepts';
	throw new PreflightError(
		{
			code: 'TOO_MANY_RECIPIENTS',
			detail: `"To Email", CC and BCC name ${String(count)} recipients together. ${who} at most ${String(max)} in one message.`,
			remedy: 'Spread the recipients over several items.',
		},
		'parameters',
	);
}

function checkSize(sizeBytes: number, provider: string): void {
	const max = providerOf(provider)?.limits.maxMessageBytes;
	if (max === undefined || sizeBytes <= max) return;
	const [size, limit] = formatSizes(sizeBytes, max);
	throw new PreflightError(
		{
			code: 'MESSAGE_TOO_LARGE',
			detail: `The message is too large: it has ${size} as sent, and the provider takes ${limit}.`,
		},
		'parameters',
	);
}

/** n8n's page with the mark that n8n's own nodes give to the links of sent messages. */
const ATTRIBUTION_LINK =
	'https://n8n.io/?utm_source=n8n-internal&utm_medium=powered_by&utm_campaign=n8n-nodes-smtp-oauth.smtpOAuthSendEmail';

/**
 * Checks everything of one item that can be checked without a server: its credential, parameters,
 * addresses and attachments. Never throws.
 */
export async function preflight(
	functions: IExecuteFunctions,
	itemIndex: number,
	ledger: Ledger,
	readAccount: (credential: unknown) => AccountResult,
): Promise<PreflightResult> {
	let provider = 'custom';
	let transport: MailAccount['deliverVia'] = 'smtp';
	const failed = (failure: Failure): PreflightResult => ({
		ok: false,
		failure,
		provider,
		transport,
	});
	try {
		const credential = await functions
			.getCredentials(CREDENTIAL_TYPE, itemIndex)
			.catch(refuseUnreadable);
		const named = credential['provider'];
		if (typeof named === 'string' && providerOf(named) !== undefined) provider = named;
		const account = checkAccount(credential, readAccount);
		transport = account.deliverVia;
		const parameters = readSendParameters(functions, itemIndex);
		const { fields } = parameters;
		const bodies = {
			...(fields.text === undefined ? {} : { text: fields.text }),
			...(fields.html === undefined ? {} : { html: fields.html }),
		};
		const recordedMessageId = ledger.read(itemIndex)?.messageId ?? '';
		const isByGraph = account.deliverVia === 'graph';
		const content = {
			...fields,
			...(parameters.appendAttribution ? appendAttribution(bodies, ATTRIBUTION_LINK) : bodies),
			user: account.user,
			messageId: recordedMessageId === '' ? fields.messageId : recordedMessageId,
			attachments: await findAttachments(binaryStore(functions, itemIndex), parameters),
		};
		const prepared = await prepareMessage(content, {
			now: new Date(),
			newMessageIdToken: randomUUID(),
			hasEnvelope: !isByGraph,
		});
		if (!prepared.ok) throw new ParameterError(prepared.problem);
		checkRecipientCount(prepared.value.envelope.to.length, provider);
		checkSize(prepared.value.sizeBytes, provider);
		const check = isByGraph ? await checkForGraph(content, prepared.value, account) : undefined;
		if (check?.ok === false) throw new PreflightError(check.fault, 'parameters');
		const { warnings = [] } = check ?? {};
		const { idempotencyKey } = parameters;
		return {
			ok: true,
			account,
			job: {
				itemIndex,
				provider,
				message: warnings.length === 0 ? prepared.value : { ...prepared.value, warnings },
				maxAttempts: parameters.maxAttempts,
				timeoutMs: parameters.timeoutSeconds * 1_000,
				isPartialAnError: parameters.partialRejection === 'error',
				resendUnknown: parameters.resendUnknown,
				debug: parameters.debug,
				...(idempotencyKey === '' ? {} : { idempotencyKey }),
			},
		};
	} catch (error: unknown) {
		if (error instanceof ParameterError) {
			const { code, detail, remedy } = error.problem;
			return failed(describeFault({ code, detail, remedy }, { stage: 'parameters', provider }));
		}
		if (error instanceof PreflightError) {
			return failed(describeFault(error.fault, { stage: error.stage, provider }));
		}
		return failed(classifyFailure(error, { stage: 'parameters', provider }));
	}
}
