import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeType,
	IRun,
} from 'n8n-workflow';
import { expect } from 'vitest';
import { connectedCredential } from '../../../sandbox/n8n/sandbox-credential.js';
import {
	loadBuiltPackage,
	NODE_TYPE,
	WorkflowHost,
	type RunOptions,
	type WorkflowDefinition,
} from '../../../sandbox/n8n/workflow-host.js';
import {
	inputItems,
	leadsTo,
	noOp,
	trigger,
	workflowNode as node,
} from '../../../sandbox/n8n/workflow-parts.js';
import type { Sandbox } from '../../../sandbox/start-sandbox.js';
import { findLeakedSecrets } from '../n8n/leaked-secrets.js';

/** A step that fails for each item with the message in its field `fails`, as n8n's own nodes do. */
const step: INodeType = {
	...noOp,
	async execute() {
		const items = this.getInputData().map((item, index) => {
			const { fails } = item.json;
			const json = typeof fails === 'string' ? { error: fails } : item.json;
			return { json, pairedItem: { item: index } };
		});
		return [items];
	},
};

const TRIGGER = 'On Error';
export const ALERT = 'Send Alert';
export const FALLBACK = 'Fallback';
export const DIGEST = 'Send Digest';
export const STEP = 'Import Rows';

/** What a test wants of the workflow; each has its own ID, and so its own memory of alerts. */
export interface AlertSetting {
	readonly id: string;
	readonly alert?: IDataObject;
	readonly alertNode?: Partial<INode>;
	readonly digest?: IDataObject;
	/** Where the error output of the alert leads to; default: a sink. */
	readonly errorOutputTo?: string;
	readonly timezone?: string;
}

function definition(setting: AlertSetting, staticData: IDataObject): WorkflowDefinition {
	const mail = (name: string, parameters: IDataObject, extra: Partial<INode> = {}): INode =>
		node(name, NODE_TYPE, {
			parameters: { toEmail: 'on-call@sandbox.test', ...parameters },
			credentials: {
				smtpOAuth2Api: { id: name === FALLBACK ? 'second' : 'first', name: 'Sandbox' },
			},
			...extra,
		});
	return {
		id: setting.id,
		name: 'Nightly import',
		staticData,
		settings: { timezone: setting.timezone ?? 'Europe/Berlin' },
		nodes: [
			node(TRIGGER, 'test.trigger'),
			node(STEP, 'test.step', { onError: 'continueErrorOutput' }),
			node('Rows', 'test.trigger'),
			node('Every Day', 'test.trigger'),
			mail(ALERT, { operation: 'alert', ...setting.alert }, setting.alertNode),
			mail(FALLBACK, { operation: 'alert' }, { onError: 'continueRegularOutput' }),
			mail(DIGEST, { operation: 'alertDigest', ...setting.digest }),
			node('Success', 'test.sink'),
			node('Error', 'test.sink'),
		],
		connections: {
			[TRIGGER]: leadsTo(ALERT),
			Rows: leadsTo(STEP),
			'Every Day': leadsTo(DIGEST),
			[STEP]: leadsTo('Success', ALERT),
			[ALERT]: leadsTo('Success', setting.errorOutputTo ?? 'Error'),
		},
	};
}

/** A workflow with an alert and a digest, as n8n runs it again and again. */
export class AlertWorkflow {
	#staticData: IDataObject = {};
	readonly #host: WorkflowHost;

	private constructor(
		readonly sandbox: Sandbox,
		private readonly setting: AlertSetting,
	) {
		const built = loadBuiltPackage();
		this.#host = new WorkflowHost(
			{
				[NODE_TYPE]: built.node,
				'test.trigger': trigger,
				'test.sink': noOp,
				'test.step': step,
			},
			[built.credential],
		);
	}

	/** The first mailbox is alice's, the second, of the fallback, bob's. */
	static async create(sandbox: Sandbox, setting: AlertSetting): Promise<AlertWorkflow> {
		const workflow = new AlertWorkflow(sandbox, setting);
		const users = { first: 'alice@sandbox.test', second: 'bob@sandbox.test' };
		for (const [id, user] of Object.entries(users)) {
			const data = await connectedCredential(sandbox, user);
			workflow.#host.store.credentials.set(id, { type: 'smtpOAuth2Api', data });
		}
		return workflow;
	}

	/** The first credential, as the editor would change it. */
	get credential(): ICredentialDataDecryptedObject {
		const stored = this.#host.store.credentials.get('first');
		if (stored === undefined) throw new Error('The first credential was removed');
		return stored.data;
	}

	/** Replaces fields of the first credential. */
	change(fields: ICredentialDataDecryptedObject): void {
		Object.assign(this.credential, fields);
	}

	/** Removes the first credential. */
	removeCredential(): void {
		this.#host.store.credentials.delete('first');
	}

	/** Runs it from the Error Trigger, with one item for each entry. */
	async fail(
		items: readonly (IDataObject | INodeExecutionData)[],
		options: Partial<RunOptions> = {},
		setting: Partial<AlertSetting> = {},
	): Promise<IRun> {
		return await this.#run({ startNode: TRIGGER, mode: 'error', ...options }, items, setting);
	}

	/** Runs the digest from its trigger. */
	async digest(setting: Partial<AlertSetting> = {}): Promise<IRun> {
		return await this.#run({ startNode: 'Every Day', mode: 'trigger' }, [{}], setting);
	}

	/** Runs a step that fails and leads to the alert by its error output. */
	async failStep(message: string, json: IDataObject = {}): Promise<IRun> {
		const input = [{ fails: message, ...json }];
		return await this.#run({ startNode: 'Rows', mode: 'trigger' }, input, {});
	}

	/** Forgets what the process knows, as a restart does; what n8n has stored stays. */
	restart(): void {
		Reflect.deleteProperty(globalThis, Symbol.for('n8n-nodes-smtp-oauth/process-registry/v1'));
	}

	/** What n8n would have stored by now. */
	get stored(): IDataObject {
		return this.#staticData;
	}

	set stored(data: IDataObject) {
		this.#staticData = data;
	}

	async #run(
		options: RunOptions,
		items: readonly (IDataObject | INodeExecutionData)[],
		setting: Partial<AlertSetting>,
	): Promise<IRun> {
		const staticData = structuredClone(this.#staticData);
		const run = await this.#host.run(definition({ ...this.setting, ...setting }, staticData), {
			input: inputItems(items),
			...options,
		});
		this.#staticData = JSON.parse(JSON.stringify(staticData)) as IDataObject;
		expect(findLeakedSecrets(run, [])).toEqual([]);
		return run;
	}
}

/** An item as n8n's Error Trigger gives it. */
export function failedExecution(message: string, more: IDataObject = {}): IDataObject {
	return {
		execution: {
			id: '231',
			url: 'https://n8n.example.com/workflow/wf1/executions/231',
			error: {
				name: 'NodeOperationError',
				message,
				stack: `NodeOperationError: ${message}\n    at Import.execute (/usr/src/import.js:1:2)`,
				...more,
			},
			lastNodeExecuted: 'Import',
			mode: 'webhook',
		},
		workflow: { id: 'wf1', name: 'Shop' },
	};
}
