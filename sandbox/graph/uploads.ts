import { randomBytes } from 'node:crypto';
import type { GraphAttachment, GraphItem } from './mailbox.js';
import { graphError, GRAPH_REFUSALS, type GraphReply } from './refusals.js';

interface Session {
	readonly item: GraphItem;
	readonly size: number;
	readonly about: Omit<GraphAttachment, 'content'>;
	readonly pieces: Buffer[];
	received: number;
	readonly endsAtMs: number;
}

/** "Between 3 MB and 150 MB", by the page below. */
const MIN_BYTES = 3_000_000;
const MAX_BYTES = 150 * 1_024 * 1_024;
const MAX_PIECE_BYTES = 4 * 1_024 * 1_024;
const RANGE = /^bytes (\d+)-(\d+)\/(\d+)$/;

/** The upload sessions (https://learn.microsoft.com/en-us/graph/outlook-large-attachments). */
export class GraphUploads {
	readonly #sessions = new Map<string, Session>();
	/** How long a session lives, from its beginning. */
	lifeMs = 3_600_000;

	/** Where the addresses of sessions lead; Graph's are those of Outlook. */
	constructor(private readonly base: string) {}

	/** `createUploadSession`. */
	begin(item: GraphItem, body: unknown): GraphReply {
		const { AttachmentItem: asked } = Object(body) as { AttachmentItem?: Record<string, unknown> };
		const { name, size, attachmentType, contentType, isInline, contentId } = asked ?? {};
		if (typeof name !== 'string' || typeof size !== 'number' || attachmentType !== 'file') {
			return graphError(400, 'BadRequest', 'Empty Payload. JSON content expected.');
		}
		if (size < MIN_BYTES) return GRAPH_REFUSALS.minimumSize();
		if (size > MAX_BYTES) return GRAPH_REFUSALS.tooLarge();
		const token = `eyJ${randomBytes(120).toString('base64url')}`;
		const endsAtMs = Date.now() + this.lifeMs;
		this.#sessions.set(token, {
			item,
			size,
			about: {
				name,
				contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
				isInline: isInline === true,
				contentId: typeof contentId === 'string' ? contentId : undefined,
			},
			pieces: [],
			received: 0,
			endsAtMs,
		});
		const address = `${this.base}/api/gv1.0/users('u')/messages('${encodeURIComponent(item.id)}')/AttachmentSessions('s')`;
		return {
			status: 201,
			body: {
				uploadUrl: `${address}?authtoken=${token}`,
				expirationDateTime: new Date(endsAtMs).toISOString(),
				nextExpectedRanges: ['0-'],
			},
		};
	}

	/** One PUT of a session: a range in order, without an Authorization of its own. */
	take(
		token: string,
		headers: Readonly<Record<string, string | string[] | undefined>>,
		body: Buffer,
	): GraphReply {
		const session = this.#sessions.get(token);
		if (session === undefined || session.endsAtMs <= Date.now()) {
			return graphError(
				404,
				'ErrorItemNotFound',
				'The specified object was not found in the store.',
			);
		}
		if (headers['authorization'] !== undefined) {
			return graphError(
				401,
				'InvalidAuthenticationToken',
				'Do not specify an Authorization header.',
			);
		}
		if (headers['content-type'] !== 'application/octet-stream') {
			return graphError(415, 'RequestBodyRead', 'The media type is not supported.');
		}
		const range = RANGE.exec(String(headers['content-range'] ?? ''));
		const [start, end, total] = (range ?? []).slice(1).map(Number);
		if (
			start !== session.received ||
			end !== start + body.length - 1 ||
			total !== session.size ||
			end >= total ||
			body.length > MAX_PIECE_BYTES
		) {
			return graphError(416, 'invalidRange', 'The specified byte range is invalid or unavailable.');
		}
		session.pieces.push(Buffer.from(body));
		session.received += body.length;
		if (session.received < session.size) {
			return { status: 200, body: { nextExpectedRanges: [String(session.received)] } };
		}
		this.#sessions.delete(token);
		session.item.attachments.push({ ...session.about, content: Buffer.concat(session.pieces) });
		return { status: 201, headers: { location: `${this.base}/api/v2.0/attachments('a')` } };
	}
}
