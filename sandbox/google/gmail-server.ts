import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { startHttpsServer, type HttpsServerOptions } from '../net/https-server.js';
import { readBody } from '../net/read-body.js';
import { GMAIL_REFUSALS, gmailError, type GmailReply } from './gmail-refusals.js';
import { GmailUploads } from './gmail-uploads.js';

/** A mailbox that the API can send from. */
export interface GmailMailbox {
	/** In lower case. */
	readonly address: string;
	/** Verified addresses under "Send mail as"; any other From is replaced. */
	readonly aliases?: readonly string[];
	/** Whether Gmail is switched off for the person. */
	readonly isOff?: boolean;
}

/** A message that has gone out. */
export interface GmailMessage {
	readonly id: string;
	readonly threadId: string;
	/** The account that sent it. */
	readonly user: string;
	/** The sender that the recipients see. */
	readonly from: string;
	/** All recipients, those of Bcc included. */
	readonly to: readonly string[];
	/** As the recipients get it: without Bcc. */
	readonly raw: string;
	readonly parsed: Email;
}

/** What a request was for. */
export type GmailOperation = 'send' | 'beginUpload' | 'upload' | 'other';

/** A request that has arrived, without its secrets. */
export interface GmailRequest {
	readonly operation: GmailOperation;
	readonly user: string;
	readonly bytes: number;
	readonly status: number;
}

/** What is to go wrong with the requests of one kind. */
export interface GmailFault {
	readonly on: GmailOperation;
	/** Requests of the kind that pass before; default 0. */
	readonly skip?: number;
	/** Requests it happens to; default 1. */
	readonly times?: number;
	/** `after`: the request is carried out all the same; default `before`. */
	readonly when?: 'before' | 'after';
	/** An answer instead of the right one, or no answer. */
	readonly act: GmailReply | 'reset' | 'silence';
}

/** What an access token is good for. */
export type GmailTokenCheck =
	| { readonly ok: true; readonly user: string; readonly scopes: readonly string[] }
	| { readonly ok: false };

/** The running stand-in for gmail.googleapis.com. */
export interface GmailServer {
	readonly port: number;
	/** Tests may add to it and change it. */
	readonly mailboxes: GmailMailbox[];
	readonly messages: readonly GmailMessage[];
	readonly requests: readonly GmailRequest[];
	/** The most requests that were under way at once. */
	readonly peak: number;
	/** How long each request takes; default 0. */
	latencyMs: number;
	fail(...faults: GmailFault[]): void;
	close(): Promise<void>;
}

/** Where it listens, and whom it lets in. */
export interface GmailServerOptions extends HttpsServerOptions {
	readonly checkToken: (token: string) => GmailTokenCheck;
	readonly mailboxes?: readonly GmailMailbox[];
	/** Where uploads are said to go; default https://gmail.googleapis.com. */
	readonly uploadBase?: string;
}

/** Each of them may send (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send). */
const SENDING_SCOPES = [
	'https://mail.google.com/',
	'https://www.googleapis.com/auth/gmail.modify',
	'https://www.googleapis.com/auth/gmail.compose',
	'https://www.googleapis.com/auth/gmail.send',
];

const ROUTE = /^(\/upload)?\/gmail\/v1\/users\/([^/]+)\/messages\/send$/;
const MAX_MESSAGE_BYTES = 36_700_160;
/** A request without upload carries the message as base64url within JSON. */
const MAX_REQUEST_BYTES = 48 * 1_024 * 1_024;

const addressesOf = (list: readonly Address[] | undefined): string[] =>
	(list ?? []).flatMap((entry) =>
		'group' in entry && entry.group !== undefined
			? entry.group.map(({ address }) => address)
			: [entry.address ?? ''],
	);

/** The mailboxes, and what has gone out. */
class GmailStore {
	readonly messages: GmailMessage[] = [];

	constructor(private readonly mailboxes: readonly GmailMailbox[]) {}

	/** Sends a message as Gmail does: to all that the header names, without its Bcc, as the account. */
	async send(user: string, content: Buffer): Promise<GmailReply> {
		const mailbox = this.mailboxes.find(({ address }) => address === user);
		if (mailbox === undefined || mailbox.isOff === true) return GMAIL_REFUSALS.mailServiceOff();
		if (content.length > MAX_MESSAGE_BYTES) return GMAIL_REFUSALS.tooLarge();
		const parsed = await PostalMime.parse(content);
		const to = [parsed.to, parsed.cc, parsed.bcc].flatMap(addressesOf);
		if (to.length === 0) return GMAIL_REFUSALS.noRecipient();
		if (to.some((address) => !/^[^@\s]+@[^@\s]+$/.test(address)))
			return GMAIL_REFUSALS.badHeader('To');
		const from = (parsed.from?.address ?? '').toLowerCase();
		const isOwn = from === user || (mailbox.aliases ?? []).includes(from);
		const id = randomBytes(8).toString('hex');
		const raw = content.toString('latin1');
		this.messages.push({
			id,
			threadId: id,
			user,
			from: isOwn ? from : user,
			to,
			raw: raw.replace(/^Bcc:.*\r\n(?:[ \t].*\r\n)*/im, ''),
			parsed,
		});
		return { status: 200, body: { id, threadId: id, labelIds: ['SENT'] } };
	}
}

