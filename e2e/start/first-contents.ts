import type { Sandbox } from '../../sandbox/start-sandbox.js';
import type { N8nClient } from '../n8n/n8n-client.js';
import { readExampleWorkflows } from '../stage/example-workflows.js';
import { connectAccount } from '../stage/sandbox-account.js';

/** The credential that a fresh n8n gets. */
export const CREDENTIAL_NAME = 'Sandbox (alice@sandbox.test)';

/**
 * Gives a fresh n8n a connected credential and the example workflows. One that has the credential
 * from an earlier start is left as it is.
 *
 * @returns how many workflows were imported; `undefined`: everything was kept
 */
export async function fillOnce(client: N8nClient, sandbox: Sandbox): Promise<number | undefined> {
	if (await client.hasCredential(CREDENTIAL_NAME)) return undefined;
	console.log('Connecting the credential and importing the example workflows …');
	const id = await connectAccount(client, sandbox, CREDENTIAL_NAME);
	const examples = await readExampleWorkflows({ id, name: CREDENTIAL_NAME });
	for (const { workflow } of examples) await client.createWorkflow(workflow);
	return examples.length;
}
