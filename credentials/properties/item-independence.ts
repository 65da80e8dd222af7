import type { DisplayCondition, IDisplayOptions, INodeProperties } from 'n8n-workflow';

/*
 * n8n gives a node the credential with its expressions worked out for one item, and never says which
 * fields are expressions. But whether a field is shown is decided before that, by the values as they are
 * stored: an expression is a text that begins with "=". So a hidden property whose `hide` looks for such
 * texts is in the credential exactly if there are none.
 */

/** Texts that begin with "=", by comparing characters; nothing but a text is ever between these two. */
const EXPRESSION: DisplayCondition = { _cnd: { between: { from: '=', to: '=\uffff' } } };

/** Fields of n8n's own OAuth2 credential that this one does not replace: those of n8n 2.40. */
const INHERITED = [
	'useDynamicClientRegistration',
	'serverUrl',
	'tokenExpiredStatusCode',
	'jweEnabled',
	'jwksUri',
	'inlineJwks',
];

/**
 * The hidden properties that `isSameForAllItems` reads. Where n8n does not decide as described above,
 * the second one shows it: it looks at a field that always is an expression.
 *
 * @param properties of the credential type
 */
export function itemIndependence(properties: readonly INodeProperties[]): INodeProperties[] {
	const hide: NonNullable<IDisplayOptions['hide']> = {};
	for (const name of INHERITED) hide[name] = [EXPRESSION];
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
