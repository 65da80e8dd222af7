import { execFileSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { IBinaryData } from 'n8n-workflow';
// Makes n8n's folder a temporary one before n8n-core is loaded.
import '../../../sandbox/n8n/workflow-host.js';

const require = createRequire(import.meta.url);
const { BinaryDataService } = require('n8n-core') as typeof import('n8n-core');
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get<T>(type: new (...args: never[]) => T): T };
};

/**
 * Puts a file into n8n's binary store (mode "filesystem", in n8n's temporary folder) and gives what
 * an item then carries: a reference, no bytes.
 */
export async function storeBinary(
	bytes: Buffer,
	{ mimeType, fileName }: { mimeType: string; fileName: string },
): Promise<IBinaryData> {
	const service = Container.get(BinaryDataService);
	await service.init();
	const location = {
		type: 'execution' as const,
		workflowId: 'sandbox-workflow',
		executionId: '1',
	};
	return await service.store(location, bytes, { data: '', mimeType, fileName });
}

/** Deletes a stored file's bytes behind n8n's back, as its pruning does. */
export async function pruneBinary({ id = '' }: IBinaryData): Promise<void> {
	await Container.get(BinaryDataService).deleteManyByBinaryDataId([id]);
}

/**
 * Puts a pipe without a writer in the place of a stored file's bytes, or of what n8n noted about
 * it, as a storage that has come to a standstill. Gives what ends the standstill.
 */
export async function blockBinary(
	{ id = '' }: IBinaryData,
	what: 'bytes' | 'metadata',
): Promise<() => Promise<void>> {
	const file = Container.get(BinaryDataService).getPath(id);
	const path = what === 'bytes' ? file : `${file}.metadata`;
	await rm(path);
	execFileSync('mkfifo', [path]);
	return async () => {
		// For reading as well, or it would wait for a reader
		await (await open(path, 'r+')).close();
		await rm(path);
	};
}

/** A file as it is carried within the item itself, n8n's mode "default". */
export function inMemoryBinary(
	bytes: Buffer,
	{ mimeType, fileName }: { mimeType: string; fileName: string },
): IBinaryData {
	return { data: bytes.toString('base64'), mimeType, fileName, fileSize: '1 kB' };
}
