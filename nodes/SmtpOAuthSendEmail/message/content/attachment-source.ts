import { Readable } from 'node:stream';
import type { IBinaryData } from 'n8n-workflow';
import { readBase64 } from './base64-data';
import type { AttachmentSource } from '../fields/message-fields';
import { showValue, type Parsed } from '../fields/parameter-problem';
import { fail, succeed } from '../../result/result';
import { readProperty } from '../../untrusted/read-property';

/** A file as n8n's items hold it; Code nodes may hand over less than n8n's type promises. */
type BinaryObject = Readonly<Record<string, unknown>>;

/** A file to attach: the name of a binary property, or the binary object that n8n's expressions give. */
export type FileReference = string | BinaryObject;

interface NamedFile {
	readonly propertyName: string;
	readonly file: BinaryObject;
}

/** n8n's access to binary data, bound to one item. */
export interface BinaryStore {
	/** Throws when the item has no such property. */
	find(propertyName: string): IBinaryData;
	/** The item's files by the names of their properties. */
	files(): Readonly<Record<string, unknown>>;
	/** The name of the node before if that is one of this package's, which hands on no files by default. */
	ownNodeBefore(): string | undefined;
	/** `undefined` when n8n does not answer in time. */
	sizeOf(binaryDataId: string): Promise<number | undefined>;
	openStream(binaryDataId: string): Promise<Readable>;
}

/** Where a file is named. */
export interface FileOption {
	/** As users know it. */
	readonly label: string;
	readonly isEmbeddable: boolean;
}

const MAX_NAMES_SHOWN = 5;

function missing(parameter: string, detail: string, remedy: string): Parsed<never> {
	return fail({ code: 'ATTACHMENT_MISSING', parameter, detail, remedy });
}

