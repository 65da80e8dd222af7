import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReceivedMessage } from '../mail/received-messages.js';
import { readBody } from '../net/read-body.js';
import type { Sandbox } from '../start-sandbox.js';
import { renderInbox } from './inbox-page.js';
import { INBOX_STYLE } from './inbox-style.js';
import { MAIL_DOCUMENT_POLICY, mailDocument } from './mail-document.js';
import { firstViewOf, VIEWS } from './message-view.js';
import { refusalOf } from './request-guard.js';
import { turnSwitch } from './switches.js';

/** A running inbox. */
export interface Inbox {
	/** Where a browser on this machine finds it. */
	readonly url: string;
	close(): Promise<void>;
}

/** An answer before it is written. */
interface Answer {
	readonly status?: number;
	readonly type?: string;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string | Buffer;
}

const MAX_FORM_BYTES = 10_000;

const PAGE_POLICY =
	"default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Serves the mails of a sandbox, and its switches, as web pages on loopback. Fails if the port is
 * taken.
 *
 * @param port default: any that is free
 */
export async function startInbox(sandbox: Sandbox, port = 0): Promise<Inbox> {
	// The last words of a switch, shown once.
	const notices: string[] = [];
	const server = createServer((request, response) => {
		const { port: ownPort } = server.address() as AddressInfo;
		answer(sandbox, notices, request, ownPort)
			.catch((error: unknown): Answer => ({ status: 500, body: String(error) }))
			.then((answered) => write(response, request, answered))
			.catch(() => response.destroy());
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://localhost:${(server.address() as AddressInfo).port}`,
		async close() {
			if (!server.listening) return;
			const closed = once(server, 'close');
			server.close();
			server.closeAllConnections();
			await closed;
		},
	};
}

async function answer(
	sandbox: Sandbox,
	notices: string[],
	request: IncomingMessage,
	port: number,
): Promise<Answer> {
	const refusal = refusalOf(request, port);
	if (refusal !== undefined) return { status: 403, body: refusal };
	const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
	if (request.method === 'POST') {
		if (pathname !== '/switches') return { status: 404, body: 'There is no such form.' };
		const form = new URLSearchParams((await readBody(request, MAX_FORM_BYTES)).toString('utf8'));
		const expectation = await turnSwitch(sandbox, form);
		if (expectation === undefined) return { status: 400, body: 'There is no such switch.' };
		notices.push(expectation);
		return { status: 303, headers: { location: '/' } };
	}
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		return { status: 405, headers: { allow: 'GET, HEAD, POST' }, body: 'GET, HEAD or POST only.' };
	}
	if (pathname === '/style.css') return { type: 'text/css', body: INBOX_STYLE };
	if (pathname === '/') {
		const notice = notices.splice(0).at(-1);
		return page(renderInbox(sandbox, notice === undefined ? {} : { notice }));
	}
	return answerMessage(sandbox, pathname, searchParams);
}

function answerMessage(sandbox: Sandbox, pathname: string, query: URLSearchParams): Answer {
	const [, id, part] = /^\/messages\/([^/]+)(?:\/(.+))?$/.exec(pathname) ?? [];
	const message = sandbox.mail.messages.find(({ queueId }) => queueId === id);
	if (message === undefined) return { status: 404, body: 'There is no such page or message.' };
	if (part === undefined) {
		const asked = VIEWS.find((view) => view === query.get('view'));
		const view = asked === 'html' ? firstViewOf(message.parsed) : asked;
		const width = query.get('width') === 'phone' ? 'phone' : 'desktop';
		return page(
			renderInbox(sandbox, { message, view: view ?? firstViewOf(message.parsed), width }),
		);
	}
	return answerPart(message, part);
}

function answerPart(message: ReceivedMessage, part: string): Answer {
	const html = part === 'body.html' ? mailDocument(message.parsed) : undefined;
	if (html !== undefined) return { ...page(html), headers: policy(MAIL_DOCUMENT_POLICY) };
	if (part === 'source.eml') return download(`${message.queueId}.eml`, message.raw);
	const [, index] = /^attachments\/(\d+)$/.exec(part) ?? [];
	const attachment = index === undefined ? undefined : message.parsed.attachments[Number(index)];
	if (attachment === undefined) return { status: 404, body: 'This message has no such part.' };
	const { content, filename } = attachment;
	const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
	return download(filename ?? 'attachment', Buffer.from(bytes));
}

function page(html: string): Answer {
	return { type: 'text/html', headers: policy(PAGE_POLICY), body: html };
}

function policy(value: string): Record<string, string> {
	return { 'content-security-policy': value };
}

/** Never shown in the browser, of whichever type it claims to be (RFC 6266 §4). */
function download(name: string, body: Buffer): Answer {
	const encoded = encodeURIComponent(Buffer.from(name).toString()).replaceAll(
		/['()*]/g,
		(character) => {
			return `%${character.charCodeAt(0).toString(16)}`;
		},
	);
	const headers = { 'content-disposition': `attachment; filename*=UTF-8''${encoded}` };
	return { type: 'application/octet-stream', headers, body };
}

function write(response: ServerResponse, request: IncomingMessage, answered: Answer): void {
	const { status = 200, type = 'text/plain', headers = {}, body = '' } = answered;
	response.writeHead(status, {
		'content-type': type.startsWith('text/') ? `${type}; charset=utf-8` : type,
		'content-security-policy': PAGE_POLICY,
		'x-content-type-options': 'nosniff',
		// With `no-referrer` browsers would hide the Origin of our own forms.
		'referrer-policy': 'same-origin',
		'cross-origin-resource-policy': 'same-origin',
		'cache-control': 'no-store',
		...headers,
	});
	response.end(request.method === 'HEAD' ? undefined : body);
}
