import { readProperty } from '../../untrusted/read-property';

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
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		parsed = undefined;
	}
	const status = readProperty(parsed, 'status');
	return {
		isScopeMissing: status === 'insufficient_scope' || status === '403' || status === 403,
		text: text.trim(),
	};
}
