/** Runs of base64 long enough to hide a token, e.g. a SASL response. */
const BASE64_RUN = /[A-Za-z0-9+/_-]{24,}={0,2}/g;

/** Every text in a value: keys and values, hidden properties, Maps and Sets, each object once. */
export function textsIn(value: unknown): string {
	const texts: string[] = [];
	const seen = new Set<object>();
	const open: unknown[] = [value];
	while (open.length > 0) {
		const next = open.pop();
		if (typeof next === 'string') texts.push(next);
		if (typeof next !== 'object' || next === null || seen.has(next)) continue;
		seen.add(next);
		if (Buffer.isBuffer(next)) {
			texts.push(next.toString('latin1'));
			continue;
		}
		if (next instanceof Map || next instanceof Set) open.push(...next.entries());
		for (const key of Reflect.ownKeys(next)) {
			if (typeof key === 'string') texts.push(key);
			const descriptor = Reflect.getOwnPropertyDescriptor(next, key);
			// What a getter computes is not part of the value.
			if (descriptor !== undefined && 'value' in descriptor) open.push(descriptor.value);
		}
	}
	return texts.join('\n');
}

/**
 * The secrets that stand anywhere in a value, errors with their stacks and causes included: as they
 * are, URL-encoded or inside base64. An empty list is what tests want.
 */
export function findLeakedSecrets(value: unknown, secrets: readonly string[]): readonly string[] {
	const text = textsIn(value);
	const decoded = Array.from(text.matchAll(BASE64_RUN), ([run]) =>
		Buffer.from(run, 'base64').toString('latin1'),
	).join('\n');
	return secrets.filter((secret) =>
		[secret, encodeURIComponent(secret)].some(
			(form) => text.includes(form) || decoded.includes(form),
		),
	);
}
