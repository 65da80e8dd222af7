import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import {
	cleanField,
	fieldProblem,
	isEmpty,
	quote,
	type Checked,
	type FieldProblem,
} from './checked-field';

const EXAMPLE = 'Enter the name of the server alone, e.g. smtp.example.com.';

/** RFC 1123 §2.1: letters, digits and hyphens; underscores occur in private networks. */
const HOST_NAME =
	/^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;

function faultOfShape(text: string): FieldProblem | undefined {
	const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
	if (scheme !== undefined) {
		return fieldProblem(
			'host',
			`is ${quote(text)}, a web address`,
			`Leave out "${scheme}" and whatever follows the name; Port and SSL Mode have fields of their own.`,
		);
	}
	if (text.includes('@')) {
		return fieldProblem('host', `is ${quote(text)}, an e-mail address`, EXAMPLE);
	}
	const port = /^(?:\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(text)?.[1];
	if (port !== undefined) {
		return fieldProblem(
			'host',
			`is ${quote(text)}, a name with a port`,
			`Leave out ":${port}" and enter ${port} in the field "Port".`,
		);
	}
	return undefined;
}

/**
 * The name (as A-labels, RFC 5890) or IP address of a mail server as it may be connected to.
 * Fails, with advice, on what people paste instead: `smtp://…`, `host:587`, an e-mail address.
 */
export function checkServerAddress(value: unknown): Checked<string> {
	const text = cleanField(value);
	if (isEmpty(text)) return fieldProblem('host', 'is empty', EXAMPLE);
	if (typeof text !== 'string') return fieldProblem('host', `is ${quote(text)}`, EXAMPLE);

	const address = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
	if (isIP(address) !== 0) return { ok: true, value: address };

	const fault = faultOfShape(text);
	if (fault !== undefined) return fault;

	const name = text.replace(/\.$/, '');
	// domainToASCII also unescapes and drops characters; only what is not ASCII is left to it.
	const ascii = /^\p{ASCII}*$/u.test(name) ? name : domainToASCII(name);
	if (!HOST_NAME.test(ascii)) {
		return fieldProblem('host', `is ${quote(text)}, which is no server name`, EXAMPLE);
	}
	return { ok: true, value: ascii.toLowerCase() };
}
