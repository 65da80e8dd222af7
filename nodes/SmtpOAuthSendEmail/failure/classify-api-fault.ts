import { classifyFailure } from './classify';
import type { Failure, FailureContext } from './model/failure';

/** How an API over HTTPS is called in a remedy. */
interface ApiNames {
	readonly name: string;
	/** The servers that a firewall has to let through. */
	readonly hosts: string;
}

/** The remedies of the catalogue name the mail server's ports, which an API has not. */
const NETWORK_REMEDIES: Readonly<Partial<Record<Failure['code'], string>>> = {
	HOST_NOT_FOUND: 'Check the DNS and the proxy (HTTPS_PROXY) of the machine that runs n8n.',
	CONNECTION_REFUSED:
		'Check the firewall and the proxy (HTTPS_PROXY) of the machine that runs n8n.',
	CONNECTION_TIMEOUT:
		'Check the firewall and the proxy (HTTPS_PROXY) of the machine that runs n8n; if {name} is slow, raise Options → Timeout (Seconds).',
	TLS_CERTIFICATE_INVALID:
		"If a proxy or a firewall in between opens TLS connections, set NODE_EXTRA_CA_CERTS in n8n's environment to a file with its authority's certificate (PEM).",
	EGRESS_BLOCKED:
		'Ask the administrator of this n8n to allow {hosts} (N8N_SSRF_ALLOWED_HOSTNAMES, or the firewall).',
};

/** Why no answer of an API over HTTPS came. Pure; never throws; free of the context's secrets. */
export function classifyApiFault(
	error: unknown,
	context: FailureContext,
	{ name, hosts }: ApiNames,
): Failure {
	const failure = classifyFailure(error, context);
	const remedy = NETWORK_REMEDIES[failure.code];
	if (remedy === undefined) return failure;
	return { ...failure, remedy: remedy.replace('{name}', name).replace('{hosts}', hosts) };
}
