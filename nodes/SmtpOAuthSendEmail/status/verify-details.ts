import type { StageFacts, StageResult, VerifyStage } from './verify-report';

/** What is seen of one stage: a sentence for people, and facts for further steps. */
export interface StageDetail {
	readonly detail: string;
	/** JSON; times in ISO 8601. */
	readonly facts: Readonly<Record<string, unknown>>;
}

const DAY_MS = 86_400_000;

function isoOf(unixMs: number): string {
	return Number.isFinite(unixMs) ? new Date(unixMs).toISOString() : 'unknown';
}

const RENEWALS = {
	application: 'It is renewed by itself: the application signs in, nobody has to connect.',
	serviceAccount: 'It is renewed by itself: the service account signs in, nobody has to connect.',
} as const;

function describeToken(facts: StageFacts['token']): StageDetail {
	const { validUntilMs, isRenewable, renewal, grantEndsAtMs, scopes, audiences } = facts;
	const { clientCertificateEndsAtMs: certificateEndsAtMs } = facts;
	const clientCertificateEndsAt =
		certificateEndsAtMs === undefined ? undefined : isoOf(certificateEndsAtMs);
	const validUntil = validUntilMs === undefined ? undefined : isoOf(validUntilMs);
	const grantEndsAt = grantEndsAtMs === undefined ? undefined : isoOf(grantEndsAtMs);
	const sentences = [
		validUntil === undefined ? 'Nobody says how long it is valid.' : `Valid until ${validUntil}.`,
		renewal === undefined
			? isRenewable
				? 'It can be renewed: there is a refresh token.'
				: 'There is no refresh token.'
			: RENEWALS[renewal],
		...(clientCertificateEndsAt === undefined
			? []
			: [`The certificate of the application ends at ${clientCertificateEndsAt}.`]),
		...(grantEndsAt === undefined ? [] : [`The refresh token ends at ${grantEndsAt}.`]),
		...(audiences === undefined ? [] : [`It is for ${audiences.join(', ')}.`]),
		...(scopes === undefined ? [] : [`Scopes: ${scopes.join(' ')}.`]),
	];
	return {
		detail: sentences.join(' '),
		facts: {
			...(validUntil === undefined ? {} : { validUntil }),
			isRenewable,
			...(renewal === undefined ? {} : { renewal }),
			...(clientCertificateEndsAt === undefined ? {} : { clientCertificateEndsAt }),
			...(grantEndsAt === undefined ? {} : { grantEndsAt }),
			...(audiences === undefined ? {} : { audiences }),
			...(scopes === undefined ? {} : { scopes }),
		},
	};
}

function describeTls({ version, isVerified, certificate }: StageFacts['tls'], nowMs: number) {
	const trust = isVerified ? 'trusted' : 'not trusted';
	if (certificate === undefined) {
		return { detail: `${version}, without a certificate.`, facts: { version, isVerified } };
	}
	const { subject, issuer, names, validFromMs, validUntilMs } = certificate;
	const daysLeft = Math.floor((validUntilMs - nowMs) / DAY_MS);
	const validUntil = isoOf(validUntilMs);
	return {
		detail: `${version}; the certificate of ${subject}, issued by ${issuer}, is ${trust} and valid until ${validUntil} (${String(daysLeft)} days).`,
		facts: {
			version,
			isVerified,
			certificate: {
				subject,
				issuer,
				names,
				validFrom: isoOf(validFromMs),
				validUntil,
				daysLeft,
			},
		},
	};
}

function describeEhlo({ maxMessageBytes, mechanisms, extensions }: StageFacts['ehlo']) {
	const size =
		maxMessageBytes === undefined
			? 'States no largest size.'
			: `Takes messages of up to ${String(maxMessageBytes)} bytes.`;
	const signIn = mechanisms.length === 0 ? 'nothing' : mechanisms.join(', ');
	return {
		detail: `${size} Signs in by ${signIn}. Extensions: ${extensions.join(', ') || 'none'}.`,
		facts: {
			...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
			mechanisms,
			extensions,
		},
	};
}

function describeAuth(facts: StageFacts['auth']): StageDetail {
	const { mechanism, isReplaced, allowsLargeMessages } = facts;
	const detail = isReplaced
		? `Signed in by ${mechanism}, with a renewed access token: the server had refused the stored one.`
		: `Signed in by ${mechanism}.`;
	if (allowsLargeMessages === undefined) return { detail, facts: { mechanism, isReplaced } };
	const large = allowsLargeMessages
		? 'Messages above 3,000,000 bytes may be sent as well.'
		: 'Messages above 3,000,000 bytes may not be sent: the permission Mail.ReadWrite is missing.';
	return { detail: `${detail} ${large}`, facts: { mechanism, isReplaced, allowsLargeMessages } };
}

/** How each stage's facts are told. */
const DESCRIPTIONS: {
	readonly [S in VerifyStage]: (facts: StageFacts[S], nowMs: number) => StageDetail;
} = {
	parameters: ({ from, user }) => ({
		detail: `Sends as ${from}, signing in as ${user}.`,
		facts: { from, user },
	}),
	token: describeToken,
	dns: ({ addresses }) => ({
		detail:
			addresses.length === 0
				? 'The server is given by its address.'
				: `Leads to ${addresses.join(', ')}.`,
		facts: { addresses },
	}),
	connect: ({ address, greeting }) => ({
		detail: `Connected to ${address}${greeting === undefined ? '' : `, which greets: ${greeting}`}.`,
		facts: { address, ...(greeting === undefined ? {} : { greeting }) },
	}),
	tls: describeTls,
	ehlo: describeEhlo,
	auth: describeAuth,
	mailFrom: ({ response }) => ({
		detail: `The server takes the sender: ${response}`,
		facts: { response },
	}),
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
