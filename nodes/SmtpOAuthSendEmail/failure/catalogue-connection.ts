import { MINUTE_MS, type CatalogueEntry } from './catalogue-entry';

/** Codes about reaching the mail server and securing the connection. */
export const CONNECTION_ENTRIES = {
	TLS_MODE_MISMATCH: {
		title: 'The SSL mode does not fit the port',
		message: 'The SSL mode in the credential does not fit what {server} speaks.',
		remedy:
			'Switch SSL Mode in the credential: Implicit (SSL/TLS) goes with port 465, Explicit (STARTTLS) with port 587.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	TLS_NOT_OFFERED: {
		title: 'The server offers no TLS',
		message: '{server} offers no encryption (STARTTLS, TLS 1.2 or newer) that this node can use.',
		remedy:
			'Use SSL Mode Implicit with port 465 if the server has it, or have TLS switched on there. This node never sends unencrypted.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	TLS_CERTIFICATE_INVALID: {
		title: 'The certificate is not trusted',
		message: 'The certificate of {server} is not trusted.',
		remedy:
			'Check the host name in the credential. For a server with a private certificate authority, paste its certificate (PEM) into CA Certificate.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	HOST_NOT_FOUND: {
		title: 'The host name is not known',
		message: 'No address was found for {host}.',
		remedy:
			'Check the SMTP Server in the credential for typing errors, and the DNS of the machine.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	CONNECTION_REFUSED: {
		title: 'The connection was refused',
		message: 'Nothing accepts connections at {server}.',
		remedy:
			'Check host and port in the credential (465 for Implicit, 587 for Explicit), and whether the mail server runs.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	CONNECTION_TIMEOUT: {
		title: 'The server did not answer in time',
		message: '{server} did not answer in time.',
		remedy:
			'Check host and port in the credential. Many clouds and networks block outgoing mail ports: try 587 or 465, and ask whoever runs the network.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	CONNECTION_LOST: {
		title: 'The connection broke',
		message: 'The connection to {server} broke before the message was accepted.',
		remedy: 'Send again. If it recurs, ask the server’s administrator what its log says.',
		cause: 'temporarily-unavailable',
		retryable: true,
	},
	EGRESS_BLOCKED: {
		title: 'n8n may not connect there',
		message: 'The settings of this n8n or of its machine forbid connections to {server}.',
		remedy:
			'Ask the administrator of this n8n to allow the mail server (N8N_SSRF_ALLOWED_HOSTNAMES, N8N_SSRF_ALLOWED_IP_RANGES, or the firewall).',
		cause: 'configuration-invalid',
		retryable: false,
	},
} as const satisfies Record<string, CatalogueEntry>;