/** How to name a file, by what was given for the name of one. */
function describeRemedy(store: BinaryStore, name: string): string {
	const sameName = Object.entries(store.files()).find(
		([, file]) => readProperty(file, 'fileName') === name,
	);
	if (sameName !== undefined) {
		return `${showValue(name)} is the name of the file. Give the name of its property: ${showValue(sameName[0])}.`;
	}
	if (/^(?:\{\{|=?\$)/.test(name)) {
		return 'That looks like an expression. Switch the field from Fixed to Expression.';
	}
	if (name.includes('[object Object]')) {
		return 'An expression beside other text gives no files. Let it give all of them as a list, e.g. {{ [$binary.data, "logo"] }}.';
	}
	return 'Look up the name in the Binary tab of the input panel. The node before must pass the file on under that name.';
}

function missingProperty(
	store: BinaryStore,
	name: string,
	{ label }: FileOption,
): Parsed<AttachmentSource> {
	const names = Object.keys(store.files());
	const shown = names.slice(0, MAX_NAMES_SHOWN).map(showValue).join(', ');
	const others = names.length > MAX_NAMES_SHOWN ? ' and others' : '';
	const has = names.length === 0 ? 'It has no files.' : `It has ${shown}${others}.`;
	const before = store.ownNodeBefore();
	return missing(
		label,
		`"${label}" names the binary property ${showValue(name)}, which this item does not have. ${has}`,
		before === undefined
			? describeRemedy(store, name)
			: `The node before, ${showValue(before)}, outputs status items and drops their files. Switch on its option "Pass Binary Data Through", or take the file from an earlier node: {{ $('Node name').item.binary.data }}.`,
	);
}

/**
 * The one reader of binary data: finds a file and its size, and leaves the bytes where they are until
 * the message goes out. Fails with `ATTACHMENT_MISSING` when the item has no such property or n8n's
 * store no longer has its bytes, and with `INVALID_PARAMETER` when what should be bytes is none.
 */
export async function findAttachment(
	store: BinaryStore,
	reference: FileReference,
	option: FileOption,
): Promise<Parsed<AttachmentSource>> {
	let named: NamedFile;
	try {
		named =
			typeof reference === 'string'
				? { propertyName: reference, file: { ...store.find(reference) } }
				: findOwn(store, reference);
	} catch {
		return missingProperty(store, typeof reference === 'string' ? reference : '', option);
	}
	const bytes = await locate(store, named, option.label);
	if (!bytes.ok) return bytes;
	const { fileName, fileExtension, mimeType } = named.file;
	return succeed({
		propertyName: named.propertyName,
		...(typeof fileName === 'string' ? { fileName } : {}),
		...(typeof fileExtension === 'string' ? { fileExtension } : {}),
		mimeType: typeof mimeType === 'string' ? mimeType : 'application/octet-stream',
		isEmbeddable: option.isEmbeddable,
		...bytes.value,
	});
}

/** What stands for the bytes of a file that n8n's store has; its `id` begins with it and a colon. */
const STORE = /^(?:filesystem(?:-v2)?|s3|azure|database)$/;

/** Whether an ID is one of n8n's store, not of another service such as Google Drive or Airtable. */
function isStoreId(id: unknown): id is string {
	return typeof id === 'string' && STORE.test(id.split(':', 1)[0] ?? '') && id.includes(':');
}

/** Whether a file says where its bytes are: in n8n's store, or in itself. */
export function hasBytes({ id, data }: BinaryObject): boolean {
	// A file that was copied without its ID has nothing but the name of the store
	return isStoreId(id) || (typeof data === 'string' && !STORE.test(data)) || isBuffer(data);
}

/** What `JSON.stringify` makes of a Buffer, or the Buffer itself: Code nodes put both where base64 belongs. */
function isBuffer(data: unknown): data is Uint8Array | { readonly data: readonly number[] } {
	if (typeof data !== 'object' || data === null) return false;
	if (data instanceof Uint8Array) return true;
	return 'type' in data && data.type === 'Buffer' && 'data' in data && Array.isArray(data.data);
}

/** The bytes that a file carries in itself; `undefined` where it has none that can be read. */
function readOwnBytes(data: unknown): (() => Buffer) | undefined {
	if (isBuffer(data)) {
		const bytes = Buffer.from(data instanceof Uint8Array ? data : data.data);
		return () => bytes;
	}
	const base64 = typeof data === 'string' ? readBase64(data) : undefined;
	return base64 === undefined ? undefined : () => Buffer.from(base64, 'base64');
}

/**
 * The file of the item that an expression's object is, and its property. `{{ $binary.data }}` comes
 * without the bytes of a file that is kept in the item, so that it is known by all the rest; not where
 * two files are alike. A file of another node is called by its file name.
 */
function findOwn(store: BinaryStore, given: BinaryObject): NamedFile {
	const same = Object.entries(store.files()).flatMap(([propertyName, value]) => {
		const file: BinaryObject = typeof value === 'object' ? { ...value } : {};
		const isSame = Object.entries(given).every(([key, part]) => file[key] === part);
		return isSame ? [{ propertyName, file }] : [];
	});
	const [first] = same;
	if (first !== undefined && (same.length === 1 || hasBytes(given))) return first;
	const { fileName } = given;
	const propertyName = typeof fileName === 'string' && fileName !== '' ? fileName : 'attachment';
	return { propertyName, file: given };
}

async function locate(
	store: BinaryStore,
	{ propertyName, file: { id, data } }: NamedFile,
	label: string,
): Promise<Parsed<Pick<AttachmentSource, 'sizeBytes' | 'open'>>> {
	if (typeof id === 'string' && id !== '') {
		try {
			const sizeBytes = await store.sizeOf(id);
			if (sizeBytes !== undefined) {
				return succeed({ sizeBytes, open: () => store.openStream(id) });
			}
			return missing(
				label,
				`n8n did not say in time how large the file of the binary property ${showValue(propertyName)} is.`,
				"Run the workflow again. If it recurs, ask the administrator of n8n to look at n8n's storage of binary data.",
			);
		} catch {
			return missing(
				label,
				`n8n could not read the file of the binary property ${showValue(propertyName)}.`,
				'Run the nodes that produce the file again. n8n deletes files of old executions: ask its administrator how long it keeps them.',
			);
		}
	}
	if (!hasBytes({ data })) {
		return missing(
			label,
			`The file ${showValue(propertyName)} in "${label}" has no data.`,
			"Give the name of a binary property of this item, or a file of an earlier node: {{ $('Node name').item.binary.data }}.",
		);
	}
	const read = readOwnBytes(data);
	if (read === undefined) {
		return fail({
			code: 'INVALID_PARAMETER',
			parameter: label,
			detail: `The data of the file ${showValue(propertyName)} in "${label}" is not base64.`,
			remedy:
				"In a Code node, make files with await this.helpers.prepareBinaryData(Buffer.from(text), 'name.txt'), or encode their content: Buffer.from(text).toString('base64').",
		});
	}
	return succeed({
		sizeBytes: read().length,
		open: () => Promise.resolve(Readable.from([read()], { objectMode: false })),
	});
}
