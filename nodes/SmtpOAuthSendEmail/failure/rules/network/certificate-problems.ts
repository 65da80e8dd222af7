/** Why a certificate is not trusted, and what to do about just that. */
export interface CertificateProblem {
	/** OpenSSL's and Node.js's codes (nodejs.org, "TLS/SSL": X509 certificate error codes). */
	readonly codes: readonly string[];
	/** For the errors whose code nodemailer drops when it wraps them after STARTTLS. */
	readonly phrase: RegExp;
	readonly message: string;
	readonly remedy: string;
	/** The remedy for a provider's server: the user can neither change it nor trust another authority. */
	readonly remedyForPreset?: string;
}

const PRIVATE_CA =
	'If the server is yours, paste the certificate of its authority into CA Certificate of the credential: the text from -----BEGIN CERTIFICATE----- on.';

const INTERCEPTED =
	'n8n trusts the provider’s own certificate. So most likely a firewall, a proxy or an antivirus program between n8n and the provider opens the connection. Ask the administrator of the network to let this server through.';

/** The ways in which a certificate is refused, told apart for the user. */
export const CERTIFICATE_PROBLEMS: readonly CertificateProblem[] = [
	{
		codes: ['SELF_SIGNED_CERT_IN_CHAIN'],
		phrase: /self[- ]signed certificate in certificate chain/i,
		message: 'The certificate of {server} comes from a private authority, which n8n does not know.',
		remedy: PRIVATE_CA,
		remedyForPreset: INTERCEPTED,
	},
	{
		codes: ['DEPTH_ZERO_SELF_SIGNED_CERT'],
		phrase: /self[- ]signed certificate/i,
		message: 'The certificate of {server} is self-signed: no authority vouches for it.',
		remedy:
			'If the server is yours, paste that certificate into CA Certificate of the credential: the text from -----BEGIN CERTIFICATE----- on.',
		remedyForPreset: INTERCEPTED,
	},
	{
		codes: ['CERT_HAS_EXPIRED'],
		phrase: /certificate has expired/i,
		message: 'The certificate of {server} has expired.',
		remedy:
			'Ask the administrator of the server to renew it, and check the clock of the machine that runs n8n.',
		remedyForPreset: 'Check the clock of the machine that runs n8n: it may be wrong.',
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
			'Enter SMTP Server in the credential exactly as the certificate names it: the message lists its names.',
		remedyForPreset: INTERCEPTED,
	},
	{
		codes: ['CERT_REVOKED'],
		phrase: /certificate revoked/i,
		message: 'The certificate of {server} has been revoked.',
		remedy: 'Ask the administrator of the server to replace it.',
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
		remedy: `${PRIVATE_CA} If it is a public server, its administrator should make it send its whole certificate chain.`,
		remedyForPreset: INTERCEPTED,
	},
];
