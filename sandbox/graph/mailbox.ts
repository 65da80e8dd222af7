import { randomBytes } from 'node:crypto';
import PostalMime from 'postal-mime';
import type { Address, Email } from 'postal-mime';
import { GRAPH_REFUSALS, invalidRecipient, type GraphReply } from './refusals.js';

/** A mailbox of the stand-in for Exchange Online. */
export interface GraphMailbox {
	/** Its user principal name. */
	readonly address: string;
	/** `tid` of the tokens that may name it; default: every tenant's. */
	readonly tenantId?: string;
	/** Further users with full access to it. */
	readonly delegates?: readonly string[];
	/** Addresses it may send as. */
	readonly sendAs?: readonly string[];
	/** `false`: a user without a licence. */
	readonly hasMailbox?: boolean;
	/** Applications (client IDs) that a policy keeps out. */
	readonly blockedApps?: readonly string[];
	readonly isFull?: boolean;
	/** The largest message; default 35 MB. */
	readonly maxMessageBytes?: number;
}

/** An attachment that was handed over apart from the message. */
export interface GraphAttachment {
	readonly name: string;
	readonly contentType: string;
	readonly content: Buffer;
	readonly isInline: boolean;
	readonly contentId: string | undefined;
}

/** A message that has gone out. */
export interface GraphMessage {
	readonly mailbox: string;
	readonly from: string;
	/** All who get it, from To, Cc and Bcc. */
	readonly recipients: readonly string[];
	/** As it was handed over, with Bcc. */
	readonly submitted: Buffer;
	/** As the recipients see it: Exchange takes Bcc away. */
	readonly raw: Buffer;
	readonly parsed: Email;
	/** Attachments that came by a request of their own. */
	readonly attachments: readonly GraphAttachment[];
	readonly via: 'sendMail' | 'draft';
	/** What Exchange makes of the Message-ID. */
	readonly internetMessageId: string;
}

/** A draft, or what was one. */
export interface GraphItem {
	/** Another one when it is moved: https://learn.microsoft.com/en-us/graph/outlook-immutable-id */
	id: string;
	readonly mailbox: GraphMailbox;
	readonly mime: Buffer;
	readonly parsed: Email;
	readonly internetMessageId: string;
	readonly attachments: GraphAttachment[];
	folder: 'drafts' | 'sentItems' | 'deletedItems';
}

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;

/** The bytes of a MIME body in base64, strictly; `undefined` where it is none. */
export function readBase64(body: Buffer): Buffer | undefined {
	const text = body.toString('latin1');
	if (!BASE64.test(text) || text.replaceAll(/\s/g, '').length % 4 !== 0) return undefined;
	return Buffer.from(text, 'base64');
}

function addressesOf(list: readonly Address[] | undefined): string[] {
	return (list ?? []).flatMap((entry) =>
		entry.group ? entry.group.map(({ address }) => address ?? '') : [entry.address ?? ''],
	);
}

function withoutBcc(mime: Buffer): Buffer {
	const end = mime.indexOf('\r\n\r\n');
	const head = mime.subarray(0, end + 2).toString('latin1');
	const kept = head.replace(/^bcc:.*\r\n(?:[ \t].*\r\n)*/gim, '');
	return Buffer.concat([Buffer.from(kept, 'latin1'), mime.subarray(end + 2)]);
}

function newId(): string {
	return `AAMkAG${randomBytes(60).toString('base64url')}AAA=`;
}

/** Moves an item, which ends its ID. */
export function moveItem(item: GraphItem, folder: GraphItem['folder']): void {
	item.folder = folder;
	item.id = newId();
}

/** Makes an item of an encoded message. */
export async function createItem(mailbox: GraphMailbox, mime: Buffer): Promise<GraphItem> {
	return {
		id: newId(),
		mailbox,
		mime,
		parsed: await PostalMime.parse(mime),
		internetMessageId: `<${randomBytes(12).toString('hex').toUpperCase()}@SANDBOX.prod.outlook.com>`,
		attachments: [],
		folder: 'drafts',
	};
}

/** Why a message cannot be submitted; `undefined` if it can be. */
export function findUnsupportedFeature(item: GraphItem): GraphReply | undefined {
	const { mailbox, parsed, mime, attachments } = item;
	const recipients = recipientsOf(item);
	if (recipients.length === 0) return GRAPH_REFUSALS.noRecipients();
	const bad = recipients.find((address) => !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address));
	if (bad !== undefined) return invalidRecipient(bad);
	const from = parsed.from?.address?.toLowerCase() ?? '';
	const own = [mailbox.address, ...(mailbox.sendAs ?? [])].map((one) => one.toLowerCase());
	if (!own.includes(from)) return GRAPH_REFUSALS.sendAsDenied();
	const bytes = attachments.reduce((sum, { content }) => sum + content.length, mime.length);
	if (bytes > (mailbox.maxMessageBytes ?? 36_700_160)) return GRAPH_REFUSALS.tooLarge();
	return undefined;
}

/** All addresses that the header names, once each. */
function recipientsOf({ parsed }: GraphItem): readonly string[] {
	const { to, cc, bcc } = parsed;
	return [...new Set([...addressesOf(to), ...addressesOf(cc), ...addressesOf(bcc)])];
}

/** What the recipients get of an item. */
export async function deliverItem(
	item: GraphItem,
	via: GraphMessage['via'],
): Promise<GraphMessage> {
	const raw = withoutBcc(item.mime);
	return {
		mailbox: item.mailbox.address,
		from: item.parsed.from?.address ?? '',
		recipients: recipientsOf(item),
		submitted: item.mime,
		raw,
		parsed: await PostalMime.parse(raw),
		attachments: [...item.attachments],
		via,
		internetMessageId: item.internetMessageId,
	};
}
