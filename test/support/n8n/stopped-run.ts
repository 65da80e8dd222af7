import type { IDataObject, INodeExecutionData, IRun } from 'n8n-workflow';
import { NODE_TYPE } from '../../../sandbox/n8n/workflow-host.js';
import type { MailWorkflow } from './mail-workflow.js';

/** An execution under way. */
interface StartedRun {
	readonly run: Promise<IRun>;
	/** The JSON of the items that the node itself puts out, of which n8n keeps nothing after a stop. */
	readonly items: Promise<readonly IDataObject[]>;
	/** Stops the execution, as the editor's Stop does. */
	readonly stop: () => void;
}

/** Starts an execution of a node in a Continue mode that is to be stopped. */
export function startRun(
	workflow: MailWorkflow,
	input: readonly (IDataObject | INodeExecutionData)[] = [{}],
): StartedRun {
	const node = workflow.host.nodeTypes.getByNameAndVersion(NODE_TYPE) as {
		execute: (this: unknown) => Promise<INodeExecutionData[][]>;
	};
	const { execute } = node;
	const items = new Promise<readonly IDataObject[]>((resolve, reject) => {
		node.execute = async function (this: unknown) {
			const output = execute.call(this);
			output.then(([first = []]) => resolve(first.map(({ json }) => json)), reject);
			return await output;
		};
	});
	let stop = (): void => undefined;
	const run = workflow.run(input, {
		onStarted: (stopExecution) => {
			stop = stopExecution;
		},
	});
	return { run, items, stop: () => stop() };
}
