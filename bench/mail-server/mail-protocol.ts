/** STARTTLS, or TLS from the first byte: the credential's values. */
export type SslMode = 'explicit' | 'implicit';

/** Where the bench's mail server listens, all of it on 127.0.0.1. */
export interface MailAddress {
	/** By added round trip in ms; 0 is the server itself. */
	readonly ports: Readonly<Record<SslMode, Readonly<Record<number, number>>>>;
	/** A port that sends back what it gets, behind the same links: to measure the links themselves. */
	readonly echoPorts: Readonly<Record<number, number>>;
	/** What a client has to trust (PEM). */
	readonly caCertificate: string;
}

/** What the server has seen since it was last told to forget; times in ms of its own clock. */
export interface MailReceipts {
	/** Unix ms of the moment that all times are counted from. */
	readonly timeOriginMs: number;
	readonly connections: number;
	/** All that came, within TLS. */
	readonly octets: number;
	/** When each message's MAIL FROM came. */
	readonly beganAtMs: readonly number[];
	/** When each message's final dot came. */
	readonly endedAtMs: readonly number[];
}

/** Parent to server process. */
export type MailRequest =
	| { readonly id: number; readonly ask: 'receipts' }
	| { readonly id: number; readonly ask: 'forget' }
	/** Answered when that many messages have come since the server was last told to forget. */
	| { readonly id: number; readonly ask: 'whenReceived'; readonly count: number };

/** Server process to parent; the address comes first, under no request's number. */
export interface MailAnswer {
	readonly id: number;
	readonly answer: MailAddress | MailReceipts | null;
}
