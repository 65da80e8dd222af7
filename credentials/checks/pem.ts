/** Text between two boundaries of one label (RFC 7468 §2); breaks may have been lost on the way. */
interface PemBlock {
	readonly label: string;
	/** Its base64, without breaks. */
	readonly body: string;
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([\s\S]*?)-----END \1-----/g;

/** A single-line field turns line breaks into spaces, and JSON into `\n`: both are undone. */
function unwrap(body: string): string {
	return body.replaceAll(/\\r|\\n/g, '').replaceAll(/\s+/g, '');
}

/** The blocks in a text, in its order; whatever stands around them is left out. */
export function findPemBlocks(text: string): readonly PemBlock[] {
	return [...text.matchAll(BLOCK)].map(([, label = '', body = '']) => ({
		label,
		body: unwrap(body),
	}));
}

/** A block as a clean text, in lines of 64 characters. */
export function writePem({ label, body }: PemBlock): string {
	const lines = body.match(/.{1,64}/g) ?? [];
	return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
