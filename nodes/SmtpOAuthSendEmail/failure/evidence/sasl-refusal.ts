import { parseJson } from '../../untrusted/parse-json';
import { readProperty } from '../../untrusted/read-property';

/** RFC 4954 §4 ends a line of the exchange at 12,288 characters. */
const MAX_TEXT_LENGTH = 12_288;

/** What a server said in its 334 before it refused (RFC 7628 §3.2.2; XOAUTH2 does the same). */
export interface SaslRefusal {
	/** Whether the token is good but not for sending: another one of the same kind won't help. */
	readonly isScopeMissing: boolean;
	/** The refusal in the server's words: not redacted. */
	readonly text: string;
}

/** Reads the decoded text of a 334 refusal; `undefined` if there was none. Never throws. */
export function readSaslRefusal(text: string | undefined): SaslRefusal | undefined {
	if (text === undefined || text.trim() === '') return undefined;
	const known = text.slice(0, MAX_TEXT_LENGTH);
	const status = readProperty(parseJson(known), 'status');
	return {
		isScopeMissing: status === 'insufficient_scope' || status === '403' || status === 403,
		text: known.trim(),
	};
}
