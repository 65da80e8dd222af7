/** Where the providers' pages are read by users. */
export const PROVIDER_DOCS =
	'https://github.com/n8n-nodes-smtp-oauth/n8n-nodes-smtp-oauth/blob/main/docs/providers';
