/**
 * Whether a credential, as n8n gives it for one item, is the same for every item: none of its fields
 * is an expression (credentials/properties/item-independence.ts).
 */
export function isSameForAllItems(credential: Readonly<Record<string, unknown>>): boolean {
	return credential['sameForAllItems'] === true && !('noExpressions' in credential);
}
