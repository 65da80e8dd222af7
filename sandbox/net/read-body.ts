import type { IncomingMessage } from 'node:http';

/** The whole body of a request; fails beyond `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes = 1_000_000): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		if (bytes > maxBytes) throw new Error(`The body has more than ${String(maxBytes)} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}
