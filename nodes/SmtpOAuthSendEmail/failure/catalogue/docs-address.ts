/** Where users read docs/errors.md. */
const ERRORS_DOCS_BASE =
	'https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/blob/main/docs/errors.md';

/**
 * Address of a heading in docs/errors.md, in the form GitHub gives to its anchors: lower case,
 * underscores kept.
 */
export function docsAddress(code: string): string {
	return `${ERRORS_DOCS_BASE}#${code.toLowerCase()}`;
}
