import type { Readable } from 'node:stream';
import type { KnownFault } from '../../failure/model/failure';
import { STOPPED } from '../../failure/model/known-faults';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import { wait } from '../../timing/wait';
import { withinTime } from '../../timing/with-timeout';
import { readAnswered, type ApiResult } from '../api/api-call';
import { READ_TOO_SLOWLY, unreadable } from '../api/read-message';
import type { GmailConversation } from './gmail-client';
import type { GmailReports } from './gmail-reports';
import { judgeAcceptance } from './send-response';

/** What is in memory of a message at a time: a multiple of 256 KiB, as Google wants it. */
const PIECE_BYTES = 4 * 1_024 * 1_024;

/** How often one piece is sent, the first time included. */
const MAX_TRIES = 4;

/** The wait before a piece is sent again, in ms, doubled each time. */
const FIRST_WAIT_MS = 500;

/** The pieces of a message, cut from its stream. */
class Pieces {
	readonly #chunks: AsyncIterator<unknown>;
	#rest: Buffer = Buffer.alloc(0);

	constructor(private readonly content: Readable) {
		this.#chunks = content[Symbol.asyncIterator]();
	}

	/** The next piece; shorter than `PIECE_BYTES` only at the end, and empty behind it. */
	async next(): Promise<Buffer> {
		const parts: Buffer[] = [this.#rest];
		let bytes = this.#rest.length;
		while (bytes < PIECE_BYTES) {
			const chunk = await this.#chunks.next();
			if (chunk.done === true) break;
			const part = Buffer.isBuffer(chunk.value) ? chunk.value : Buffer.from(String(chunk.value));
			parts.push(part);
			bytes += part.length;
		}
		const all = Buffer.concat(parts, bytes);
		this.#rest = all.subarray(PIECE_BYTES);
		return all.subarray(0, PIECE_BYTES);
	}

	end(): void {
		this.content.destroy();
	}
}

/** How many bytes the server says it has (`Range: bytes=0-n`, with 308). */
function receivedBytes(result: ApiResult): number | undefined {
	if (result.kind !== 'answered' || result.reply.status !== 308) return undefined;
	const range = result.reply.headers['range'];
	if (range === undefined) return 0;
	const last = /^bytes=0-(\d{1,15})$/.exec(range)?.[1];
	return last === undefined ? undefined : Number(last) + 1;
}

/** Whether a result may be a passing one of the line or the server, so that asking again helps. */
function mayPass(result: ApiResult): boolean {
	if (result.kind === 'noToken') return false;
	return result.kind === 'unanswered' || result.reply.status >= 500 || result.reply.status === 408;
}

/** One piece and where it belongs. */
interface Piece {
	readonly content: Buffer;
	readonly startsAt: number;
	readonly isLast: boolean;
}

/** An upload that has begun: https://developers.google.com/workspace/gmail/api/guides/uploads#resumable */
class Upload {
	constructor(
		private readonly conversation: GmailConversation,
		private readonly url: string,
		private readonly totalBytes: number,
	) {}

