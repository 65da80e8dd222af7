import type { GraphOperation } from './faults.js';
import {
	createItem,
	deliverItem,
	findUnsupportedFeature,
	moveItem,
	readBase64,
	type GraphItem,
	type GraphMailbox,
	type GraphMessage,
} from './mailbox.js';
import { graphError, GRAPH_REFUSALS, type GraphReply } from './refusals.js';
import { GraphUploads } from './uploads.js';

/** A request that has been let in. */
export interface GraphTask {
	readonly mailbox: GraphMailbox;
	/** Of the item in the path; empty where it names none. */
	readonly id: string;
	/** The Content-Type. */
	readonly type: string;
	readonly body: Buffer;
}

const MAX_POSTED_BYTES = 3 * 1_024 * 1_024;

function readJson(body: Buffer): Record<string, unknown> {
	try {
		return Object(JSON.parse(body.toString('utf8'))) as Record<string, unknown>;
	} catch {
		return {};
	}
}

/** The items of all mailboxes, and what is done with them. */
export class GraphStore {
	readonly items: GraphItem[] = [];
	readonly messages: GraphMessage[] = [];
	readonly uploads: GraphUploads;

	constructor(uploadBase: string) {
		this.uploads = new GraphUploads(uploadBase);
	}

	/** A PUT of an upload session. */
	upload(
		token: string,
		headers: Readonly<Record<string, string | string[] | undefined>>,
		body: Buffer,
	): GraphReply {
		return this.uploads.take(token, headers, body);
	}

	async carryOut(operation: GraphOperation, task: GraphTask): Promise<GraphReply> {
		if (operation === 'sendMail' || operation === 'createDraft') {
			return await this.#takeMime(operation, task);
		}
		const item = this.items.find(({ id, mailbox }) => id === task.id && mailbox === task.mailbox);
		if (item === undefined) return GRAPH_REFUSALS.notFound();
		switch (operation) {
			case 'get':
				return {
					status: 200,
					body: { id: item.id, isDraft: item.folder === 'drafts' },
				};
			case 'delete':
				moveItem(item, 'deletedItems');
				return { status: 204 };
			case 'createUploadSession':
				return this.uploads.begin(item, readJson(task.body));
			case 'addAttachment':
				return attach(item, readJson(task.body));
			case 'send': {
				if (item.folder !== 'drafts') return GRAPH_REFUSALS.notFound();
				const unsupportedFeature = findUnsupportedFeature(item);
				if (unsupportedFeature !== undefined) return unsupportedFeature;
				moveItem(item, 'sentItems');
				this.messages.push(await deliverItem(item, 'draft'));
				return { status: 202 };
			}
			case 'upload':
				return GRAPH_REFUSALS.notFound();
		}
	}

	async #takeMime(
		operation: 'sendMail' | 'createDraft',
		{ mailbox, type, body }: GraphTask,
	): Promise<GraphReply> {
		if (type !== 'text/plain') {
			return graphError(400, 'RequestBodyRead', 'JSON is not part of this sandbox.');
		}
		const mime = readBase64(body);
		if (mime === undefined) return GRAPH_REFUSALS.base64();
		const item = await createItem(mailbox, mime);
		if (operation === 'createDraft') {
			this.items.push(item);
			const { id, internetMessageId } = item;
			return { status: 201, body: { id, internetMessageId, isDraft: true } };
		}
		const unsupportedFeature = findUnsupportedFeature(item);
		if (unsupportedFeature !== undefined) return unsupportedFeature;
		this.messages.push(await deliverItem(item, 'sendMail'));
		return { status: 202 };
	}
}

function attach(item: GraphItem, body: Record<string, unknown>): GraphReply {
	const { name, contentType, contentBytes, isInline, contentId } = body;
	if (typeof name !== 'string' || typeof contentBytes !== 'string') {
		return graphError(400, 'BadRequest', 'Empty Payload. JSON content expected.');
	}
	const content = Buffer.from(contentBytes, 'base64');
	if (content.length >= MAX_POSTED_BYTES) return GRAPH_REFUSALS.tooLarge();
	item.attachments.push({
		name,
		contentType: typeof contentType === 'string' ? contentType : 'application/octet-stream',
		content,
		isInline: isInline === true,
		contentId: typeof contentId === 'string' ? contentId : undefined,
	});
	return { status: 201, body: { name } };
}