function reply(response: ServerResponse, { status, body, headers }: GmailReply): void {
	response.writeHead(status, {
		...(body === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' }),
		...headers,
	});
	response.end(body === undefined ? undefined : JSON.stringify(body));
}

/**
 * Starts it on loopback, over TLS. Strict where Google is, in its words
 * (https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send and
 * https://developers.google.com/workspace/gmail/api/guides/handle-errors, November 2026).
 */
export async function startGmailServer(options: GmailServerOptions): Promise<GmailServer> {
	const mailboxes = [...(options.mailboxes ?? [])];
	const store = new GmailStore(mailboxes);
	const uploads = new GmailUploads(options.uploadBase ?? 'https://gmail.googleapis.com');
	const requests: GmailRequest[] = [];
	const faults: { readonly fault: GmailFault; skip: number; times: number }[] = [];
	const state = { latencyMs: 0, underWay: 0, peak: 0 };

	const takeFault = (operation: GmailOperation): GmailFault | undefined => {
		const entry = faults.find(({ fault, times }) => fault.on === operation && times > 0);
		if (entry === undefined) return undefined;
		if (entry.skip > 0) {
			entry.skip -= 1;
			return undefined;
		}
		entry.times -= 1;
		return entry.fault;
	};

	/** The mailbox that a request sends from, or why it may not send. */
	const checkAccess = (
		authorization: string | undefined,
		userId: string,
	): { readonly user: string } | { readonly refusal: GmailReply } => {
		const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
		if (token === undefined) return { refusal: GMAIL_REFUSALS.noToken() };
		const check = options.checkToken(token);
		if (!check.ok) return { refusal: GMAIL_REFUSALS.invalidToken() };
		if (!check.scopes.some((scope) => SENDING_SCOPES.includes(scope))) {
			return { refusal: GMAIL_REFUSALS.insufficientScope() };
		}
		const user = check.user.toLowerCase();
		const isOwn = userId === 'me' || userId.toLowerCase() === user;
		return isOwn ? { user } : { refusal: GMAIL_REFUSALS.delegation(userId) };
	};

	const carryOut = async (
		operation: GmailOperation,
		{ headers }: IncomingMessage,
		address: URL,
		body: Buffer,
	): Promise<GmailReply> => {
		if (operation === 'upload') {
			const step = uploads.take(address.searchParams.get('upload_id') ?? '', headers, body);
			if (step.kind === 'reply') return step.reply;
			const result = await store.send(step.user, step.content);
			step.conclude(result);
			return result;
		}
		const userId = decodeURIComponent(ROUTE.exec(address.pathname)?.[2] ?? '');
		const access = checkAccess(headers.authorization, userId);
		if ('refusal' in access) return access.refusal;
		if (operation === 'beginUpload') return uploads.begin(access.user, headers);
		if (address.pathname.startsWith('/upload')) {
			const isMedia = address.searchParams.get('uploadType') === 'media';
			if (!isMedia || headers['content-type'] !== 'message/rfc822') {
				return gmailError(400, 'badRequest', 'Media type of the upload is not supported.');
			}
			return await store.send(access.user, body);
		}
		let raw: unknown;
		try {
			({ raw } = JSON.parse(body.toString()) as { raw?: unknown });
		} catch {
			return gmailError(400, 'parseError', 'Parse Error');
		}
		if (typeof raw !== 'string' || raw === '') return GMAIL_REFUSALS.noPayload();
		if (!/^[\w-]+=*$/.test(raw))
			return gmailError(400, 'invalidArgument', 'Invalid value for ByteString');
		return await store.send(access.user, Buffer.from(raw, 'base64url'));
	};

	const operationOf = ({ method, url = '/' }: IncomingMessage): GmailOperation => {
		const { pathname, searchParams } = new URL(url, 'https://gmail.invalid');
		if (!ROUTE.test(pathname)) return 'other';
		if (searchParams.has('upload_id')) return method === 'PUT' ? 'upload' : 'other';
		if (method !== 'POST') return 'other';
		return searchParams.get('uploadType') === 'resumable' ? 'beginUpload' : 'send';
	};

	const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const operation = operationOf(request);
		const address = new URL(request.url ?? '/', 'https://gmail.invalid');
		const fault = takeFault(operation);
		const isBefore = fault !== undefined && fault.when !== 'after';
		const body = await readBody(request, MAX_REQUEST_BYTES);
		state.underWay += 1;
		state.peak = Math.max(state.peak, state.underWay);
		let result: GmailReply = { status: 404 };
		try {
			await setTimeout(state.latencyMs);
			if (isBefore) result = typeof fault.act === 'object' ? fault.act : { status: 0 };
			else if (operation !== 'other') result = await carryOut(operation, request, address, body);
			if (fault !== undefined && typeof fault.act === 'object') result = fault.act;
		} finally {
			state.underWay -= 1;
		}
		requests.push({
			operation,
			user: decodeURIComponent(ROUTE.exec(address.pathname)?.[2] ?? ''),
			bytes: body.length,
			status: result.status,
		});
		if (fault?.act === 'reset') request.socket.destroy();
		else if (fault?.act !== 'silence') reply(response, result);
	};

	const server = await startHttpsServer(options, answer);
	return {
		port: server.port,
		mailboxes,
		messages: store.messages,
		requests,
		get peak() {
			return state.peak;
		},
		get latencyMs() {
			return state.latencyMs;
		},
		set latencyMs(value) {
			state.latencyMs = value;
		},
		fail(...added) {
			for (const fault of added) {
				faults.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
			}
		},
		close: async () => await server.close(),
	};
}
