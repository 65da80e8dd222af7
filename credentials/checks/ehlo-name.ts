import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { cleanField, fieldProblem, isEmpty, quote, type Checked } from './checked-field';

const REMEDY =
	'Enter the domain name of the machine that runs n8n, e.g. n8n.example.com, or its address in brackets, e.g. [192.0.2.1]. Leave it empty to let the node choose.';

/** RFC 5321 §4.1.2: letters, digits and hyphens in labels of at most 63 characters. */
const DOMAIN =
	/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** An address literal (RFC 5321 §4.1.3), also from an address without brackets. */
function addressLiteral(text: string): string | undefined {
	const address = /^\[(?:IPv6:)?(.*)\]$/i.exec(text)?.[1] ?? text;
	// A zone (`fe80::1%eth0`) means something on one machine only.
	if (address.includes('%')) return undefined;
	switch (isIP(address)) {
		case 4:
			return `[${address}]`;
		case 6:
			return `[IPv6:${address}]`;
		default:
			return undefined;
	}
}

/**
 * What the client calls itself in EHLO (RFC 5321 §4.1.1.1): a domain (as A-labels, RFC 5890) or an
 * address literal. `undefined` where the field is empty or missing.
 */
export function checkEhloName(value: unknown): Checked<string | undefined> {
	const text = cleanField(value);
	if (isEmpty(text)) return { ok: true, value: undefined };
	if (typeof text !== 'string') return fieldProblem('ehloName', `is ${quote(text)}`, REMEDY);
	const literal = addressLiteral(text);
	if (literal !== undefined) return { ok: true, value: literal };
	const name = text.replace(/\.$/, '');
	// domainToASCII also unescapes and drops characters; only what is not ASCII is left to it.
	const ascii = /^\p{ASCII}*$/u.test(name) ? name : domainToASCII(name);
	if (!DOMAIN.test(ascii) || /^[\d.]+$/.test(ascii)) {
		const fault = `is ${quote(text)}, which is neither a domain name nor an address in brackets`;
		return fieldProblem('ehloName', fault, REMEDY);
	}
	return { ok: true, value: ascii.toLowerCase() };
}
