/** Whether it is an object with properties, and no list. */
export function isObject(value: unknown): value is object {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property of anything, `undefined` where it cannot be read (a getter or proxy may throw). */
export function readProperty(value: unknown, key: string): unknown {
	if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
		return undefined;
	}
	try {
		const property: unknown = Reflect.get(value, key);
		return property;
	} catch {
		return undefined;
	}
}
