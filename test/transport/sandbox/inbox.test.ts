import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInbox, type Inbox } from '../../../sandbox/inbox/inbox-server.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { ALICE, sendMessage, signInAs } from '../../support/n8n/sandbox-client.js';

const PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** A message with everything in it that a page could fall for. */
const HOSTILE = [
	`From: "<script>alert(1)</script>" <${ALICE}>`,
	'To: Carol & Co <carol@example.com>',
	'Subject: <img src=x onerror=alert(2)>',
	'MIME-Version: 1.0',
	'Content-Type: multipart/related; boundary=b',
	'',
	'--b',
	'Content-Type: multipart/alternative; boundary=a',
	'',
	'--a',
	'Content-Type: text/plain',
	'',
	'</pre><script>alert(3)</script>',
	'--a',
	'Content-Type: text/html',
	'',
	'<!doctype html><html><head><title>Hi</title></head><body><p>Hello</p><img src="cid:dot%40x"></body></html>',
	'--a--',
	'--b',
	'Content-Type: image/png',
	'Content-Transfer-Encoding: base64',
	'Content-ID: <dot@x>',
	'Content-Disposition: inline; filename=dot.png',
	'',
	PIXEL,
	'--b',
	'Content-Type: text/html; name="<b>.html"',
	'Content-Disposition: attachment; filename="<b>.html"',
	'',
	'<script>alert(4)</script>',
	'--b--',
	'',
].join('\r\n');

interface Reply {
	status: number | undefined;
	headers: NodeJS.Dict<string | string[]>;
	body: string;
}

