import type { IExecuteFunctions } from 'n8n-workflow';
import {
	parseAddressList,
	writeAddressList,
	type Mailbox,
} from '../../../message/addresses/address-list';
import { PARAMETER_NAMES } from '../../../message/fields/parameter-problem';
import type { MailDraft } from '../../shared/sending/mail-draft';
import {
	asText,
	ParameterError,
	readValue,
	refuse,
} from '../../shared/parameters/parameter-reader';
import { asLines } from '../../shared/parameters/text-list';
import { readMailOptions, readOptions } from '../../shared/parameters/read-mail-parameters';
import { SEND_WORDING, warnOfExpressions } from '../../shared/parameters/warn-of-expressions';
import { questionMail } from '../mail/question-mail';
import type { Decision, Question } from '../question/question';
import { readQuestion } from './read-question';

/** What the node's parameters come to: a question, and a mail for each who is asked. */
interface MailPlan {
	readonly question: Question;
	readonly mailboxes: readonly Mailbox[];
	/** What expressions give that is probably not meant, in a sentence each. */
	readonly warnings: readonly string[];
	/**
	 * The mail to one of them.
	 *
	 * @param linkOf the address that a button leads to, by what the page has chosen behind it
	 */
	readonly draft: (mailbox: Mailbox, linkOf: (chosen?: Decision) => string) => MailDraft;
}

const WORDING = {
	...SEND_WORDING,
	emptyBody: 'the email does not say what is asked',
	text: ['message', 'Message'],
} as const;

/** Those who are asked, each once. */
function readMailboxes(functions: IExecuteFunctions): readonly Mailbox[] {
	const parameter = PARAMETER_NAMES.toEmail;
	const text = asLines(readValue(functions, 'toEmail', parameter, 0, ''));
	const parsed = parseAddressList(text, parameter);
	if (!parsed.ok) throw new ParameterError(parsed.failure);
	if (parsed.value.length === 0) {
		refuse(parameter, `${parameter} holds no address.`, 'Enter the address of the person to ask.');
	}
	const keys = parsed.value.map(({ address }) => address.toLowerCase());
	return parsed.value.filter((_mailbox, index) => keys.indexOf(keys[index] ?? '') === index);
}

function refuseSharedMessageId(messageId: string, count: number): void {
	if (messageId === '' || count < 2) return;
	const parameter = PARAMETER_NAMES.messageId;
	refuse(
		parameter,
		`"${parameter}" is set, but ${String(count)} addresses each get a message of their own, which cannot share one ID.`,
		'Remove the option, or ask one address only.',
	);
}

/**
 * Reads all parameters of the operation, each expression once.
 *
 * @param nowMs Unix ms
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readMails(functions: IExecuteFunctions, nowMs: number): MailPlan {
	const mailboxes = readMailboxes(functions);
	const values = readOptions(functions, 0);
	const options = readMailOptions(values);
	refuseSharedMessageId(options.fields.messageId, mailboxes.length);
	const fromEmail = asLines(readValue(functions, 'fromEmail', PARAMETER_NAMES.fromEmail, 0, ''));
	const subject = asText(readValue(functions, 'subject', PARAMETER_NAMES.subject, 0, ''));
	const { question, message, buttons } = readQuestion(functions, subject, values, nowMs);
	const warnings = warnOfExpressions(
		functions.getNode(),
		{ subject, text: message },
		values,
		WORDING,
	);
	return {
		question,
		mailboxes,
		warnings,
		draft: (mailbox, linkOf) => ({
			delivery: options.delivery,
			warnings,
			appendAttribution: options.appendAttribution ?? true,
			fields: {
				...options.fields,
				fromEmail,
				toEmail: writeAddressList([mailbox]),
				subject,
				...questionMail({ ...question, message }, buttons, linkOf),
			},
		}),
	};
}
