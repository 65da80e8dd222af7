import { randomUUID } from 'node:crypto';
import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	IRun,
	IRunExecutionData,
} from 'n8n-workflow';
import { expect } from 'vitest';
import { secretTexts } from '../../../credentials/checks/secret-texts.js';
import { connectedCredential } from '../../../sandbox/n8n/sandbox-credential.js';
import type { Sandbox } from '../../../sandbox/start-sandbox.js';
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
	workflowNode as at,
} from '../../../sandbox/n8n/workflow-parts.js';
import { findLeakedSecrets } from './leaked-secrets.js';
import type { ScriptedServer } from '../smtp/scripted-smtp-server.js';

/** The mail node as a test sees it: parameters, and what n8n's node settings say. */
export interface MailNode {
	readonly parameters?: IDataObject;
	readonly settings?: Partial<INode>;
	/** Replaces fields of the credential. */
	readonly credential?: IDataObject;
	/** `expires_in` of the first access token, in seconds. */
	readonly tokenSeconds?: number;
	readonly user?: string;
	/** How often the node runs in one execution, as in a loop; default 1. */
	readonly passes?: 1 | 2;
	/** Whether the parameters are taken as they are, without a recipient and a text of the test's. */
	readonly isBare?: boolean;
}

export const MAIL = 'Send';
export const CREDENTIAL_ID = 'credential-1';
/** The type that n8n gives to the node as an agent's tool. */
export const TOOL_TYPE = `${NODE_TYPE}Tool`;

const SIMPLE_MAIL = {
	toEmail: 'bob@sandbox.test',
	subject: 'Hello',
	emailFormat: 'text',
	text: 'Good news',
};

/** Trigger → (passes) → mail node → one sink each on the success and the error output. */
export function definition({
	parameters,
	settings,
	passes = 1,
	isBare,
}: MailNode): WorkflowDefinition {
	const mailNode = at(MAIL, NODE_TYPE, {
		parameters: { ...(isBare === true ? {} : SIMPLE_MAIL), ...parameters },
		credentials: { smtpOAuth2Api: { id: CREDENTIAL_ID, name: 'Sandbox' } },
		...settings,
	});
	const passNames = passes === 1 ? [] : ['First', 'Second'];
	return {
		nodes: [
			at('Trigger', 'test.trigger'),
			...passNames.map((name) => at(name, 'test.sink')),
			mailNode,
			at('Success', 'test.sink'),
			at('Error', 'test.sink'),
		],
		connections: {
			Trigger: leadsTo(passNames.length === 0 ? MAIL : passNames),
			...Object.fromEntries(passNames.map((name) => [name, leadsTo(MAIL)])),
			[MAIL]: leadsTo('Success', 'Error'),
		},
	};
}

/**
 * The run data that n8n goes on from when a failed execution is retried with the saved workflow: as
 * it was stored, without the error and the failed node's last run, with the nodes as they are now.
 */
function retryData({ data }: IRun, { nodes }: WorkflowDefinition): IRunExecutionData {
	const stored = JSON.parse(JSON.stringify(data)) as IRunExecutionData;
	const { resultData } = stored;
	delete resultData.error;
	const runs = resultData.runData[resultData.lastNodeExecuted ?? ''] ?? [];
	if (runs.at(-1)?.error !== undefined) runs.pop();
	for (const step of stored.executionData?.nodeExecutionStack ?? []) {
		step.node = nodes.find(({ name }) => name === step.node.name) ?? step.node;
	}
	return stored;
}

function textsOf(value: unknown): string[] {
	if (typeof value === 'string') return [value];
	if (typeof value !== 'object' || value === null) return [];
	return Object.values(value).flatMap(textsOf);
}

/** A host with the built node and one credential in it. Every run is searched for secrets. */
export class MailWorkflow {
	readonly host: WorkflowHost;
	readonly #secrets = new Set<string>();

