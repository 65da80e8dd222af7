/** Why a certificate is not trusted, and what to do about just that. */
export interface CertificateProblem {
	/** OpenSSL's and Node.js's codes (nodejs.org, "TLS/SSL": X509 certificate error codes). */
	readonly codes: readonly string[];
	/** For the errors whose code nodemailer drops when it wraps them after STARTTLS. */
	readonly phrase: RegExp;
	readonly message: string;
	readonly remedy: string;
}

const PRIVATE_CA =
	'If the server is yours, paste the certificate of its authority (PEM) into CA Certificate of the credential.';

/** The ways in which a certificate is refused, told apart for the user. */
export const CERTIFICATE_PROBLEMS: readonly CertificateProblem[] = [
	{
		codes: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
		phrase: /self[- ]signed certificate/i,
		message: 'The certificate of {server} is self-signed, so nobody vouches for it.',
		remedy: PRIVATE_CA,
	},
	{
		codes: ['CERT_HAS_EXPIRED'],
		phrase: /certificate has expired/i,
		message: 'The certificate of {server} has expired.',
		remedy: 'Have it renewed on the server, and check the clock of the machine that runs n8n.',
	},
	{
		codes: ['CERT_NOT_YET_VALID'],
		phrase: /certificate is not yet valid/i,
		message: 'The certificate of {server} is not valid yet.',
		remedy: 'Check the clocks of the server and of the machine that runs n8n.',
	},
	{
		codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
		phrase: /does not match certificate|altnames/i,
		message: 'The certificate of {server} is for another host name.',
		remedy:
			'Enter the SMTP Server in the credential exactly as the certificate names it (see the alternative names in the message).',
	},
	{
		codes: ['CERT_REVOKED'],
		phrase: /certificate revoked/i,
		message: 'The certificate of {server} has been revoked.',
		remedy: 'Have it replaced on the server.',
	},
	{
		codes: [
			'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			'UNABLE_TO_GET_ISSUER_CERT',
			'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
			'CERT_UNTRUSTED',
			'CERT_CHAIN_TOO_LONG',
			'CERT_SIGNATURE_FAILURE',
			'INVALID_CA',
			'INVALID_PURPOSE',
			'CERT_REJECTED',
		],
		phrase: /unable to (?:verify the first|get (?:local )?issuer) certificate/i,
		message: 'The certificate of {server} comes from an authority that n8n does not know.',
		remedy: `${PRIVATE_CA} If it is a public server, it probably does not send its intermediate certificate.`,
	},
];
