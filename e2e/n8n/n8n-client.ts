import { setTimeout as sleep } from 'node:timers/promises';

import { parseFlatted } from './flatted.js';
import { HttpSession, type RequestContent, type SessionState } from './http-session.js';

/** The account that `npm start` and the tests sign in with; it exists on loopback only. */
export const OWNER = {
	email: 'owner@sandbox.example',
	firstName: 'Olivia',
	lastName: 'Owner',
	password: 'Sandbox-2026',
} as const;

/** The part of a workflow that n8n needs to store it. */
export interface WorkflowDocument {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: Record<string, unknown>;
	pinData?: Record<string, unknown>;
}

/** A node as a workflow file holds it. */
export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id: string | null; name: string }>;
	onError?: string;
	[setting: string]: unknown;
}

/** How an execution ended, and the items each node put out. */
export interface ExecutionResult {
	id: string;
	status: string;
	/** The error that stopped it, as stored. */
	error: Record<string, unknown> | undefined;
	/** By node name: the items of its first run, by output. */
	outputs: Record<string, Array<Array<Record<string, unknown>>>>;
	/** By node name: when its first run began (Unix ms) and how long it took. */
	runs: Record<string, { startedAtMs: number; tookMs: number }>;
}

const EXECUTION_WITHIN_MS = 300_000;

/** Drives n8n through the routes its own editor uses. Every method fails with n8n's own words. */
export class N8nClient {
	readonly session: HttpSession;

	/** Goes on with a session when given one. */
	constructor(
		readonly url: string,
		state?: SessionState,
	) {
		this.session = new HttpSession(state);
	}

	/** Signs in as the owner; in a fresh n8n, which has none, makes it first. */
	async setUpOwnerOrSignIn(): Promise<void> {
		const login = await this.session.request(`${this.url}/rest/login`, {
			json: { emailOrLdapLoginId: OWNER.email, password: OWNER.password },
		});
		if (login.status >= 400) await this.call('/rest/owner/setup', { json: OWNER });
	}

	/** Stores a credential and resolves with its ID. */
	async createCredential(
		type: string,
		name: string,
		fields: Record<string, unknown>,
	): Promise<string> {
		return textField(
			await this.call('/rest/credentials', { json: { type, name, data: fields } }),
			'id',
		);
	}

	/** Whether a credential of this name is stored. */
	async hasCredential(name: string): Promise<boolean> {
		return listOf(await this.call('/rest/credentials')).some((one) => one['name'] === name);
	}

	/** Resolves with the credential that was stored last. */
	async newestCredential(): Promise<{ id: string; name: string }> {
		const credentials = listOf(await this.call('/rest/credentials'));
		const newest = credentials
			.sort((a, b) => textField(a, 'createdAt').localeCompare(textField(b, 'createdAt')))
			.at(-1);
		return { id: textField(newest, 'id'), name: textField(newest, 'name') };
	}

	/** Resolves with where a browser goes to connect the credential. */
	async authorizeUrlOf(credentialId: string): Promise<string> {
		const answer = await this.call(`/rest/oauth2-credential/auth?id=${credentialId}`);
		if (typeof answer !== 'string') throw new Error('n8n gave no authorization URL.');
		return answer;
	}

	/** Resolves with the nodes of a package that n8n has loaded, by type name. */
	async nodeTypesOf(packageName: string): Promise<Array<Record<string, unknown>>> {
		const reply = await this.session.request(`${this.url}/types/nodes.json`);
		const types: unknown = JSON.parse(reply.body);
		return listOf(types).filter((type) => textField(type, 'name').startsWith(`${packageName}.`));
	}

	/** Stores a workflow and resolves with its ID. */
	async createWorkflow(workflow: WorkflowDocument): Promise<string> {
		const document = { settings: {}, ...workflow, active: false };
		return textField(await this.call('/rest/workflows', { json: document }), 'id');
	}

	/** Switches a workflow on: its triggers listen, or others may call it. */
	async activateWorkflow(workflowId: string): Promise<void> {
		const path = `/rest/workflows/${workflowId}`;
		const versionId = textField(await this.call(path), 'versionId');
		const reply = await this.session.request(`${this.url}${path}/activate`, {
			method: 'POST',
			json: { versionId },
		});
		// n8n 1.x has no such route, but a field.
		if (reply.status === 404) {
			await this.call(path, { method: 'PATCH', json: { active: true, versionId } });
		} else if (reply.status >= 400) {
			throw new Error(`n8n did not activate the workflow: ${reply.body.slice(0, 500)}`);
		}
	}

	/** How many executions of a workflow have ended. */
	async countExecutions(workflowId: string): Promise<number> {
		const filter = encodeURIComponent(
			JSON.stringify({ workflowId, status: ['success', 'error', 'crashed', 'canceled'] }),
		);
		const answer = record(await this.call(`/rest/executions?filter=${filter}&limit=1`));
		return Number(answer['count']);
	}

