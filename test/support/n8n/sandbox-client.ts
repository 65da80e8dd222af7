import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionCustomAuthContext } from 'nodemailer/lib/smtp-connection';
import { expect } from 'vitest';
import { startSandbox } from '../../../sandbox/start-sandbox.js';
import type { Sandbox, SandboxOptions } from '../../../sandbox/start-sandbox.js';
import { RawSmtpClient } from '../smtp/raw-smtp-client.js';

/** Where n8n waits for the code. */
export const CALLBACK = 'http://localhost:5678/rest/oauth2-credential/callback';
/** The first user of every sandbox. */
export const ALICE = 'alice@sandbox.test';

/** A text as SASL and HTTP Basic want it. */
export const base64 = (text: string) => Buffer.from(text).toString('base64');
/** The SASL response of XOAUTH2. */
export const xoauth2 = (user: string, token: string) =>
	base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`);
/** The SASL response of OAUTHBEARER (RFC 7628 §3.1). */
export const oauthBearer = (user: string, token: string) =>
	base64(`n,a=${user},\x01host=localhost\x01port=465\x01auth=Bearer ${token}\x01\x01`);
/** A message with a line that begins with a dot, already doubled. */
export const messageFrom = (from: string, subject = 'Hello') =>
	`From: ${from}\r\nTo: carol@example.com\r\nSubject: ${subject}\r\n\r\nHi.\r\n..dotted\r\n`;

/** Works with a sandbox of its own. */
export async function withSandbox(
	options: SandboxOptions,
	work: (sandbox: Sandbox) => Promise<void>,
) {
	const sandbox = await startSandbox(options);
	try {
		await work(sandbox);
	} finally {
		await sandbox.close({ removeData: true });
	}
}

/** What the token endpoint answers. */
export async function requestToken(
	{ oauth }: Sandbox,
	fields: Record<string, string>,
	basic?: { clientId: string; clientSecret: string },
) {
	const authorization = basic && `Basic ${base64(`${basic.clientId}:${basic.clientSecret}`)}`;
	const response = await fetch(oauth.tokenUrl, {
		method: 'POST',
		headers: authorization ? { authorization } : {},
		body: new URLSearchParams(fields),
	});
	const body = (await response.json()) as Record<string, unknown>;
	return { status: response.status, body };
}

/** What it answers to a refresh token. */
export const refresh = (sandbox: Sandbox, token: string) =>
	requestToken(
		sandbox,
		{ grant_type: 'refresh_token', refresh_token: token },
		sandbox.oauth.clients.confidential,
	);

/** Signs in on the implicit port and returns the client together with the server's last word. */
export async function signIn(sandbox: Sandbox, mechanism: string, response: string) {
	const client = await RawSmtpClient.connect(sandbox.mail.implicitPort, sandbox.mail.caCertificate);
	await client.read();
	await client.say('EHLO client.test');
	await client.say(`AUTH ${mechanism}`);
	return { client, reply: await client.say(response) };
}

/** A client that has signed in with a fresh token. */
export async function signInAs(sandbox: Sandbox, email: string) {
	const { access_token: token } = await sandbox.oauth.issueTokens(email);
	const { client, reply } = await signIn(sandbox, 'XOAUTH2', xoauth2(email, token));
	expect(reply.code).toBe(235);
	return client;
}

/** Sends one message; the server's last word. */
export async function sendMessage(client: RawSmtpClient, envelopeFrom: string, message: string) {
	expect((await client.say(`MAIL FROM:<${envelopeFrom}>`)).code).toBe(250);
	expect((await client.say('RCPT TO:<carol@example.com>')).code).toBe(250);
	expect((await client.say('DATA')).code).toBe(354);
	client.write(message);
	return client.say('.');
}

/** Sends one message as nodemailer would, the SASL response on a line of its own. */
export function sendWithNodemailer(sandbox: Sandbox, secure: boolean, token: string, ca?: string) {
	return new Promise<void>((resolve, reject) => {
		const connection = new SMTPConnection({
			host: sandbox.mail.host,
			port: secure ? sandbox.mail.implicitPort : sandbox.mail.starttlsPort,
			secure,
			requireTLS: !secure,
			tls: ca === undefined ? {} : { ca },
			customAuth: {
				XOAUTH2: async (context: SMTPConnectionCustomAuthContext) => {
					await context.sendCommand('AUTH XOAUTH2');
					const { response } = await context.sendCommand(xoauth2(ALICE, token));
					if (!response.startsWith('235')) throw new Error(response);
				},
			},
		});
		const finish = (error?: Error | null) => {
			connection.close();
			if (error) reject(error);
			else resolve();
		};
		connection.once('error', finish);
		connection.connect(() => {
			connection.login({ method: 'XOAUTH2', user: ALICE }, (loginError) => {
				if (loginError) return finish(loginError);
				const envelope = { from: ALICE, to: ['carol@example.com'], size: 200 };
				connection.send(envelope, messageFrom(ALICE), (error) => finish(error));
			});
		});
	});
}
