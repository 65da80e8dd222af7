/** The SASL mechanisms that carry an OAuth 2.0 access token, in our order of preference. */
const SASL_MECHANISMS = ['XOAUTH2', 'OAUTHBEARER'] as const;

export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** One step of a sign-in: sends a line, resolves with the server's whole reply. */
export type Exchange = (line: string) => Promise<string>;

/** How the server answered: its final reply, and the decoded text of its 334 refusal if it sent one. */
interface SaslAnswer {
	readonly isAccepted: boolean;
	readonly reply: string;
	readonly refusal?: string | undefined;
}

/**
 * The mechanism to use: the configured one if the server offers it, with `auto` the first of ours
 * that it offers; `undefined` when there is none.
 */
export function chooseMechanism(
	configured: 'auto' | SaslMechanism,
	offered: readonly string[],
): SaslMechanism | undefined {
	return SASL_MECHANISMS.find(
		(mechanism) =>
			(configured === 'auto' || configured === mechanism) && offered.includes(mechanism),
	);
}

/** Commas and equals signs of a user name in a GS2 header (RFC 5801 §4). */
function escapeSaslName(name: string): string {
	return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

/** The client's response, before base64: RFC 7628 §3.1, or Google's and Microsoft's XOAUTH2. */
function initialResponse(
	mechanism: SaslMechanism,
	identity: { readonly user: string; readonly host: string; readonly port: number },
	accessToken: string,
): string {
	switch (mechanism) {
		case 'XOAUTH2':
			return `user=${identity.user}\u0001auth=Bearer ${accessToken}\u0001\u0001`;
		case 'OAUTHBEARER':
			return `n,a=${escapeSaslName(identity.user)},\u0001host=${identity.host}\u0001port=${String(identity.port)}\u0001auth=Bearer ${accessToken}\u0001\u0001`;
		default: {
			const unreachable: never = mechanism;
			return unreachable;
		}
	}
}

/** What a refused client must still say before the server gives its final reply. */
const REFUSAL_ANSWERS = {
	/** An empty line. */
	XOAUTH2: '',
	/** A single ^A, RFC 7628 §3.2.3. */
	OAUTHBEARER: 'AQ==',
} as const satisfies Record<SaslMechanism, string>;

function isContinuation(reply: string): boolean {
	return /^334(?: |$)/.test(reply);
}

/**
 * Signs in with an access token. The response goes on a line of its own after the server's 334,
 * because command lines end at 512 to 2,000 characters and tokens are longer (RFC 4954 §4.3
 * allows 12,288 here). Some servers, as James before 3.8, answer that with 501 and take the response
 * in the command only. The final reply decides; a refusal's JSON is kept.
 */
export async function authenticate(
	exchange: Exchange,
	mechanism: SaslMechanism,
	identity: { readonly user: string; readonly host: string; readonly port: number },
	accessToken: string,
): Promise<SaslAnswer> {
	const text = initialResponse(mechanism, identity, accessToken);
	const response = Buffer.from(text, 'utf8').toString('base64');
	const command = `AUTH ${mechanism}`;
	const challenge = await exchange(command);
	const wantsItAtOnce = /^501(?: |-|$)/.test(challenge);
	if (!isContinuation(challenge) && !wantsItAtOnce) {
		// A 235 without our token would be another user's session.
		return { isAccepted: false, reply: challenge };
	}
	let reply = await exchange(wantsItAtOnce ? `${command} ${response}` : response);
	let refusal: string | undefined;
	if (isContinuation(reply)) {
		refusal = Buffer.from(reply.slice(4).trim(), 'base64').toString('utf8');
		reply = await exchange(REFUSAL_ANSWERS[mechanism]);
	}
	const isAccepted = refusal === undefined && /^235(?: |-|$)/.test(reply);
	return { isAccepted, reply, refusal };
}
