import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { WorkflowDocument } from '../n8n/n8n-client.js';
import { CREDENTIAL_TYPE, MAILBOX } from './sandbox-account.js';

/** Where the importable workflows lie. */
const EXAMPLES_PATH = fileURLToPath(new URL('../../examples/', import.meta.url));

/** An example with the file it came from. */
export interface ExampleWorkflow {
	file: string;
	workflow: WorkflowDocument;
}

/**
 * Reads every example workflow. Those of its nodes that want a credential get the given one, and a
 * sender with a name where they have none, as a user does after importing it.
 */
export async function readExampleWorkflows(credential: {
	id: string;
	name: string;
}): Promise<ExampleWorkflow[]> {
	const files = (await readdir(EXAMPLES_PATH)).filter((name) => name.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => {
			const text = await readFile(path.join(EXAMPLES_PATH, file), 'utf8');
			const workflow = JSON.parse(text) as WorkflowDocument;
			return { file, workflow: withCredential(workflow, credential) };
		}),
	);
}

function withCredential(
	workflow: WorkflowDocument,
	credential: { id: string; name: string },
): WorkflowDocument {
	const { name, nodes, connections, settings = {}, pinData = {} } = workflow;
	return {
		name,
		connections,
		settings,
		pinData,
		nodes: nodes.map((node) =>
			node.type.endsWith('.smtpOAuthSendEmail')
				? {
						...node,
						credentials: { [CREDENTIAL_TYPE]: credential },
						parameters: withSender(node.parameters),
					}
				: node,
		),
	};
}

/** The parameters with a From; the operation Verify sends nothing and keeps its own. */
function withSender(parameters: Record<string, unknown>): Record<string, unknown> {
	if (parameters['operation'] === 'verify') return parameters;
	return { fromEmail: `Example Company <${MAILBOX}>`, ...parameters };
}
