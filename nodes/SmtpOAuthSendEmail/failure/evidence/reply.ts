/** A refusal of an SMTP server, taken apart. */
export interface Reply {
	/** 400 to 599 (RFC 5321 §4.2). */
	readonly replyCode: number;
	/** E.g. `5.7.3` (RFC 3463); missing where the server sends none. */
	readonly enhancedStatusCode?: string;
	/** The whole reply in the server's words, lines joined, the codes only once. */
	readonly text: string;
}

const REPLY_LINE = /^([45]\d\d)(?:[ -]+#?([245]\.\d{1,3}\.\d{1,3})(?!\d))?(?:[ -]|$)/;

/**
 * Takes a reply apart (RFC 5321 §4.2.1; enhanced status codes, RFC 2034), or gives `undefined`
 * if the text does not begin with a reply code of 400 to 599.
 */
export function parseReply(response: string): Reply | undefined {
	const match = REPLY_LINE.exec(response.trimStart());
	if (match === null) return undefined;
	const [, replyCode = '', enhancedStatusCode] = match;
	const [first = '', ...rest] = response.trim().split(/\r?\n/);
	const continued = rest.map((line) => {
		const repeated = REPLY_LINE.exec(line);
		return repeated === null ? line : line.slice(repeated[0].length);
	});
	return {
		replyCode: Number(replyCode),
		...(enhancedStatusCode === undefined ? {} : { enhancedStatusCode }),
		text: [first.replace(/^(\d{3})-/, '$1 '), ...continued].map((line) => line.trim()).join(' '),
	};
}
