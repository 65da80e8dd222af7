/** The commands of ours whose refusal we notice ourselves, each with nodemailer's code for it. */
const REFUSALS = {
	EHLO: { code: 'EPROTOCOL', what: 'EHLO' },
	AUTH: { code: 'EAUTH', what: 'the sign-in' },
	'MAIL FROM': { code: 'EENVELOPE', what: 'the sender' },
} as const;

/** The server's refusal of a command, in the form of nodemailer's own errors. */
export class SmtpRefusal extends Error {
	readonly code: string;
	/** The SMTP reply code; missing where the reply began with none. */
	readonly responseCode: number | undefined;

	/**
	 * @param response the server's final reply
	 * @param saslRefusal the decoded text of its 334 refusal, if it sent one
	 */
	constructor(
		readonly command: keyof typeof REFUSALS,
		readonly response: string,
		readonly saslRefusal?: string,
	) {
		const { code, what } = REFUSALS[command];
		super(`The server refused ${what}`);
		this.code = code;
		const replyCode = /^\d{3}/.exec(response)?.[0];
		this.responseCode = replyCode === undefined ? undefined : Number(replyCode);
	}
}
