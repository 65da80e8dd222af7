import type { IExecuteFunctions } from 'n8n-workflow';
import type { Letter } from '../../alerting/mail/letter';
import { letterHtml } from '../../alerting/mail/letter-html';
import { letterText } from '../../alerting/mail/letter-text';
import { asText, fieldReader, readValue } from '../shared/parameters/parameter-reader';
import { readMailOptions, readOptions } from '../shared/parameters/read-mail-parameters';
import { asLines } from '../shared/parameters/text-list';
import { warnOfFixed, warnOfLostOptions } from '../shared/parameters/warn-of-expressions';
import type { MailDraft } from '../shared/sending/mail-draft';

/**
 * Reads what alerts and digests share of one item's parameters, each expression once.
 *
 * @throws ParameterError naming the parameter as the editor shows it
 */
export function readLetterMail(
	functions: Pick<IExecuteFunctions, 'getNode' | 'getNodeParameter'>,
	itemIndex: number,
) {
	const options = readOptions(functions, itemIndex);
	const option = fieldReader('Options', options);
	const ownSubject = asText(option('subject', 'Subject')).trim();
	return {
		option,
		...readMailOptions(options),
		warnings: [
			...warnOfLostOptions(functions.getNode(), options),
			...warnOfFixed('Options → Subject', ownSubject),
		],
		fromEmail: asLines(readValue(functions, 'fromEmail', 'From Email', itemIndex, '')),
		toEmail: asLines(readValue(functions, 'toEmail', 'To Email', itemIndex, '')),
		/** Empty: made of what the letter tells of. */
		ownSubject,
	};
}

/** Puts a letter into the mail that the parameters ask for. */
export function draftLetter(
	letter: Letter,
	subject: string,
	parameters: ReturnType<typeof readLetterMail>,
): MailDraft {
	const { fields, fromEmail, toEmail, appendAttribution = false, delivery, warnings } = parameters;
	return {
		fields: {
			...fields,
			fromEmail,
			toEmail,
			subject,
			text: letterText(letter),
			html: letterHtml(letter),
			// No absence notice should answer this mail (RFC 3834 §5).
			autoSubmitted: 'auto-generated',
		},
		appendAttribution,
		delivery,
		warnings,
	};
}
