import { isRecord } from '../../../credentials/checks/record';
import { parseJson } from '../untrusted/parse-json';
import type { HttpReply, HttpRequest } from './http-client';

/** A token endpoint refused. It has the form of the errors of n8n's own helper. */
export class TokenEndpointRefusal extends Error {
	/**
	 * @param status of HTTP
	 * @param body the answer, parsed where it is JSON
	 */
	constructor(
		readonly status: number,
		readonly body: unknown,
	) {
		super(`HTTP status ${String(status)}`);
	}
}

/** The JSON of an answer, or the text of it where it is none. */
export function readAnswer({ body }: HttpReply): unknown {
	return parseJson(body) ?? body;
}

/**
 * Posts a form to a token endpoint (RFC 6749 §4). Rejects with an `HttpFault` where no answer comes.
 *
 * @param headers further ones, e.g. `authorization`
 */
export async function askTokenEndpoint(
	request: HttpRequest,
	url: string,
	form: Readonly<Record<string, string>>,
	timeoutMs: number,
	headers: Readonly<Record<string, string>> = {},
): Promise<HttpReply> {
	return await request({
		method: 'POST',
		url,
		headers: {
			'content-type': 'application/x-www-form-urlencoded',
			accept: 'application/json',
			...headers,
		},
		body: new URLSearchParams(form).toString(),
		// Without the execution's signal: others may wait for the same answer.
		timeoutMs,
	});
}

const REASON_TIMEOUT_MS = 10_000;

function textOf(value: unknown): string {
	return typeof value === 'string' ? value : '';
}

/** What n8n has just asked the endpoint with; `undefined` where it signs with a certificate. */
function grantOf(
	fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> | undefined {
	if (fields['grantType'] === 'clientCredentials') {
		const isCertificate = fields['clientCredentialType'] === 'certificate';
		const scope = textOf(fields['scope']);
		return isCertificate ? undefined : { grant_type: 'client_credentials', scope };
	}
	const { oauthTokenData } = fields;
	const refreshToken = isRecord(oauthTokenData) ? textOf(oauthTokenData['refresh_token']) : '';
	return refreshToken === ''
		? undefined
		: { grant_type: 'refresh_token', refresh_token: refreshToken };
}

/**
 * Asks the token endpoint once more what n8n has just asked it, for the reason of its refusal: n8n's
 * helper (2.x) says that the credential must be connected again, and leaves out what the endpoint said.
 * Only a refusal counts. Never throws; `undefined` where there is nothing to ask with or to tell.
 *
 * @param fields the decrypted credential
 */
export async function askForReason(
	request: HttpRequest,
	fields: Readonly<Record<string, unknown>>,
): Promise<TokenEndpointRefusal | undefined> {
	const url = textOf(fields['accessTokenUrl']);
	const grant = grantOf(fields);
	if (!URL.canParse(url) || grant === undefined) return undefined;
	const id = textOf(fields['clientId']);
	const secret = textOf(fields['clientSecret']);
	const isInHeader = secret !== '' && fields['authentication'] !== 'body';
	// As n8n does it: id and secret as they are, though RFC 6749 §2.3.1 would encode them.
	const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
	const client = { client_id: id, ...(secret === '' ? {} : { client_secret: secret }) };
	try {
		const reply = await askTokenEndpoint(
			request,
			url,
			isInHeader ? grant : { ...grant, ...client },
			REASON_TIMEOUT_MS,
			isInHeader ? { authorization } : {},
		);
		const isRefusal = reply.status >= 400 && reply.status < 500;
		return isRefusal ? new TokenEndpointRefusal(reply.status, readAnswer(reply)) : undefined;
	} catch {
		return undefined;
	}
}
