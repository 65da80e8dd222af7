/**
 * Reads the form in which n8n stores an execution: a JSON list of values, the first of them the
 * root, in which every string inside an object or list is the index of the value it stands for.
 */
export function parseFlatted(text: string): unknown {
	const values: unknown = JSON.parse(text);
	if (!Array.isArray(values)) throw new Error('Not the list that n8n stores an execution as.');
	const table: unknown[] = values;
	const revived = new Map<number, unknown>();

	const resolve = (reference: unknown): unknown => {
		if (typeof reference !== 'string') return reference;
		const index = Number(reference);
		if (revived.has(index)) return revived.get(index);
		const value = table[index];
		if (Array.isArray(value)) {
			const list: unknown[] = [];
			// Before its content: a cycle finds it here.
			revived.set(index, list);
			for (const entry of value) list.push(resolve(entry));
			return list;
		}
		if (typeof value === 'object' && value !== null) {
			const object: Record<string, unknown> = {};
			revived.set(index, object);
			for (const [key, entry] of Object.entries(value)) object[key] = resolve(entry);
			return object;
		}
		return value;
	};
	return resolve('0');
}
