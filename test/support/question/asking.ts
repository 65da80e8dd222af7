import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Sandbox } from '../../../sandbox/start-sandbox.js';
import { MailWorkflow, type MailNode } from '../n8n/mail-workflow.js';
import { WaitingExecution } from '../n8n/waiting-execution.js';

const QUESTION = {
	operation: 'sendAndWait',
	toEmail: 'bob@sandbox.test',
	subject: 'Approve the order',
	message: 'Order 4711',
};

/** The node with an approval that has both answers. */
export function asking(parameters: IDataObject, node: MailNode = {}): MailNode {
	return {
		...node,
		isBare: true,
		parameters: {
			...QUESTION,
			approvalOptions: { values: { approvalType: 'double' } },
			...parameters,
		},
	};
}

/** The links in a mail's text, by their labels. */
export function linksOf(text: string): Readonly<Record<string, string>> {
	return Object.fromEntries(
		[...text.matchAll(/^(.+):\n(https?:\S+)$/gm)].map(([, label = '', url = '']) => [label, url]),
	);
}

/** A question that has been put and waits. */
export interface Asked {
	readonly execution: WaitingExecution;
	/** The links of each mail, by address and label. */
	readonly links: Readonly<Record<string, Readonly<Record<string, string>>>>;
	readonly workflow: MailWorkflow;
}

/** Puts a question by the sandbox; fails where the execution does not wait. */
export async function askBy(
	sandbox: Sandbox,
	node: MailNode,
	items: readonly (IDataObject | INodeExecutionData)[] = [{ order: 4711 }],
): Promise<Asked> {
	const before = sandbox.mail.messages.length;
	const workflow = await MailWorkflow.create(sandbox, node);
	const execution = new WaitingExecution(workflow, await workflow.run(items), node);
	const mails = sandbox.mail.messages.slice(before);
	return {
		workflow,
		execution,
		links: Object.fromEntries(
			mails.map(({ envelope, parsed }) => [
				envelope.to.join(),
				linksOf((parsed.text ?? '').replaceAll('\r\n', '\n')),
			]),
		),
	};
}
