import { CUSTOM_PROVIDER } from '../../../credentials/providers/providers';
import { TRANSPORTS } from '../../../credentials/providers/transports';
import { describeFailure, type ForeignWords } from './describe-failure';
import { readEvidence, type Evidence } from './evidence/evidence';
import type { Failure, FailureContext, FailureDraft } from './model/failure';
import { GRANT_TO_USER } from './rules/api/graph-rules';
import { matchApplicationSignIn } from './rules/sign-in/application-rules';
import { matchClaims, matchOtherService } from './rules/sign-in/match-claims';
import { matchFault } from './rules/network/match-network';
import { matchOAuth } from './rules/sign-in/oauth-rules';
import { matchReply } from './rules/smtp/match-reply';
import { matchServiceAccountSignIn } from './rules/sign-in/service-account-rules';
import { missingScope, refusedUnattended } from './rules/sign-in/refused-unattended';
import type { Reply } from './evidence/reply';
import { readSaslRefusal, type SaslRefusal } from './evidence/sasl-refusal';

/** n8n's own words for an ended grant: ours say the same, and what to do. */
const RECONNECT_NOTICE = /^The credential .* needs to be reconnected\.$/s;

function describeAnswer(evidence: Evidence): ForeignWords {
	const { oauthError, oauthDescription } = evidence;
	if (oauthError === undefined) {
		const text = evidence.messages[0] ?? '';
		return { speaker: 'system', text: RECONNECT_NOTICE.test(text) ? '' : text };
	}
	return {
		speaker: 'signInServer',
		text: oauthDescription === undefined ? oauthError : `${oauthError}: ${oauthDescription}`,
	};
}

/** What newer Node.js adds to a refused certificate: a remedy for who starts `node` by hand. */
const NODE_ADVICE =
	/; if the root CA is installed locally, try running Node\.js with --use-system-ca/;

/**
 * The reason in an OpenSSL error text ("…:error:0A00010B:SSL routines:…:wrong version number:…"),
 * without the addresses and source files around it and without Node.js's advice; any other text as
 * it is.
 */
function plainReason(text: string): string {
	const reason = /:error:[0-9A-F]{8}:[^:]*:[^:]*:([^:]+):/.exec(text)?.[1] ?? text;
	return reason.replace(NODE_ADVICE, '');
}

/** n8n itself speaks with the sign-in server: the credential's CA Certificate has no say there. */
const UNTRUSTED_SIGN_IN_SERVER: FailureDraft = {
	code: 'TOKEN_REQUEST_FAILED',
	message: 'n8n does not trust the certificate of the sign-in server (OAuth Token Endpoint).',
	remedy:
		"Ask the administrator of n8n to set NODE_EXTRA_CA_CERTS in its environment to a file with the authority's certificate (PEM). CA Certificate in the credential applies to the mail server only.",
	cause: 'configuration-invalid',
	retryable: false,
};

/**
 * Postfix refuses in these words also where it could not ask the authorization server (Dovecot), in
 * place of a 334 that says why. Other servers have a reply of their own for that, and a sign-in that
 * is refused for good must not be tried again: some servers lock the account then.
 */
