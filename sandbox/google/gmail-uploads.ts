import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { gmailError, type GmailReply } from './gmail-refusals.js';

/** All pieces but the last are multiples of it (Gmail API, "Resumable upload"). */
const PIECE_BYTES = 256 * 1_024;

interface Session {
	readonly user: string;
	readonly totalBytes: number;
	readonly pieces: Buffer[];
	received: number;
	/** What the message came to, once it is whole. */
	reply?: GmailReply;
}

/** What arrived: a piece that is stored, or the whole message. */
export type UploadStep =
	| { readonly kind: 'reply'; readonly reply: GmailReply }
	| {
			readonly kind: 'whole';
			readonly content: Buffer;
			readonly user: string;
			conclude(reply: GmailReply): void;
	  };

/**
 * The resumable uploads of the Gmail API
 * (https://developers.google.com/workspace/gmail/api/guides/uploads#resumable, November 2026).
 */
export class GmailUploads {
	readonly #sessions = new Map<string, Session>();

	constructor(private readonly base: string) {}

	/** Begins one: the answer names the address for the pieces. */
	begin(user: string, headers: IncomingHttpHeaders): GmailReply {
		const type = headers['x-upload-content-type'];
		const totalBytes = Number(headers['x-upload-content-length']);
		if (type !== 'message/rfc822' || !Number.isSafeInteger(totalBytes) || totalBytes <= 0) {
			return gmailError(400, 'badRequest', 'Media type or length of the upload is missing.');
		}
		const id = randomBytes(24).toString('base64url');
		this.#sessions.set(id, { user, totalBytes, pieces: [], received: 0 });
		const location = `${this.base}/upload/gmail/v1/users/${encodeURIComponent(user)}/messages/send?uploadType=resumable&upload_id=${id}`;
		return { status: 200, headers: { location } };
	}

	/** Takes a piece, or the question how far the upload has come (a Content-Range without one). */
	take(id: string, headers: IncomingHttpHeaders, body: Buffer): UploadStep {
		const session = this.#sessions.get(id);
		if (session === undefined) {
			return { kind: 'reply', reply: gmailError(404, 'notFound', 'Not Found') };
		}
		if (session.reply !== undefined) return { kind: 'reply', reply: session.reply };
		const range = headers['content-range'] ?? '';
		if (range === `bytes */${String(session.totalBytes)}`) return incomplete(session);
		const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? [];
		const isLast = Number(to) + 1 === session.totalBytes;
		const isValid =
			Number(total) === session.totalBytes &&
			Number(from) === session.received &&
			Number(to) - Number(from) + 1 === body.length &&
			(isLast || body.length % PIECE_BYTES === 0);
		if (!isValid) {
			const reply = gmailError(400, 'badRequest', `Failed to parse Content-Range header: ${range}`);
			return { kind: 'reply', reply };
		}
		session.pieces.push(body);
		session.received += body.length;
		if (!isLast) return incomplete(session);
		const content = Buffer.concat(session.pieces.splice(0));
		return {
			kind: 'whole',
			content,
			user: session.user,
			conclude: (reply) => {
				session.reply = reply;
			},
		};
	}
}

function incomplete({ received }: Session): UploadStep {
	const range: Readonly<Record<string, string>> =
		received === 0 ? {} : { range: `bytes=0-${String(received - 1)}` };
	return { kind: 'reply', reply: { status: 308, headers: range } };
}
