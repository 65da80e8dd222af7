import type { Evidence } from '../../evidence/evidence';
import type { FailureStage } from '../../catalogue/failure-stage';
import type { FailureDraft } from '../../model/failure';

/** A rule on the reason that OpenSSL gives, however Node.js spells it. */
export interface TlsRule extends FailureDraft {
	readonly reason: RegExp;
}

const OLD_TLS =
	'Ask the administrator of the server to switch on TLS 1.2 or newer with current ciphers and keys. This node never sends unencrypted, nor by methods that count as broken.';

/**
 * Alerts and errors of a TLS handshake (RFC 8446 §6, OpenSSL's reason codes). They mean that the
 * server was reached and refused, which trying again does not change; what broke on the way is a lost
 * connection. The first rule that applies decides.
 */
export const TLS_RULES: readonly TlsRule[] = [
	{
		reason: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE/,
		code: 'TLS_NOT_OFFERED',
		message: '{server} offers no TLS of version 1.2 or newer.',
		remedy: OLD_TLS,
	},
	{
		reason:
			/DH_KEY_TOO_SMALL|BAD_DH|BAD_ECPOINT|UNSAFE_LEGACY|LEGACY_SIGALG|WRONG_SIGNATURE|WRONG_CURVE/,
		code: 'TLS_NOT_OFFERED',
		message: '{server} offers only encryption that is too weak.',
		remedy: OLD_TLS,
	},
	{
		reason: /KEY_TOO_SMALL|MD_TOO_WEAK|CERTIFICATE_VERIFY_FAILED|EE_KEY|CA_KEY/,
		code: 'TLS_CERTIFICATE_INVALID',
		message: 'The certificate of {server} is not trusted: its key or its signature is too weak.',
		remedy: 'Ask the administrator of the server to replace the certificate.',
	},
	{
		reason: /UNRECOGNIZED_NAME/,
		code: 'TLS_CERTIFICATE_INVALID',
		message: '{server} has no certificate for the name by which it was asked.',
		remedy: 'Check SMTP Server in the credential: it must be the name that the server goes by.',
	},
	{
		reason:
			/CERTIFICATE_REQUIRED|ALERT_(?:BAD_CERTIFICATE|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(?:UNKNOWN|EXPIRED|REVOKED)|ACCESS_DENIED|NO_CERTIFICATE)/,
		code: 'TLS_NOT_OFFERED',
		message: '{server} wants a certificate of the client, which this node does not have.',
		remedy:
			'Ask the administrator for a port where programs sign in by OAuth alone (usually 587 or 465).',
	},
	{
		reason:
			/HANDSHAKE_FAILURE|NO_SHARED|NO_CIPHERS|INSUFFICIENT_SECURITY|ILLEGAL_PARAMETER|DECODE_ERROR|UNSUPPORTED_EXTENSION|NO_APPLICATION_PROTOCOL|NO_SUITABLE|INAPPROPRIATE_FALLBACK|TLS_ALERT_UNEXPECTED_MESSAGE/,
		code: 'TLS_NOT_OFFERED',
		message: '{server} and this node found no encryption that both use.',
		remedy: OLD_TLS,
	},
	{
		reason:
			/BAD_RECORD_MAC|UNEXPECTED_EOF|CLOSE_NOTIFY|USER_CANCELL?ED|INTERNAL_ERROR|RECORD_OVERFLOW|DECRYPTION_FAILED|DECRYPT_ERROR|BAD_DECRYPT|DIGEST_CHECK_FAILED/,
		code: 'CONNECTION_LOST',
		message: 'The encrypted connection to {server} broke.',
		remedy:
			'Send again. If it recurs, look for a firewall or an antivirus program that opens TLS connections, and ask the administrator of the mail server for its log.',
	},
];

/** Any other error of OpenSSL. */
const UNKNOWN_REASON: FailureDraft = {
	code: 'TLS_NOT_OFFERED',
	message: '{server} and this node could not agree on an encrypted connection.',
	remedy:
		'Check SMTP Server, Port and SSL Mode in the credential. If they are right, ask the administrator of the server, and quote the details of this error.',
};

/** `…:SSL routines:…:ssl/tls alert handshake failure:…`, for errors whose code was dropped. */
const REASON_TEXT = /:SSL routines:[^:]{0,80}:([^:]{1,80})/;

/** The stages in which a connection is being secured; later, an error of TLS is a broken connection. */
const SECURING: readonly FailureStage[] = ['connect', 'tls', 'token'];

/**
 * What an error of OpenSSL means, by its code (`ERR_SSL_…`), else by its reason; the same on every
 * version of Node.js. `undefined` where there is none.
 */
export function matchTlsError(evidence: Evidence, stage: FailureStage): FailureDraft | undefined {
	const texts = evidence.messages.map((message) => REASON_TEXT.exec(message.slice(0, 1_000))?.[1]);
	const reasons = [...evidence.codes.filter((code) => code.startsWith('ERR_SSL_')), ...texts]
		.filter((reason) => reason !== undefined)
		.map((reason) => reason.toUpperCase().replaceAll(/[^A-Z\d]/g, '_'));
	if (reasons.length === 0) return undefined;
	if (!SECURING.includes(stage)) return { code: 'CONNECTION_LOST' };
	return (
		TLS_RULES.find(({ reason }) => reasons.some((given) => reason.test(given))) ?? UNKNOWN_REASON
	);
}
