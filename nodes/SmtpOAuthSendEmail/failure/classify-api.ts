import { classifyFailure } from './classify';
import { describeFailure } from './describe-failure';
import type { ApiAnswer } from './evidence/api-answer';
import type { Failure, FailureContext } from './model/failure';
import type { ApiRule } from './rules/api/api-rule';

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

/**
 * Why no answer of an API over HTTPS came. Pure; never throws; free of the context's secrets.
 *
 * @param names how the API is called in a remedy, and the servers that a firewall has to let through
 */
export function classifyApiFault(
	error: unknown,
	context: FailureContext,
	{ name, hosts }: { readonly name: string; readonly hosts: string },
): Failure {
	const failure = classifyFailure(error, context);
	const remedy = NETWORK_REMEDIES[failure.code];
	if (remedy === undefined) return failure;
	return { ...failure, remedy: remedy.replace('{name}', name).replace('{hosts}', hosts) };
}

/** An API names every refusal; a proxy or a firewall in its place does not. */
export function refusedInBetween(hosts: string): ApiRule {
	return {
		code: 'EGRESS_BLOCKED',
		stage: 'connect',
		message:
			'Most likely a proxy or a firewall between this n8n and {host} refuses the connection.',
		remedy: `Ask the administrator of this n8n to allow ${hosts} there.`,
	};
}

/** The status, the first code, the words and what its support asks for, as far as an answer has them. */
export function summarizeAnswer({ status, codes, text, requestId }: ApiAnswer): string {
	const words = [codes[0], text].filter((part) => part !== undefined && part !== '').join(': ');
	const id = requestId === undefined ? '' : ` (request-id ${requestId})`;
	return `${String(status)}${words === '' ? '' : ` ${words}`}${id}`;
}

/** The failure that a rule makes of an answer, which may know the stage better than the context. */
export function describeAnswer(
	answer: ApiAnswer,
	{ stage, ...rule }: ApiRule,
	context: FailureContext,
): Failure {
	const { status, retryAfterMs = rule.retryAfterMs } = answer;
	return describeFailure(
		{ ...rule, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
		{ ...context, stage: stage ?? context.stage },
		{ speaker: 'server', text: summarizeAnswer(answer) },
		{ httpStatus: status },
	);
}
