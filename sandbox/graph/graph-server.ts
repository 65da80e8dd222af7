import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { checkAccess, type GraphTokenCheck } from './access.js';
import { GraphFaults, type GraphOperation } from './faults.js';
import type { GraphItem, GraphMailbox, GraphMessage } from './mailbox.js';
import { GRAPH_REFUSALS, type GraphReply } from './refusals.js';
import { GraphStore } from './store.js';
import { startHttpsServer, type HttpsServerOptions } from '../net/https-server.js';

/** A request that has arrived, without its secrets. */
export interface GraphRequest {
	readonly operation: GraphOperation | 'other';
	readonly method: string;
	/** Of the Host header. */
	readonly host: string;
	readonly user: string;
	readonly bytes: number;
	readonly status: number;
	/** `Content-Range` of an upload. */
	readonly range: string | undefined;
}

/** The running stand-in for Microsoft Graph's mail. */
export interface GraphServer {
	readonly port: number;
	/** Tests may add to it and change it. */
	readonly mailboxes: GraphMailbox[];
	/** What has gone out, oldest first. */
	readonly messages: readonly GraphMessage[];
	/** Drafts, and what was one. */
	readonly items: readonly GraphItem[];
	readonly requests: readonly GraphRequest[];
	readonly faults: GraphFaults;
	/** The most requests that were under way at once for one mailbox. */
	readonly peak: number;
	/** How long each request takes; default 0. */
	latencyMs: number;
	/** How long an upload session lives, in ms. */
	uploadLifeMs: number;
	close(): Promise<void>;
}

/** Graph serves so many requests at a time for one application and mailbox. */
const MAX_CONCURRENT = 4;
const MAX_REQUEST_BYTES = 4 * 1_024 * 1_024;
const ROUTE =
	/^\/v1\.0\/users\/([^/]+)(?:\/(sendMail)|\/messages(?:\/([^/]+))?(?:\/(send|attachments(?:\/createUploadSession)?))?)$/;

function operationOf(method: string, match: RegExpExecArray): GraphOperation | undefined {
	const [, , sendMail, id, below] = match;
	const key = `${method} ${sendMail ?? below ?? (id === undefined ? 'messages' : 'message')}`;
	return OPERATIONS[key];
}

const OPERATIONS: Readonly<Record<string, GraphOperation>> = {
	'POST sendMail': 'sendMail',
	'POST messages': 'createDraft',
	'POST attachments': 'addAttachment',
	'POST attachments/createUploadSession': 'createUploadSession',
	'POST send': 'send',
	'GET message': 'get',
	'DELETE message': 'delete',
};

async function readAll(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
	return Buffer.concat(chunks);
}

function reply(response: ServerResponse, { status, body, headers }: GraphReply): void {
	response.writeHead(status, {
		'request-id': randomUUID(),
		...(body === undefined ? {} : { 'content-type': 'application/json' }),
		...headers,
	});
	response.end(
		body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
	);
}

/** Where it listens, and whom it lets in. */
export interface GraphServerOptions extends HttpsServerOptions {
	/** `(token) => entra.verifyToken(token, 'graph')`. */
	readonly checkToken: (token: string) => GraphTokenCheck;
	readonly mailboxes?: readonly GraphMailbox[];
	/** Where upload sessions are said to be; default https://outlook.office.com. */
	readonly uploadBase?: string;
}

/**
 * Starts it on loopback, over TLS, for the names of Graph and of Outlook's upload sessions alike.
 * Strict where the real one is, in its words; its sources stand beside each part.
 */
export async function startGraphServer(options: GraphServerOptions): Promise<GraphServer> {
	const mailboxes = [...(options.mailboxes ?? [])];
	const store = new GraphStore(options.uploadBase ?? 'https://outlook.office.com');
	const requests: GraphRequest[] = [];
	const faults = new GraphFaults();
	const underWay = new Map<string, number>();
	const state = { peak: 0, latencyMs: 0 };

	const carryOut = async (
		operation: GraphOperation,
		request: IncomingMessage,
		match: RegExpExecArray,
		body: Buffer,
	): Promise<GraphReply> => {
		const user = decodeURIComponent(match[1] ?? '');
		const permission = ['sendMail', 'send'].includes(operation) ? 'Mail.Send' : 'Mail.ReadWrite';
		const { authorization } = request.headers;
		const access = checkAccess(authorization, options.checkToken, mailboxes, user, permission);
		if (!access.ok) return access.reply;
		if (body.length > MAX_REQUEST_BYTES) return GRAPH_REFUSALS.requestTooLarge();
		const key = `${access.appId} ${access.mailbox.address}`;
		const count = (underWay.get(key) ?? 0) + 1;
		if (count > MAX_CONCURRENT) return GRAPH_REFUSALS.concurrency({ 'retry-after': '1' });
		underWay.set(key, count);
		state.peak = Math.max(state.peak, count);
		try {
			await setTimeout(state.latencyMs);
			const id = decodeURIComponent(match[3] ?? '');
			const type = request.headers['content-type'] ?? '';
			return await store.carryOut(operation, { mailbox: access.mailbox, id, type, body });
		} finally {
			underWay.set(key, (underWay.get(key) ?? 1) - 1);
		}
	};

	const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const { method = '', headers } = request;
		const address = new URL(request.url ?? '/', 'https://graph.invalid');
		const match = ROUTE.exec(address.pathname);
		const isUpload = method === 'PUT' && address.pathname.includes('/AttachmentSessions(');
		const operation = isUpload ? 'upload' : match === null ? undefined : operationOf(method, match);
		const fault = operation === undefined ? undefined : faults.take(operation);
		const isBefore = fault !== undefined && fault.when !== 'after';
		if (isBefore && fault.act === 'reset') {
			const cut = (): void => void request.socket.destroy();
			request.once('data', cut).once('end', cut);
			return;
		}
		const body = await readAll(request);
		let result: GraphReply = { status: 404, body: { error: { code: 'BadRequest', message: '' } } };
		if (isBefore && typeof fault.act === 'object') result = fault.act;
		else if (isBefore) result = { status: 0 };
		else if (operation === 'upload') {
			result = store.upload(address.searchParams.get('authtoken') ?? '', headers, body);
		} else if (operation !== undefined && match !== null) {
			result = await carryOut(operation, request, match, body);
		}
		if (fault !== undefined && !isBefore && typeof fault.act === 'object') result = fault.act;
		requests.push({
			operation: operation ?? 'other',
			method,
			host: headers.host ?? '',
			user: decodeURIComponent(match?.[1] ?? ''),
			bytes: body.length,
			status: result.status,
			range: headers['content-range'],
		});
		if (fault?.act === 'reset') request.socket.destroy();
		else if (fault?.act !== 'silence') reply(response, result);
	};

	const server = await startHttpsServer(options, answer);

	return {
		port: server.port,
		mailboxes,
		messages: store.messages,
		items: store.items,
		requests,
		faults,
		get peak() {
			return state.peak;
		},
		get latencyMs() {
			return state.latencyMs;
		},
		set latencyMs(value) {
			state.latencyMs = value;
		},
		get uploadLifeMs() {
			return store.uploads.lifeMs;
		},
		set uploadLifeMs(value) {
			store.uploads.lifeMs = value;
		},
		close: async () => await server.close(),
	};
}