	/**
	 * Sends a piece, and after a fault what the server says it lacks of it. Resolves with the answer to
	 * the last request, and whether the server may have got the whole message by one that was not
	 * answered.
	 */
	async send(piece: Piece): Promise<{ readonly result: ApiResult; readonly isDoubtful: boolean }> {
		const endsAt = piece.startsAt + piece.content.length;
		let isDoubtful = false;
		let result = await this.#put(piece, piece.startsAt);
		for (let tries = 1; tries < MAX_TRIES; tries += 1) {
			const received = receivedBytes(result);
			const isDone = received !== undefined && received >= endsAt;
			if (isDone || (received === undefined && !mayPass(result))) break;
			if (received !== undefined && received < piece.startsAt) break;
			isDoubtful ||= piece.isLast && received === undefined;
			if (!(await wait(FIRST_WAIT_MS * 2 ** (tries - 1), this.#signal(piece)))) break;
			result =
				received === undefined ? await this.#askProgress(piece) : await this.#put(piece, received);
		}
		return { result, isDoubtful };
	}

	async #put({ content, startsAt, isLast }: Piece, from: number): Promise<ApiResult> {
		const rest = content.subarray(from - startsAt);
		const last = startsAt + content.length - 1;
		return await this.conversation.askAt(this.url, SHOWN, {
			method: 'PUT',
			headers: {
				'Content-Range': `bytes ${String(from)}-${String(last)}/${String(this.totalBytes)}`,
			},
			body: rest,
			isFinal: isLast,
		});
	}

	/** Asks how much has arrived; an upload that is whole is answered as its last piece is. */
	async #askProgress({ isLast }: Piece): Promise<ApiResult> {
		return await this.conversation.askAt(this.url, SHOWN, {
			method: 'PUT',
			headers: { 'Content-Range': `bytes */${String(this.totalBytes)}` },
			body: '',
			isFinal: isLast,
		});
	}

	/** What may be accepted any moment is not left alone for a stop. */
	#signal({ isLast }: Piece): AbortSignal | undefined {
		return isLast ? undefined : this.conversation.signal;
	}
}

const SHOWN = 'the upload of the message';

const OTHER_SIZE: KnownFault = {
	code: 'ATTACHMENT_MISSING',
	detail: 'An attachment has another size than when the message was checked, so nothing was sent.',
};

/** The address for the pieces; `undefined` where it leads elsewhere, so that no mail may go there. */
function uploadAddress(result: ApiResult, host: string): string | undefined {
	if (result.kind !== 'answered' || result.reply.status !== 200) return undefined;
	const location = result.reply.headers['location'] ?? '';
	if (!URL.canParse(location)) return undefined;
	const url = new URL(location);
	return url.protocol === 'https:' && url.host === host ? url.href : undefined;
}

/**
 * Uploads a message piece by piece, so that no more than one piece is in memory, and goes on where a
 * broken connection left it. Nothing is accepted before the last piece.
 *
 * @param host of the API: where the upload must stay
 */
export async function uploadMessage(
	conversation: GmailConversation,
	message: PreparedMessage,
	reports: GmailReports,
	host: string,
): Promise<DeliveryReport> {
	const { sizeBytes } = message;
	const begun = await conversation.ask({
		method: 'POST',
		isUpload: true,
		headers: {
			'X-Upload-Content-Type': 'message/rfc822',
			'X-Upload-Content-Length': String(sizeBytes),
		},
		body: '',
	});
	const url = uploadAddress(begun, host);
	if (url === undefined) return reports.refused(begun, 'data');
	conversation.keepSecret(new URL(url).searchParams.get('upload_id') ?? '');
	const upload = new Upload(conversation, url, sizeBytes);
	const pieces = new Pieces(message.open());
	try {
		return await sendPieces(upload, pieces, { conversation, reports, sizeBytes });
	} finally {
		pieces.end();
	}
}

/** What sending the pieces needs besides them. */
interface UploadTask {
	readonly conversation: GmailConversation;
	readonly reports: GmailReports;
	readonly sizeBytes: number;
}

async function nextPiece(
	pieces: Pieces,
	{ remainingMs, signal }: GmailConversation,
): Promise<Buffer | KnownFault> {
	try {
		const content = await withinTime(pieces.next(), remainingMs, signal);
		if (content === 'cancelled') return STOPPED;
		return content === 'timedOut' ? READ_TOO_SLOWLY : content;
	} catch (error: unknown) {
		return unreadable(error);
	}
}

async function sendPieces(
	upload: Upload,
	pieces: Pieces,
	{ conversation, reports, sizeBytes }: UploadTask,
): Promise<DeliveryReport> {
	for (let startsAt = 0; ;) {
		if (conversation.isStopped) return reports.refusedFor(STOPPED, 'data');
		const content = await nextPiece(pieces, conversation);
		if (!Buffer.isBuffer(content)) return reports.refusedFor(content, 'data');
		const endsAt = startsAt + content.length;
		const isLast = endsAt === sizeBytes;
		// What the server waits for still would make a message that is cut, or none.
		if (endsAt > sizeBytes || (content.length < PIECE_BYTES && !isLast)) {
			return reports.refusedFor(OTHER_SIZE, 'data');
		}
		const { result, isDoubtful } = await upload.send({ content, startsAt, isLast });
		if (isLast) return concludeUpload(result, isDoubtful, reports);
		if (receivedBytes(result) !== endsAt) return reports.refused(result, 'data');
		startsAt = endsAt;
	}
}

function concludeUpload(
	result: ApiResult,
	isDoubtful: boolean,
	reports: GmailReports,
): DeliveryReport {
	const acceptance = judgeAcceptance(result);
	if (acceptance === 'accepted') return reports.accepted(result, readAnswered(result, 'id'));
	// The server says itself what it lacks of the message: then it has accepted nothing.
	if (receivedBytes(result) !== undefined) return reports.refused(result, 'data');
	return isDoubtful || acceptance === 'doubt'
		? reports.unknown(result)
		: reports.refused(result, 'reply');
}
