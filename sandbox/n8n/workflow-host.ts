import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
	IConnections,
	ICredentialsHelper,
	ICredentialType,
	IDataObject,
	IDeduplicationOutput,
	INode,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
	IWorkflowSettings,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { CredentialStore } from './credential-store.js';

// The engine looks for n8n's folder and key as soon as it is loaded, and would tell of making them.
process.env['N8N_ENCRYPTION_KEY'] ??= 'sandbox';
if (process.env['N8N_USER_FOLDER'] === undefined) {
	const folder = mkdtempSync(join(tmpdir(), 'smtp-oauth-host-'));
	process.env['N8N_USER_FOLDER'] = folder;
	process.on('exit', () => {
		rmSync(folder, { recursive: true, force: true });
	});
}

const require = createRequire(import.meta.url);
const { Workflow } = require('n8n-workflow') as typeof import('n8n-workflow');
const { WorkflowExecute, DataDeduplicationService, ExecutionLifecycleHooks } =
	require('n8n-core') as typeof import('n8n-core');

export const NODE_TYPE = 'n8n-nodes-smtp-oauth.smtpOAuthSendEmail';

/** The built node and credential type, loaded as n8n loads them. */
export function loadBuiltPackage(): { node: INodeType; credential: ICredentialType } {
	const { SmtpOAuthSendEmail } =
		require('../../dist/nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.js') as typeof import('../../nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.js');
	const { SmtpOAuth2Api } =
		require('../../dist/credentials/SmtpOAuth2Api.credentials.js') as typeof import('../../credentials/SmtpOAuth2Api.credentials.js');
	return { node: new SmtpOAuthSendEmail(), credential: new SmtpOAuth2Api() };
}

/** A workflow as exported from n8n, as far as the engine reads it. */
export interface WorkflowDefinition {
	readonly nodes: readonly INode[];
	readonly connections: IConnections;
	readonly settings?: IWorkflowSettings;
	/** Default `sandbox-workflow`. */
	readonly id?: string;
	/** Default `Sandbox`. */
	readonly name?: string;
	/** What n8n has kept of earlier executions; the run changes it, as n8n stores it afterwards. */
	readonly staticData?: IDataObject;
}

export interface RunOptions {
	readonly startNode: string;
	/** What the start node puts out; default: what the node itself does. */
	readonly input?: readonly INodeExecutionData[];
	readonly mode?: WorkflowExecuteMode;
	/** Called with a function that stops the execution, as the editor's Stop does. */
	readonly onStarted?: (stop: () => void) => void;
	/** Run data of a failed execution to go on from, as n8n's retry does. */
	readonly resume?: IRunExecutionData;
}

/** n8n's de-duplication store over a map, by the IDs of workflow and node; one per process, as in n8n. */
const processedKeys = new Map<string, Set<string | number>>();
let deduplication: Promise<void> | undefined;

async function startDeduplication(): Promise<void> {
	const keysOf = (data: { workflow: { id?: string }; node?: INode }): Set<string | number> => {
		const scope = `${data.workflow.id ?? ''} ${data.node?.id ?? ''}`;
		const keys = processedKeys.get(scope) ?? new Set();
		processedKeys.set(scope, keys);
		return keys;
	};
	await DataDeduplicationService.init({
		// Reads, lets others in, and writes, as the store in n8n's database does without a lock.
		async checkProcessedAndRecord(items, _scope, data): Promise<IDeduplicationOutput> {
			const keys = keysOf(data);
			const isNew = items.map((item) => !keys.has(item));
			await new Promise((resolve) => setTimeout(resolve, 2));
			for (const item of items) keys.add(item);
			return {
				new: items.filter((_item, index) => isNew[index]),
				processed: items.filter((_item, index) => !isNew[index]),
			};
		},
		async removeProcessed(items, _scope, data) {
			for (const item of items) keysOf(data).delete(item);
		},
		async clearAllProcessedItems(_scope, data) {
			keysOf(data).clear();
		},
		async getProcessedDataCount(_scope, data) {
			return keysOf(data).size;
		},
	});
}

