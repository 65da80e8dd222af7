import { Readable } from 'node:stream';
import type { IBinaryData } from 'n8n-workflow';
import type { AttachmentSource } from './message-fields';
import type { Parsed } from './prepared-message';

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
	try {
		const found = store.find(propertyName);
		const common = {
			propertyName,
			...(found.fileName === undefined ? {} : { fileName: found.fileName }),
			mimeType: found.mimeType,
			isEmbeddable: option.isEmbeddable,
		};
		const id = found.id;
		if (id === undefined || id === '') {
			const decode = (): Buffer => Buffer.from(found.data, 'base64');
			return {
				ok: true,
				value: {
					...common,
					sizeBytes: decode().length,
					open: () => Promise.resolve(Readable.from([decode()], { objectMode: false })),
				},
			};
		}
		return {
			ok: true,
			value: { ...common, sizeBytes: await store.sizeOf(id), open: () => store.openStream(id) },
		};
	} catch {
		return {
			ok: false,
			problem: {
				code: 'ATTACHMENT_MISSING',
				parameter: option.label,
				detail: `"${option.label}" names the binary property "${propertyName}", which this item does not have.`,
				remedy:
					'Check the name in the Binary tab of the input panel; the step before must pass the file on under that name.',
			},
		};
	}
}
