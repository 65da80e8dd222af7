import type { DisplayCondition, IDisplayOptions, INodeProperties } from 'n8n-workflow';

/*
 * n8n gives a node the credential with its expressions worked out for one item, and never says which
 * fields are expressions. But whether a field is shown is decided before that, by the values as they are
 * stored: an expression is a text that begins with "=". So a hidden property whose `hide` looks for such
 * texts is in the credential exactly if there are none.
 */

/** Texts that begin with "=", by comparing characters; nothing but a text is ever between these two. */
export const EXPRESSION: DisplayCondition = { _cnd: { between: { from: '=', to: '=\uffff' } } };

/**
 * The hidden properties that `isSameForAllItems` reads. Where n8n does not decide as described above,
 * the second one shows it: it looks at a field that always is an expression.
 *
 * Only fields of our own stand in the conditions: n8n 1.123 cannot read a credential whose
 * `displayOptions` name a field that the host does not have, and the inherited ones differ from host to
 * host. The node reads none of those.
 *
 * @param properties of the credential type
 */
export function itemIndependence(properties: readonly INodeProperties[]): INodeProperties[] {
	const hide: NonNullable<IDisplayOptions['hide']> = {};
	for (const { name, type, default: value } of properties) {
		if (type === 'notice') continue;
		// Computed fields are expressions of ours, which read other fields only.
		const isComputed = typeof value === 'string' && value.startsWith('=');
		hide[name] = [isComputed ? { _cnd: { not: value } } : EXPRESSION];
	}
	return [
		{
			displayName: 'Same for All Items',
			name: 'sameForAllItems',
			type: 'hidden',
			default: true,
			displayOptions: { hide },
		},
		{
			displayName: 'No Expressions',
			name: 'noExpressions',
			type: 'hidden',
			default: true,
			displayOptions: { hide: { authUrl: [EXPRESSION] } },
		},
	];
}
