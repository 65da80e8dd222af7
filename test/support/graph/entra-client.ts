import { createPrivateKey, randomUUID, X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import type { EntraServer } from '../../../sandbox/entra/entra-server.js';
import { signJwt } from '../../../sandbox/net/jwt.js';
import type { ApplicationCertificate } from '../tls/self-signed-rsa.js';

/** A plain HTTP answer. */
export interface PlainAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: string;
}

/** One request over TLS to a server on loopback, by the name it stands in for. */
export async function askByName(
	port: number,
	host: string,
	caCertificate: string,
	options: { readonly path: string; readonly form?: Readonly<Record<string, string>> },
): Promise<PlainAnswer> {
	const { path, form } = options;
	const body = form === undefined ? undefined : new URLSearchParams(form).toString();
	return new Promise((resolve, reject) => {
		const sent = request(
			{
				host: '127.0.0.1',
				port,
				path,
				servername: host,
				ca: caCertificate,
				method: body === undefined ? 'GET' : 'POST',
				headers: {
					host,
					...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
				},
				timeout: 10_000,
			},
			(answer) => {
				let text = '';
				answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
				answer.on('end', () => {
					resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text });
				});
			},
		);
		sent.on('error', reject);
		sent.end(body);
	});
}

/** A token endpoint's answer, parsed. */
export interface TokenAnswer {
	readonly status: number;
	readonly body: Readonly<Record<string, unknown>>;
}

/** Asks the stand-in for Entra for a token. */
export async function askEntra(
	entra: EntraServer,
	caCertificate: string,
	tenant: string,
	form: Readonly<Record<string, string>>,
	host = 'login.microsoftonline.com',
): Promise<TokenAnswer> {
	const path = `/${tenant}/oauth2/v2.0/token`;
	const { status, body } = await askByName(entra.port, host, caCertificate, { path, form });
	return { status, body: JSON.parse(body) as Record<string, unknown> };
}

/** The form fields of a sign-in by certificate; `changes` spoil claims, `x5t` the header. */
export function assertionFields(
	clientId: string,
	tokenUrl: string,
	{ privateKey, certificate }: ApplicationCertificate,
	changes: Readonly<Record<string, unknown>> = {},
	header: Readonly<Record<string, unknown>> = {},
): Record<string, string> {
	const now = Math.floor(Date.now() / 1_000);
	const fingerprint = new X509Certificate(certificate).fingerprint.replaceAll(':', '');
	const x5t = Buffer.from(fingerprint, 'hex').toString('base64url');
	const claims = { aud: tokenUrl, iss: clientId, sub: clientId, jti: randomUUID(), nbf: now };
	return {
		client_id: clientId,
		client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
		client_assertion: signJwt(
			{ ...claims, exp: now + 300, ...changes },
			createPrivateKey(privateKey),
			{ x5t, ...header },
		),
	};
}
