import type { StageFacts, StageResult, VerifyStage } from './verify-report';

/** What is seen of one stage: a sentence for people, and facts for further steps. */
interface StageDetail {
	readonly detail: string;
	/** JSON, which leaves out what is `undefined`; times in ISO 8601. */
	readonly facts: Readonly<Record<string, unknown>>;
}

/** An instant in ISO 8601. */
export function isoOf(unixMs: number): string {
	return Number.isFinite(unixMs) ? new Date(unixMs).toISOString() : 'unknown';
}

/** Whole days from now until an instant; below 0 when it has passed. */
export function daysUntil(unixMs: number, nowMs: number): number {
	return Math.floor((unixMs - nowMs) / 86_400_000);
}

/** How the next token comes about where that takes no refresh token. */
const RENEWALS = {
	application: 'It is renewed by itself: the application signs in without a person.',
	serviceAccount: 'It is renewed by itself: the service account signs in without a person.',
} as const;

function describeToken(facts: StageFacts['token']): StageDetail {
	const { validUntilMs, isRenewable, renewal, grantEndsAtMs, scopes, audiences } = facts;
	const { clientCertificateEndsAtMs } = facts;
	const told = (known: string | undefined, tell: (known: string) => string): string[] =>
		known === undefined ? [] : [tell(known)];
	const instant = (ms: number | undefined) => (ms === undefined ? undefined : isoOf(ms));
	const validUntil = instant(validUntilMs);
	const clientCertificateEndsAt = instant(clientCertificateEndsAtMs);
	const grantEndsAt = instant(grantEndsAtMs);
	const sentences = [
		validUntil === undefined
			? 'It is not known how long it is valid.'
			: `Valid until ${validUntil}.`,
		renewal === undefined
			? isRenewable
				? 'It can be renewed: there is a refresh token.'
				: 'There is no refresh token.'
			: RENEWALS[renewal],
		...told(clientCertificateEndsAt, (at) => `The certificate of the application ends at ${at}.`),
		...told(grantEndsAt, (at) => `The refresh token ends at ${at}.`),
		...told(audiences?.join(', '), (names) => `It is for ${names}.`),
		...told(scopes?.join(' '), (names) => `Scopes: ${names}.`),
	];
	return {
		detail: sentences.join(' '),
		facts: {
			validUntil,
			isRenewable,
			renewal,
			clientCertificateEndsAt,
			grantEndsAt,
			audiences,
			scopes,
		},
	};
}

function describeTls({ version, isVerified, certificate }: StageFacts['tls'], nowMs: number) {
	const trust = isVerified ? 'trusted' : 'not trusted';
	if (certificate === undefined) {
		return { detail: `${version}, without a certificate.`, facts: { version, isVerified } };
	}
	const { validFromMs, validUntilMs, ...shown } = certificate;
	const { subject, issuer } = shown;
	const daysLeft = daysUntil(validUntilMs, nowMs);
	const validUntil = isoOf(validUntilMs);
	return {
		detail: `${version}; the certificate of ${subject}, issued by ${issuer}, is ${trust} and valid until ${validUntil} (${String(daysLeft)} days).`,
		facts: {
			version,
			isVerified,
			certificate: { ...shown, validFrom: isoOf(validFromMs), validUntil, daysLeft },
		},
	};
}

function describeEhlo(facts: StageFacts['ehlo']): StageDetail {
	const { maxMessageBytes, mechanisms, extensions } = facts;
	const size =
		maxMessageBytes === undefined
			? 'States no largest size.'
			: `Takes messages of up to ${String(maxMessageBytes)} bytes.`;
	const signIn = mechanisms.length === 0 ? 'nothing' : mechanisms.join(', ');
	return {
		detail: `${size} Signs in by ${signIn}. Extensions: ${extensions.join(', ') || 'none'}.`,
		facts,
	};
}

function describeAuth(facts: StageFacts['auth']): StageDetail {
	const { mechanism, isReplaced, allowsLargeMessages } = facts;
	const signedIn = isReplaced
		? `Signed in by ${mechanism}, with a renewed access token: the server had refused the stored one.`
		: `Signed in by ${mechanism}.`;
	if (allowsLargeMessages === undefined) return { detail: signedIn, facts };
	const large = allowsLargeMessages
		? 'Messages above 3,000,000 bytes may be sent as well.'
		: 'Messages above 3,000,000 bytes may not be sent: the permission Mail.ReadWrite is missing.';
	return { detail: `${signedIn} ${large}`, facts };
}

/** How each stage's facts are told. */
const DESCRIPTIONS: {
	readonly [S in VerifyStage]: (facts: StageFacts[S], nowMs: number) => StageDetail;
} = {
	parameters: (facts) => ({
		detail: `Sends as ${facts.from}, signing in as ${facts.user}.`,
		facts,
	}),
	token: describeToken,
	dns: (facts) => ({
		detail:
			facts.addresses.length === 0
				? 'The server is given by its address.'
				: `Leads to ${facts.addresses.join(', ')}.`,
		facts,
	}),
	connect: (facts) => ({
		detail: `Connected to ${facts.address}${facts.greeting === undefined ? '' : `, which greets: ${facts.greeting}`}.`,
		facts,
	}),
	tls: describeTls,
	ehlo: describeEhlo,
	auth: describeAuth,
	mailFrom: (facts) => ({ detail: `The server takes the sender: ${facts.response}`, facts }),
};

/**
 * What a stage has found out, in a sentence and as JSON; `undefined` where it has found nothing.
 *
 * @param nowMs Unix ms
 */
export function describeStage<S extends VerifyStage>(
	stage: S,
	result: StageResult<S>,
	nowMs: number,
): StageDetail | undefined {
	if (result.kind === 'skipped' || result.facts === undefined) return undefined;
	return DESCRIPTIONS[stage](result.facts, nowMs);
}
