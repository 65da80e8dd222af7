import { createRequire } from 'node:module';
import type {
	ICredentialDataDecryptedObject,
	ICredentialsExpressionResolveValues,
	ICredentialType,
	INode,
	INodeCredentialsDetails,
	INodeProperties,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
	WorkflowExecuteMode,
} from 'n8n-workflow';

const require = createRequire(import.meta.url);
const { NodeHelpers, Workflow } = require('n8n-workflow') as typeof import('n8n-workflow');

/** A stored credential: what its author entered, and what the OAuth2 flow added. */
export interface StoredCredential {
	readonly type: string;
	data: ICredentialDataDecryptedObject;
}

const mockNode: INode = {
	id: '0',
	name: '',
	typeVersion: 1,
	type: 'sandbox.credential',
	position: [0, 0],
	parameters: {},
};

/**
 * n8n's credentials helper over a map instead of a database: defaults, undisplayed fields and
 * `$self` expressions are resolved by n8n's own code, refreshed tokens are kept.
 */
export class CredentialStore {
	readonly credentials = new Map<string, StoredCredential>();
	/** How often a refreshed token was saved. */
	savedTokens = 0;
	/** How often a credential was read. */
	reads = 0;

	constructor(
		private readonly types: readonly ICredentialType[],
		private readonly nodeTypes: INodeTypes,
	) {}

	getParentTypes(name: string): string[] {
		return this.types.find((type) => type.name === name)?.extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(name: string): INodeProperties[] {
		return this.types.find((type) => type.name === name)?.properties ?? [];
	}

	private find({ id, name }: INodeCredentialsDetails): StoredCredential {
		const found = this.credentials.get(id ?? name);
		if (!found) throw new Error(`Credential with ID "${String(id)}" does not exist.`);
		return found;
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		nodeCredentials: INodeCredentialsDetails,
		type: string,
		mode: WorkflowExecuteMode,
		_executeData?: unknown,
		raw?: boolean,
		resolveValues?: ICredentialsExpressionResolveValues,
	): Promise<ICredentialDataDecryptedObject> {
		this.reads += 1;
		const stored = structuredClone(this.find(nodeCredentials).data);
		if (raw) return stored;
		const { oauthTokenData } = stored;
		const inherited = ['clientId', 'clientSecret'].map((name): INodeProperties => ({
			name,
			displayName: name,
			type: 'string',
			default: '',
		}));
		const values = (NodeHelpers.getNodeParameters(
			[...inherited, ...this.getCredentialsProperties(type)],
			stored as never,
			true,
			false,
			null,
			null,
		) ?? {}) as ICredentialDataDecryptedObject;
		if (oauthTokenData !== undefined) values['oauthTokenData'] = oauthTokenData;
		if (resolveValues) {
			const { workflow, runExecutionData, runIndex, itemIndex, node, connectionInputData } =
				resolveValues;
			return workflow.expression.getParameterValue(
				values as never,
				runExecutionData,
				runIndex,
				itemIndex,
				node.name,
				connectionInputData,
				mode,
				{},
				undefined,
				false,
				values,
			) as unknown as ICredentialDataDecryptedObject;
		}
		const workflow = new Workflow({
			nodes: [mockNode],
			connections: {},
			active: false,
			nodeTypes: this.nodeTypes,
		});
		return workflow.expression.getComplexParameterValue(
			mockNode,
			values as never,
			mode,
			{},
			undefined,
			undefined,
			values,
		) as unknown as ICredentialDataDecryptedObject;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async updateCredentialsOauthTokenData(
		nodeCredentials: INodeCredentialsDetails,
		_type: string,
		data: ICredentialDataDecryptedObject,
	): Promise<void> {
		this.savedTokens += 1;
		const stored = this.find(nodeCredentials);
		stored.data = { ...stored.data, oauthTokenData: structuredClone(data['oauthTokenData'] ?? {}) };
	}
}