	/** Resolves with the newest execution of a workflow as it stands; `none` where there is none. */
	async newestExecution(workflowId: string): Promise<{ id: string; status: string }> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = record(await this.call(`/rest/executions?filter=${filter}&limit=1`));
		const [newest] = listOf(results);
		if (newest === undefined) return { id: '', status: 'none' };
		return { id: textField(newest, 'id'), status: textField(newest, 'status') };
	}

	/** The status of an execution, e.g. `waiting`. */
	async statusOf(executionId: string): Promise<string> {
		return String(record(await this.call(`/rest/executions/${executionId}`))['status']);
	}

	/** Resolves with the execution of a workflow that began last. */
	async lastExecutionOf(workflowId: string): Promise<ExecutionResult> {
		const [last] = await this.lastExecutionsOf(workflowId, 1);
		if (last === undefined) throw new Error(`Workflow ${workflowId} has no execution.`);
		return last;
	}

	/** Resolves with the executions of a workflow that began last, the newest first. */
	async lastExecutionsOf(workflowId: string, count: number): Promise<ExecutionResult[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const path = `/rest/executions?filter=${filter}&limit=${count}`;
		const { results } = record(await this.call(path));
		const ids = listOf(results).map((execution) => textField(execution, 'id'));
		return await Promise.all(ids.map((id) => this.waitForExecution(id)));
	}

	/** Runs a stored workflow from its trigger, as the editor's button does: the execution's ID. */
	async startWorkflow(workflowId: string, triggerName: string): Promise<string> {
		// n8n 1.x runs the workflow in the request, n8n 2.x the one it has stored.
		const stored = record(await this.call(`/rest/workflows/${workflowId}`));
		const started = await this.call(`/rest/workflows/${workflowId}/run`, {
			json: { workflowData: stored, triggerToStartFrom: { name: triggerName } },
		});
		return textField(started, 'executionId');
	}

	/** Runs a stored workflow from its trigger, and waits for its end. */
	async runWorkflow(workflowId: string, triggerName: string): Promise<ExecutionResult> {
		return await this.waitForExecution(await this.startWorkflow(workflowId, triggerName));
	}

	/** Retries a failed execution as it was, and resolves with the result of the new one. */
	async retryExecution(executionId: string): Promise<ExecutionResult> {
		const path = `/rest/executions/${executionId}/retry`;
		const retry = await this.call(path, { json: { loadWorkflow: false } });
		return await this.waitForExecution(textField(retry, 'id'));
	}

	/** Waits until the execution has ended and resolves with its result. */
	async waitForExecution(executionId: string): Promise<ExecutionResult> {
		const deadlineMs = Date.now() + EXECUTION_WITHIN_MS;
		while (Date.now() < deadlineMs) {
			const execution = record(await this.call(`/rest/executions/${executionId}`));
			if (!['new', 'running', 'waiting'].includes(String(execution['status']))) {
				return readExecution(executionId, execution);
			}
			await sleep(200);
		}
		throw new Error(`Execution ${executionId} did not end within five minutes.`);
	}

	private async call(path: string, content: RequestContent = {}): Promise<unknown> {
		const reply = await this.session.request(`${this.url}${path}`, content);
		if (reply.status >= 400) {
			throw new Error(`n8n answered ${path} with ${reply.status}: ${reply.body.slice(0, 500)}`);
		}
		return record(JSON.parse(reply.body))['data'];
	}
}

function readExecution(id: string, execution: Record<string, unknown>): ExecutionResult {
	const data = parseFlatted(String(execution['data']));
	const result = record(record(data)['resultData']);
	const outputs: ExecutionResult['outputs'] = {};
	const firstRuns: ExecutionResult['runs'] = {};
	for (const [name, runs] of Object.entries(record(result['runData'] ?? {}))) {
		const first = record(listOf(runs)[0]);
		firstRuns[name] = {
			startedAtMs: Number(first['startTime']),
			tookMs: Number(first['executionTime']),
		};
		const main = record(first['data'] ?? {})['main'];
		const branches: unknown[] = Array.isArray(main) ? main : [];
		outputs[name] = branches.map((items) =>
			listOf(items ?? []).map((item) => record(item['json'])),
		);
	}
	return {
		id,
		status: String(execution['status']),
		error: result['error'] === undefined ? undefined : record(result['error']),
		outputs,
		runs: firstRuns,
	};
}

function record(value: unknown): Record<string, unknown> {
	if (typeof value === 'object' && value !== null) return { ...value };
	throw new Error(`n8n answered something else than an object: ${JSON.stringify(value)}`);
}

function listOf(value: unknown): Array<Record<string, unknown>> {
	if (Array.isArray(value)) return value.map(record);
	throw new Error(`n8n answered something else than a list: ${JSON.stringify(value)}`);
}

function textField(value: unknown, name: string): string {
	const field = record(value)[name];
	if (typeof field === 'string') return field;
	throw new Error(`n8n's answer has no ${name}: ${JSON.stringify(value).slice(0, 300)}`);
}
