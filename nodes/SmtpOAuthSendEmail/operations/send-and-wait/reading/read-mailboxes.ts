import type { IExecuteFunctions } from 'n8n-workflow';
import { parseAddressList, type Mailbox } from '../../../message/addresses/address-list';
import { describeProblem, PARAMETER_NAMES } from '../../../message/fields/parameter-problem';
import { asLines, ParameterError, readValue } from '../../shared/parameters/parameter-reader';

/**
 * Those who are asked, each once.
 *
 * @throws ParameterError where To Email names nobody, or something that is no address
 */
export function readMailboxes(
	functions: Pick<IExecuteFunctions, 'getNodeParameter'>,
): readonly Mailbox[] {
	const parameter = PARAMETER_NAMES.toEmail;
	const parsed = parseAddressList(
		asLines(readValue(functions, 'toEmail', parameter, 0, '')),
		parameter,
	);
	if (!parsed.ok) throw new ParameterError(parsed.failure);
	if (parsed.value.length === 0) {
		throw new ParameterError(
			describeProblem(parameter, `${parameter} names nobody.`, 'Fill in whom to ask.'),
		);
	}
	return [...new Map(parsed.value.map((mailbox) => [mailbox.address, mailbox])).values()];
}

/** A mailbox as an address field has it (RFC 5322 §3.4). */
export function writeMailbox({ name, address }: Mailbox): string {
	return name === '' ? address : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}