	constructor(
		private readonly node: MailNode,
		credential?: ICredentialDataDecryptedObject,
	) {
		const built = loadBuiltPackage();
		this.host = new WorkflowHost(
			{
				[NODE_TYPE]: built.node,
				[TOOL_TYPE]: built.node,
				'test.trigger': trigger,
				'test.sink': noOp,
			},
			[built.credential],
		);
		if (credential === undefined) return;
		this.host.store.credentials.set(CREDENTIAL_ID, {
			type: 'smtpOAuth2Api',
			data: { ...credential, ...(node.credential as ICredentialDataDecryptedObject) },
		});
	}

	/** With a connected credential of a sandbox user, alice unless told otherwise. */
	static async create(sandbox: Sandbox, node: MailNode = {}): Promise<MailWorkflow> {
		const { user = 'alice@sandbox.test', tokenSeconds } = node;
		return new MailWorkflow(node, await connectedCredential(sandbox, user, tokenSeconds));
	}

	/** With a credential for a scripted server with implicit TLS, which does not look at its token. */
	static forServer(server: ScriptedServer, node: MailNode = {}): MailWorkflow {
		return new MailWorkflow(node, {
			provider: 'custom',
			grantType: 'authorizationCode',
			customAccessTokenUrl: 'http://127.0.0.1:1/token',
			clientId: 'client',
			clientSecret: `secret-${randomUUID()}`,
			user: 'alice@sandbox.test',
			host: server.host,
			sslMode: 'implicit',
			port: server.port,
			caCertificate: server.caCertificate,
			oauthTokenData: {
				access_token: `access-${randomUUID()}`,
				refresh_token: `refresh-${randomUUID()}`,
				n8n_expires_at: String(Date.now() + 3_600_000),
			},
		});
	}

	/** The stored credential, as n8n's editor would change it. */
	get credential(): ICredentialDataDecryptedObject {
		const stored = this.host.store.credentials.get(CREDENTIAL_ID);
		if (stored === undefined) throw new Error('This workflow has no credential');
		return stored.data;
	}

	/** Runs it with one input item for each entry. */
	async run(
		items: readonly (IDataObject | INodeExecutionData)[] = [{}],
		options: Partial<RunOptions> = {},
		node: MailNode = this.node,
	): Promise<IRun> {
		return await this.#run(node, {
			startNode: 'Trigger',
			input: inputItems(items),
			...options,
		});
	}

	/** Goes on with a failed execution, as n8n's Retry does. */
	async retry(failed: IRun, node: MailNode = this.node): Promise<IRun> {
		const resume = retryData(failed, definition({ ...this.node, ...node }));
		return await this.#run(node, { startNode: 'Trigger', mode: 'retry', resume });
	}

	async #run(node: MailNode, options: RunOptions): Promise<IRun> {
		this.#rememberSecrets();
		const run = await this.host.run(definition({ ...this.node, ...node }), options);
		this.#rememberSecrets();
		expect(findLeakedSecrets(run, [...this.#secrets])).toEqual([]);
		return run;
	}

	#rememberSecrets(): void {
		for (const { data } of this.host.store.credentials.values()) {
			const { access_token, refresh_token, id_token } = Object(data['oauthTokenData']) as Record<
				string,
				unknown
			>;
			for (const secret of textsOf([access_token, refresh_token, id_token])) {
				if (secret !== '') this.#secrets.add(secret);
			}
			for (const secret of secretTexts(data)) this.#secrets.add(secret);
		}
	}
}

/** The error a run ended with; fails where it ended well. */
export function errorOf(run: IRun): ThrownError {
	const { error } = run.data.resultData;
	if (error === undefined) throw new Error('The run ended without an error');
	return error as unknown as ThrownError;
}

/** What tests look at in n8n's errors. */
export interface ThrownError {
	readonly name: string;
	readonly message: string;
	readonly description?: string;
	readonly context: {
		readonly itemIndex?: number;
		readonly data?: { readonly failure: IDataObject };
	};
}
