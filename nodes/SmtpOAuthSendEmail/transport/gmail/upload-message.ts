import { addAbortSignal } from 'node:stream';
import { readApiAnswer } from '../../failure/evidence/api-answer';
import { STOPPED } from '../../failure/model/failure';
import type { PreparedMessage } from '../../message/prepared-message';
import type { DeliveryReport } from '../../status/delivery-report';
import { wait } from '../../timing/wait';
import { readAnswered, type ApiResult } from '../api/api-call';
import type { ApiReports } from '../api/api-reports';
import { piecesOf } from '../api/read-message';
import { unreadable } from '../unreadable';
import type { GmailConversation } from './gmail-client';

/** What is in memory of a message at a time: a multiple of 256 KiB, as Google wants it. */
const PIECE_BYTES = 4 * 1_024 * 1_024;

/** How often one piece is sent, the first time included. */
const MAX_TRIES = 4;

/** The wait before a piece is sent again, in ms, doubled each time. */
const FIRST_WAIT_MS = 500;

/** How many bytes the server says it has (`Range: bytes=0-n` or `Range: 0-n`, with 308). */
function receivedBytes(result: ApiResult): number | undefined {
	if (result.kind !== 'answered' || result.reply.status !== 308) return undefined;
	const range = result.reply.headers['range'];
	if (range === undefined) return 0;
	const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(range)?.[1];
	return last === undefined ? undefined : Number(last) + 1;
}

/** Whether a result may be a passing one of the line or the server, so that asking again helps. */
function mayPass(result: ApiResult): boolean {
	if (result.kind === 'noToken') return false;
	return result.kind === 'unanswered' || result.reply.status >= 500 || result.reply.status === 408;
}

/** Whether a request was surely not carried out, since it never left. */
function isUnsent(result: ApiResult): boolean {
	return result.kind === 'unanswered' && result.fault.isUnsent;
}

/** How long the server asks to wait, in ms; 0 where it does not. */
function askedWait(result: ApiResult): number {
	if (result.kind !== 'answered') return 0;
	return readApiAnswer(result.reply, Date.now()).retryAfterMs ?? 0;
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
		private readonly reports: ApiReports,
		private readonly url: string,
		private readonly totalBytes: number,
	) {}

	/** Sends piece after piece. Nothing is accepted before the last one. */
	async send(message: PreparedMessage): Promise<DeliveryReport> {
		const { conversation, reports, totalBytes } = this;
		const end = conversation.end();
		let startsAt = 0;
		try {
			const source = addAbortSignal(end, message.open());
			for await (const content of piecesOf(source, totalBytes, PIECE_BYTES)) {
				const endsAt = startsAt + content.length;
				const isLast = endsAt === totalBytes;
				const { result, isDoubtful } = await this.#sendPiece({ content, startsAt, isLast });
				if (isLast) return this.#conclude(result, isDoubtful);
				if (receivedBytes(result) !== endsAt) {
					return conversation.isStopped
						? reports.refusedFor(STOPPED, 'data')
						: reports.refused(result, 'data');
				}
				startsAt = endsAt;
			}
			return reports.refusedFor(unreadable('it has no bytes'), 'data');
		} catch (error: unknown) {
			return reports.refusedFor(conversation.unreadable(end, error), 'data');
		}
	}

	/**
	 * Sends a piece, and after a fault what the server says it lacks of it. It waits before as long as the
	 * server asks, where the attempt has the time. Resolves with the answer to the last request, and
	 * whether the server may have the whole message without having said what came of it.
	 */
	async #sendPiece(
		piece: Piece,
	): Promise<{ readonly result: ApiResult; readonly isDoubtful: boolean }> {
		const { conversation } = this;
		const { startsAt, content, isLast } = piece;
		const endsAt = startsAt + content.length;
		// What may be accepted any moment is not left alone for a stop.
		const signal = isLast ? undefined : conversation.signal;
		let isDoubtful = false;
		let result = await this.#put(piece, startsAt);
		for (let tries = 1; tries < MAX_TRIES; tries += 1) {
			const received = receivedBytes(result);
			const hasAll = received !== undefined && received >= endsAt;
			if (hasAll && !isLast) break;
			if (received === undefined ? !mayPass(result) : received < startsAt) break;
			isDoubtful ||= isLast && (hasAll || (received === undefined && !isUnsent(result)));
			const waitMs = Math.max(FIRST_WAIT_MS * 2 ** (tries - 1), askedWait(result));
			if (waitMs >= conversation.remainingMs || !(await wait(waitMs, signal))) break;
			result = await this.#put(piece, hasAll ? undefined : received);
		}
		return { result, isDoubtful };
	}

	/**
	 * Sends a piece from a byte of the message on. Without one it asks how much has arrived; an upload
	 * that is whole is answered as its last piece is.
	 */
	async #put({ content, startsAt, isLast }: Piece, from: number | undefined): Promise<ApiResult> {
		const last = String(startsAt + content.length - 1);
		const range = from === undefined ? '*' : `${String(from)}-${last}`;
		return await this.conversation.askAt(this.url, 'the upload of the message', {
			method: 'PUT',
			headers: { 'Content-Range': `bytes ${range}/${String(this.totalBytes)}` },
			body: from === undefined ? '' : content.subarray(from - startsAt),
			isFinal: isLast,
		});
	}

	#conclude(result: ApiResult, isDoubtful: boolean): DeliveryReport {
		const { reports } = this;
		const acceptance = reports.judge(result);
		if (acceptance === 'accepted') return reports.accepted(result, readAnswered(result, 'id'));
		const received = receivedBytes(result);
		if (received !== undefined) {
			// The server says itself what it lacks of the message, and then has accepted nothing; or that it
			// has all of it, and not what came of it.
			return received < this.totalBytes ? reports.refused(result, 'data') : reports.unknown(result);
		}
		return isDoubtful || acceptance === 'doubt'
			? reports.unknown(result)
			: reports.refused(result, 'reply');
	}
}

/** Google's documentation shows uploads at another API name than that of the request. */
const OTHER_API_HOST = 'www.googleapis.com';

/** The address for the pieces; `undefined` where it leads elsewhere, so that no mail may go there. */
function uploadAddress(result: ApiResult, host: string): string | undefined {
	if (result.kind !== 'answered' || result.reply.status !== 200) return undefined;
	const location = result.reply.headers['location'] ?? '';
	if (!URL.canParse(location)) return undefined;
	const url = new URL(location);
	const isGoogles = url.host === host || url.host === OTHER_API_HOST;
	return url.protocol === 'https:' && isGoogles ? url.href : undefined;
}

/**
 * Uploads a message piece by piece, so that no more than one piece is in memory, and goes on where a
 * broken connection left it. The upload must stay at the API's host or at another name of Google's
 * APIs.
 */
export async function uploadMessage(
	conversation: GmailConversation,
	message: PreparedMessage,
	reports: ApiReports,
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
	const url = uploadAddress(begun, conversation.link.account.host);
	if (url === undefined) return reports.refused(begun, 'data');
	conversation.keepSecret(new URL(url).searchParams.get('upload_id') ?? '');
	return await new Upload(conversation, reports, url, sizeBytes).send(message);
}
