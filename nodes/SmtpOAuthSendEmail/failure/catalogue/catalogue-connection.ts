import { MINUTE_MS, type CatalogueEntry } from './catalogue-entry';

/** Codes about reaching the mail server and securing the connection. */
export const CONNECTION_ENTRIES = {
	TLS_MODE_MISMATCH: {
		title: 'The SSL mode does not fit the port',
		message: 'The SSL mode in the credential does not fit what {server} speaks.',
		remedy:
			'Open the credential and switch SSL Mode: Implicit (SSL/TLS) goes with port 465, Explicit (STARTTLS) with port 587.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	TLS_NOT_OFFERED: {
		title: 'The server offers no TLS',
		message:
			'{server} offers no encryption that this node can use (STARTTLS with TLS 1.2 or newer).',
		remedy:
			'If the server has port 465, set SSL Mode to Implicit (SSL/TLS) and Port to 465 in the credential. Else ask its administrator to switch encryption on. This node never sends unencrypted.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	TLS_CERTIFICATE_INVALID: {
		title: 'The certificate is not trusted',
		message: 'The certificate of {server} is not trusted.',
		remedy:
			'Check SMTP Server in the credential. If the server’s certificate comes from an authority of your own, paste that authority’s certificate into CA Certificate: the text from -----BEGIN CERTIFICATE----- on.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	EHLO_NAME_REFUSED: {
		title: 'The server does not accept the name of this n8n',
		message: '{host} does not accept the host name that this n8n gives when it connects (EHLO).',
		remedy:
			'In the credential enter under EHLO Name a full host name that resolves to the address of this n8n, such as n8n.example.com. If the field is empty, the node gives the name of its machine if that is a domain, or else its address in brackets.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	HOST_NOT_FOUND: {
		title: 'The host name is not known',
		message: 'No address was found for {host}.',
		remedy:
			'With the provider Custom, check SMTP Server in the credential for typing errors. If the name is right, ask the administrator of n8n to check the DNS of its machine.',
		cause: 'configuration-invalid',
		retryable: false,
	},
	CONNECTION_REFUSED: {
		title: 'The connection was refused',
		message: 'The connection to {server} was refused.',
		remedy:
			'With the provider Custom, check SMTP Server, Port and SSL Mode in the credential: port 465 goes with Implicit, 587 with Explicit. If they are right, ask whether the mail server runs, and whether a firewall keeps n8n out.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	CONNECTION_TIMEOUT: {
		title: 'The server did not answer in time',
		message: '{server} did not answer in time.',
		remedy:
			'Many clouds and networks block outgoing mail ports: ask the administrator of the network. If the credential shows Port, try the other one (465 with SSL Mode Implicit, 587 with Explicit). With the provider Custom, check SMTP Server too.',
		cause: 'temporarily-unavailable',
		retryable: true,
		retryAfterMs: MINUTE_MS,
	},
	CONNECTION_LOST: {
		title: 'The connection broke',
		message: 'The connection to {server} broke before the message was accepted.',
		remedy: 'Send again. If it recurs, ask the administrator of the mail server what its log says.',
		cause: 'temporarily-unavailable',
		retryable: true,
	},
	EGRESS_BLOCKED: {
		title: 'n8n may not connect there',
		message: 'The settings of this n8n or of its machine forbid connections to {server}.',
		remedy:
			'Ask the administrator of this n8n to allow the mail server: by N8N_SSRF_ALLOWED_HOSTNAMES or N8N_SSRF_ALLOWED_IP_RANGES in n8n’s environment, or in the firewall.',
		cause: 'configuration-invalid',
		retryable: false,
	},
} as const satisfies Record<string, CatalogueEntry>;
