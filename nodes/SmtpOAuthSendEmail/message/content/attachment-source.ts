import { Readable } from 'node:stream';
import type { IBinaryData } from 'n8n-workflow';
import type { AttachmentSource } from '../fields/message-fields';
import type { Parsed } from '../fields/parameter-problem';

/** n8n's access to binary data, bound to one item. */
export interface BinaryStore {
	/** Throws when the item has no such property. */
	find(propertyName: string): IBinaryData;
	sizeOf(binaryDataId: string): Promise<number>;
	openStream(binaryDataId: string): Promise<Readable>;
}

/**
 * The one reader of binary data: finds the property and its size, and leaves the bytes where they
 * are until the message goes out. Fails with `ATTACHMENT_MISSING` when the item has no such
 * property or n8n's store no longer has its bytes.
 */
export async function findAttachment(
	store: BinaryStore,
	propertyName: string,
	option: { readonly label: string; readonly isEmbeddable: boolean },
): Promise<Parsed<AttachmentSource>> {
	const missing = (detail: string, remedy: string): Parsed<AttachmentSource> => ({
		ok: false,
		problem: { code: 'ATTACHMENT_MISSING', parameter: option.label, detail, remedy },
	});
	let found: IBinaryData;
	try {
		found = store.find(propertyName);
	} catch {
		return missing(
			`"${option.label}" names the binary property "${propertyName}", which this item does not have.`,
			'Look up the name in the Binary tab of the input panel. The node before must pass the file on under that name.',
		);
	}
	try {
		return { ok: true, value: await readSource(store, found, propertyName, option.isEmbeddable) };
	} catch {
		return missing(
			`n8n has no data of the binary property "${propertyName}" any more.`,
			'Run the nodes that produce the file again. n8n deletes files of old executions: ask whoever runs it how long they are kept.',
		);
	}
}

/** Code nodes may hand over less than n8n's type promises. */
async function readSource(
	store: BinaryStore,
	found: IBinaryData,
	propertyName: string,
	isEmbeddable: boolean,
): Promise<AttachmentSource> {
	const { id, data, fileName, mimeType }: Readonly<Record<string, unknown>> = { ...found };
	const common = {
		propertyName,
		...(typeof fileName === 'string' ? { fileName } : {}),
		mimeType: typeof mimeType === 'string' ? mimeType : 'application/octet-stream',
		isEmbeddable,
	};
	if (typeof id === 'string' && id !== '') {
		return { ...common, sizeBytes: await store.sizeOf(id), open: () => store.openStream(id) };
	}
	if (typeof data !== 'string') throw new TypeError('The binary property has no data.');
	const decode = (): Buffer => Buffer.from(data, 'base64');
	return {
		...common,
		sizeBytes: decode().length,
		open: () => Promise.resolve(Readable.from([decode()], { objectMode: false })),
	};
}
