/** The value of a JSON text (RFC 8259); `undefined` where it is none. */
export function parseJson(text: string): unknown {
	try {
		const parsed: unknown = JSON.parse(text);
		return parsed;
	} catch {
		return undefined;
	}
}
