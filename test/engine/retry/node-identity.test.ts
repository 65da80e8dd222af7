import { describe, expect, it } from 'vitest';
import { jsonOf, type WorkflowDefinition } from '../../../sandbox/n8n/workflow-host.js';
import { inputItems } from '../../../sandbox/n8n/workflow-parts.js';
import { definition, MAIL, MailWorkflow, type MailNode } from '../../support/n8n/mail-workflow.js';
import { useScriptedServers } from '../../support/smtp/scripted-servers.js';

const serve = useScriptedServers();

/** The mail node with an ID of its own, and a key that no other test uses. */
const withId = (id: string, key: string): MailNode => ({
	settings: { id },
	parameters: { options: { idempotencyKey: key } },
});

/** The workflow after its mail node was renamed in the editor, which keeps the ID. */
function renamed(node: MailNode, name: string): WorkflowDefinition {
	const text = JSON.stringify(definition(node)).replaceAll(`"${MAIL}"`, `"${name}"`);
	return JSON.parse(text) as WorkflowDefinition;
}

async function statusOf(workflow: MailWorkflow, node?: MailNode): Promise<unknown> {
	return jsonOf(await workflow.run([{}], {}, node), MAIL)[0]?.['status'];
}

async function statusAs(workflow: MailWorkflow, node: MailNode, name: string): Promise<unknown> {
	const options = { startNode: 'Trigger', input: inputItems([{}]) };
	const run = await workflow.host.run(renamed(node, name), options);
	return jsonOf(run, name)[0]?.['status'];
}

describe('an idempotency key', () => {
	it('is the node’s own, also where another node has its name', async () => {
		const one = withId('node-1', 'key of two nodes');
		const workflow = MailWorkflow.forServer(await serve(), one);
		expect(await statusOf(workflow)).toBe('sent');
		expect(await statusOf(workflow, withId('node-2', 'key of two nodes'))).toBe('sent');
		expect(await statusOf(workflow)).toBe('skipped');
	});

	it('holds when the node is renamed', async () => {
		const node = withId('node-3', 'key of a renamed node');
		const workflow = MailWorkflow.forServer(await serve(), node);
		expect(await statusOf(workflow)).toBe('sent');
		expect(await statusAs(workflow, node, 'Renamed')).toBe('skipped');
	});

	it('sends once where the node is renamed while another execution runs', async () => {
		const node = withId('node-4', 'key of two executions');
		const workflow = MailWorkflow.forServer(await serve(), node);
		const statuses = await Promise.all([statusOf(workflow), statusAs(workflow, node, 'Renamed')]);
		expect(statuses.sort()).toEqual(['sent', 'skipped']);
	});
});