describe('the inbox of the sandbox', () => {
	let sandbox: Sandbox;
	let inbox: Inbox;
	let port: number;
	let path: string;

	beforeAll(async () => {
		sandbox = await startSandbox();
		inbox = await startInbox(sandbox);
		port = Number(new URL(inbox.url).port);
		const client = await signInAs(sandbox, ALICE);
		await sendMessage(client, ALICE, HOSTILE);
		client.close();
		path = `/messages/${sandbox.mail.messages[0]?.queueId ?? ''}`;
	});
	afterAll(async () => {
		await inbox.close();
		await sandbox.close({ removeData: true });
	});

	/** One request, with a Host of one's own if need be, which `fetch` does not allow. */
	function ask(target: string, { method = 'GET', headers = {}, body = '' } = {}): Promise<Reply> {
		return new Promise((resolve, reject) => {
			const request = httpRequest(
				{
					host: '127.0.0.1',
					port,
					path: target,
					method,
					headers: { host: `localhost:${port}`, ...headers },
				},
				(response) => {
					const chunks: Buffer[] = [];
					response.on('data', (chunk: Buffer) => chunks.push(chunk));
					response.on('end', () =>
						resolve({
							status: response.statusCode,
							headers: response.headers,
							body: Buffer.concat(chunks).toString('utf8'),
						}),
					);
				},
			);
			request.on('error', reject);
			request.end(body);
		});
	}

	/** Presses a button of a page at `origin`. */
	const press = (name: string, value: string, headers: Record<string, string> = {}) =>
		ask('/switches', {
			method: 'POST',
			headers: {
				origin: inbox.url,
				'content-type': 'application/x-www-form-urlencoded',
				...headers,
			},
			body: new URLSearchParams({ switch: name, value }).toString(),
		});

	const signsIn = async () => {
		const client = await signInAs(sandbox, ALICE).catch(() => undefined);
		client?.close();
		return client !== undefined;
	};

	it('lists the messages, and nothing of one becomes part of the page', async () => {
		for (const target of [
			'/',
			path,
			`${path}?view=text`,
			`${path}?view=headers`,
			`${path}?view=source`,
		]) {
			const { status, headers, body } = await ask(target);
			expect(status).toBe(200);
			expect(body).toContain('&lt;img src=x onerror=alert(2)&gt;');
			expect(body).not.toMatch(/<script|<img/);
			expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self';/);
			expect(headers['x-content-type-options']).toBe('nosniff');
		}
	});

	it('shows the HTML in a frame without scripts, with its inline images', async () => {
		const page = await ask(`${path}?view=html&width=phone`);
		expect(page.body).toMatch(
			/<iframe class="phone" sandbox="allow-popups allow-popups-to-escape-sandbox"/,
		);
		const { headers, body } = await ask(`${path}/body.html`);
		expect(body).toContain(`<img src="data:image/png;base64,${PIXEL}">`);
		expect(body).toMatch(/^<!doctype html><html><head><base target="_blank"><title>/);
		const policy = String(headers['content-security-policy']);
		expect(policy).toMatch(/^default-src 'none'; img-src data:;/);
		expect(policy).toMatch(/sandbox allow-popups allow-popups-to-escape-sandbox$/);
		expect(policy).not.toContain('script');
	});

	it('gives attachments and the source as downloads, whatever they claim to be', async () => {
		const page = await ask(path);
		expect(page.body).toContain('&lt;b&gt;.html');
		const attachment = await ask(`${path}/attachments/1`);
		expect(attachment.body.trim()).toBe('<script>alert(4)</script>');
		expect(attachment.headers).toMatchObject({
			'content-type': 'application/octet-stream',
			'content-disposition': "attachment; filename*=UTF-8''%3Cb%3E.html",
		});
		const source = await ask(`${path}/source.eml`);
		expect(source.body).toBe(HOSTILE);
		expect(source.headers['content-type']).toBe('application/octet-stream');
	});

	it.each(['/messages/SBX999999', '/messages/x/body.html', '/nothing'])(
		'does not know %s',
		async (target) => {
			expect((await ask(target)).status).toBe(404);
		},
	);

	it.each(['evil.example', 'localhost', 'localhost.evil.example:80', '[::1]:80'])(
		'answers nothing under the foreign host name "%s"',
		async (host) => {
			const { status, body } = await ask('/', { headers: { host } });
			expect([400, 403]).toContain(status);
			expect(body).not.toContain('carol@example.com');
		},
	);

	it.each([
		{ name: 'another site', headers: { origin: 'https://evil.example' } },
		{ name: 'a hidden origin', headers: { origin: 'null' } },
		{ name: 'another port', headers: { origin: 'http://localhost:1' } },
		{ name: 'a page of another site on the same host', headers: { 'sec-fetch-site': 'same-site' } },
	])('takes no change from $name', async ({ headers }) => {
		expect((await press('revoke', ALICE, headers)).status).toBe(403);
		expect(await signsIn()).toBe(true);
	});

	it('takes no change without the name of the page that it comes from', async () => {
		const reply = await ask('/switches', { method: 'POST', body: `switch=revoke&value=${ALICE}` });
		expect(reply.status).toBe(403);
	});

	it.each([
		['sign-in', 'smtp-auth-off', '535 5.7.139'],
		['message', 'quota', '550 5.4.5'],
	])('switches %s to %s and back, and says what to expect once', async (name, value, reply) => {
		expect(await press(name, value)).toMatchObject({ status: 303, headers: { location: '/' } });
		const { signIn, message } = sandbox.mail.refusals;
		expect(name === 'sign-in' ? signIn : message).toContain(reply);
		const page = await ask('/');
		expect(page.body).toContain('data-test="notice">The next mail fails with');
		expect(page.body).toMatch(new RegExp(`value="${value}" aria-pressed="true"`));
		expect((await ask('/')).body).not.toContain('data-test="notice"');
		await press(name, 'usual');
		expect(sandbox.mail.refusals).toEqual({ signIn: undefined, message: undefined });
	});

	it('ends tokens and grants of an account, and the connections that had signed in', async () => {
		const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
		const client = await signInAs(sandbox, ALICE);
		await press('expire', ALICE);
		expect(sandbox.mail.openConnectionCount).toBe(0);
		client.close();
		expect(await sandbox.oauth.checkAccessToken(token)).toMatchObject({ reason: 'expired' });
		await press('revoke', ALICE);
		expect(await sandbox.oauth.checkAccessToken(token)).toMatchObject({
			reason: 'unknown or revoked',
		});
	});

	it.each([
		['revoke', 'nobody@sandbox.test'],
		['sign-in', 'somehow'],
		['format-disk', 'now'],
	])('refuses the switch %s with %s', async (name, value) => {
		expect((await press(name, value)).status).toBe(400);
	});

	it('tells what the servers saw, without any token', async () => {
		const { access_token: token } = await sandbox.oauth.issueTokens(ALICE);
		expect(await signsIn()).toBe(true);
		const { body } = await ask('/');
		expect(body).toContain(`${ALICE} signed in by XOAUTH2`);
		expect(body).not.toContain(token);
	});
});
