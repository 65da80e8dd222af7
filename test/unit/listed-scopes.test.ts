import type { INodeTypes, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { expect, it } from 'vitest';
import { SmtpOAuth2Api } from '../../credentials/SmtpOAuth2Api.credentials.js';
import { CredentialStore } from '../../sandbox/credential-store.js';

/*
 * The scopes that another product lists for its SMTP connector, as it spells them: whoever comes from
 * there enters them as they are (docs/migration.md).
 */
const LISTED = [
	'https://mail.google.com/',
	'https://outlook.office.com/SMTP.Send',
	'https://outlook.office365.com/.default',
	'urn:ietf:params:jmap:core',
	'urn:ietf:params:jmap:submission',
	'Offline_access',
	'offline_access',
];

/** What n8n asks the provider for, as its own code computes it from what was entered. */
async function askedFor(customScope: string): Promise<unknown> {
	const description = { properties: [] };
	const nodeTypes = {
		getByName: () => ({ description }),
		getByNameAndVersion: () => ({ description }),
		getKnownTypes: () => ({}),
	} as unknown as INodeTypes;
	const store = new CredentialStore([new SmtpOAuth2Api()], nodeTypes);
	const reference = { id: '1', name: 'Custom' };
	const data = { provider: 'custom', customScope };
	store.credentials.set(reference.id, { type: 'smtpOAuth2Api', data });
	const credential = await store.getDecrypted(
		{} as IWorkflowExecuteAdditionalData,
		reference,
		'smtpOAuth2Api',
		'internal',
	);
	return credential['scope'];
}

it.each([...LISTED, LISTED.join(' '), `${LISTED[3]} ${LISTED[4]}`])(
	'asks for the scope %s as it was entered',
	async (scope) => {
		expect(await askedFor(scope)).toBe(scope);
	},
);