const POSTFIX_REFUSAL =
	/error: authentication failed:\s{0,5}(?:$|\(?reason unavailable|generic failure|connection lost|temporar|timed? ?out)/i;

const PERHAPS_NOT_ASKED: Partial<FailureDraft> = {
	cause: 'temporarily-unavailable',
	retryable: true,
	retryAfterMs: 0,
	remedy:
		'Check that User in the credential is the mailbox that you connected, and connect again. If that does not help, ask the administrator of the mail server for its log: the server may not have been able to ask the OAuth server (Dovecot: "oauth2 failed").',
};

/** Without a person's connection the same answer means something else. */
function matchSignIn(evidence: Evidence, context: FailureContext): FailureDraft | undefined {
	const usual = matchOAuth(evidence);
	if (context.signIn === 'application') return matchApplicationSignIn(evidence, context, usual);
	if (context.signIn === 'serviceAccount') {
		return matchServiceAccountSignIn(evidence, context, usual);
	}
	return usual;
}

/** The catalogue's remedy names the permission of SMTP; another transport may need another one. */
function withPermissionsOf(
	draft: FailureDraft,
	{ deliverVia = 'smtp', signIn = 'user' }: FailureContext,
): FailureDraft {
	const { delegatedPermissions } = TRANSPORTS[deliverVia];
	const isGeneral = draft.code === 'PERMISSION_MISSING' && draft.remedy === undefined;
	return isGeneral && delegatedPermissions !== undefined && signIn === 'user'
		? { ...draft, remedy: GRANT_TO_USER(delegatedPermissions) }
		: draft;
}

function matchToken(evidence: Evidence, context: FailureContext): FailureDraft {
	const known = matchSignIn(evidence, context);
	if (known !== undefined) return withPermissionsOf(known, context);
	const { code } = matchFault(evidence, context);
	if (code === 'CANCELLED' || code === 'EGRESS_BLOCKED') return { code };
	// The names and ports of the catalogue's texts are the mail server's, not the sign-in server's.
	if (code === 'TLS_CERTIFICATE_INVALID') return UNTRUSTED_SIGN_IN_SERVER;
	return { code: 'TOKEN_REQUEST_FAILED', ...(code === 'UNCLASSIFIED' ? { retryable: false } : {}) };
}

/** What a server's refusal means: of a token, by what the token and the server say of it. */
function matchRefusal(
	reply: Reply,
	context: FailureContext,
	refusal: SaslRefusal | undefined,
): FailureDraft {
	const draft = matchReply(reply, context);
	if (draft.code !== 'TOKEN_REJECTED') return draft;
	const claimed = matchClaims(reply, context);
	if (claimed !== undefined && claimed.code !== 'TOKEN_REJECTED') return claimed;
	if (refusal?.isScopeMissing === true) {
		return { code: 'PERMISSION_MISSING', ...missingScope(context) };
	}
	const isBare =
		refusal === undefined &&
		context.provider === CUSTOM_PROVIDER &&
		POSTFIX_REFUSAL.test(reply.text.slice(0, 200));
	return {
		...draft,
		...(isBare ? PERHAPS_NOT_ASKED : {}),
		...refusedUnattended(context),
		...claimed,
	};
}

/**
 * Says why something failed, as an entry of the catalogue: from nodemailer's errors, from those
 * of n8n's token refresh, from anything. Pure; never throws on any input; the texts are
 * free of the context's secrets and of all that looks like one.
 */
export function classifyFailure(error: unknown, context: FailureContext): Failure {
	const evidence = readEvidence(error);
	const { reply, oauthError, messages } = evidence;
	if (context.stage === 'token' || (reply === undefined && oauthError !== undefined)) {
		return describeFailure(matchToken(evidence, context), context, describeAnswer(evidence));
	}
	if (reply === undefined) {
		const text = plainReason(messages[0] ?? '');
		return describeFailure(matchFault(evidence, context), context, { speaker: 'system', text });
	}
	const refusal = readSaslRefusal(context.saslRefusal);
	const refusalWords = refusal === undefined ? '' : ` (its answer to the token: ${refusal.text})`;
	const { text, ...codes } = reply;
	const words = { speaker: 'server', text: `${text}${refusalWords}` } as const;
	return describeFailure(matchRefusal(reply, context, refusal), context, words, codes);
}

/**
 * The failure of an access token that says itself that it is for another service (`WRONG_AUDIENCE`);
 * `undefined` if it does not. Pure; never throws; free of the context's secrets.
 */
export function describeOtherService(context: FailureContext): Failure | undefined {
	const draft = matchOtherService(context);
	return draft === undefined ? undefined : describeFailure(draft, context);
}
