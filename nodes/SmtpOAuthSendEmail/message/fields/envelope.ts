/** MAIL FROM and RCPT TO as the server saw them (RFC 5321 §2.3.1); not the message's headers. */
export interface Envelope {
	readonly from: string;
	readonly to: readonly string[];
}