/** n8n's real engine with an in-memory credential store, for the demo and the tests. */
export class WorkflowHost {
	readonly nodeTypes: INodeTypes;
	readonly store: CredentialStore;

	constructor(
		nodes: Readonly<Record<string, INodeType>>,
		credentialTypes: readonly ICredentialType[],
	) {
		const find = (name: string): INodeType => {
			const found = nodes[name];
			if (!found) throw new Error(`Unknown node type ${name}`);
			return found;
		};
		this.nodeTypes = {
			getByName: find,
			getByNameAndVersion: (name) =>
				name === 'sandbox.credential' ? { description: { properties: [] } as never } : find(name),
			getKnownTypes: () => ({}),
		};
		this.store = new CredentialStore(credentialTypes, this.nodeTypes);
	}

	/** Runs a workflow to its end; the run's `data.resultData` says how it ended. */
	async run(definition: WorkflowDefinition, options: RunOptions): Promise<IRun> {
		await (deduplication ??= startDeduplication());
		const { id = 'sandbox-workflow', name = 'Sandbox', staticData } = definition;
		const workflow = new Workflow({
			id,
			name,
			...(staticData === undefined ? {} : { staticData }),
			nodes: structuredClone([...definition.nodes]),
			connections: definition.connections,
			active: false,
			nodeTypes: this.nodeTypes,
			settings: { executionOrder: 'v1', ...definition.settings },
		});
		const mode = options.mode ?? 'manual';
		const data = this.additionalData(
			new ExecutionLifecycleHooks(mode, '1', {
				id,
				name,
				nodes: [...definition.nodes],
				connections: definition.connections,
				active: false,
				isArchived: false,
				activeVersionId: null,
				createdAt: new Date(),
				updatedAt: new Date(),
			}),
		);
		const startNode = workflow.getNode(options.startNode);
		if (!startNode) throw new Error(`No node ${options.startNode}`);
		const execution = options.resume
			? new WorkflowExecute(data, mode, options.resume)
			: new WorkflowExecute(data, mode);
		await workflow.expression.acquireIsolate?.();
		try {
			const running = options.resume
				? execution.processRunExecutionData(workflow)
				: execution.run({
						workflow,
						startNode,
						...(options.input ? { pinData: { [startNode.name]: [...options.input] } } : {}),
					});
			options.onStarted?.(() => {
				running.cancel();
			});
			return await running;
		} finally {
			await workflow.expression.releaseIsolate?.();
		}
	}

	private additionalData(hooks: unknown): IWorkflowExecuteAdditionalData {
		const base = 'http://localhost:5678';
		const data = {
			credentialsHelper: this.store as unknown as ICredentialsHelper,
			hooks,
			executionId: '1',
			currentNodeExecutionIndex: 0,
			restApiUrl: `${base}/rest`,
			instanceBaseUrl: base,
			webhookBaseUrl: `${base}/webhook`,
			webhookWaitingBaseUrl: `${base}/webhook-waiting`,
			webhookTestBaseUrl: `${base}/webhook-test`,
			formBaseUrl: `${base}/form`,
			formWaitingBaseUrl: `${base}/form-waiting`,
			formTestBaseUrl: `${base}/form-test`,
			mcpBaseUrl: `${base}/mcp`,
			mcpTestBaseUrl: `${base}/mcp-test`,
			variables: {},
			logAiEvent: () => undefined,
		};
		return data as unknown as IWorkflowExecuteAdditionalData;
	}
}

/** What a node put out in a run, by output; empty where it did not run. */
export function outputOf(run: IRun, nodeName: string, runIndex = 0): INodeExecutionData[][] {
	const task = run.data.resultData.runData[nodeName]?.[runIndex];
	return (task?.data?.['main'] ?? []).map((items) => items ?? []);
}

/** The `json` of a node's items on one output. */
export function jsonOf(run: IRun, nodeName: string, output = 0): IDataObject[] {
	return (outputOf(run, nodeName)[output] ?? []).map((item) => item.json);
}
