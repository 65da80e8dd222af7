import {
	NodeHelpers,
	Workflow,
	type INode,
	type INodeProperties,
	type INodeTypes,
} from 'n8n-workflow';
import { SmtpOAuth2Api } from '../../../credentials/SmtpOAuth2Api.credentials.js';

/** The credential type under test. */
export const type = new SmtpOAuth2Api();

/** A field by its name; fails where there is none. */
export function property(name: string): INodeProperties {
	const found = type.properties.find((candidate) => candidate.name === name);
	if (!found) throw new Error(`no field ${name}`);
	return found;
}

/** What a credential's author entered. */
type StoredFields = Readonly<Record<string, string | boolean | number>>;

/** The stored fields as n8n hands them on: defaults added, undisplayed fields removed. */
function withDefaults(stored: StoredFields, areUndisplayedKept = false) {
	const values = NodeHelpers.getNodeParameters(
		type.properties,
		{ ...stored },
		true,
		areUndisplayedKept,
		null,
		null,
	);
	if (!values) throw new Error('no values');
	return values;
}

/** Evaluates the fields as n8n's credentials helper does, with `$self` as the fields themselves. */
export async function resolve(stored: StoredFields) {
	const values = withDefaults(stored);
	const node: INode = {
		id: '1',
		name: '',
		typeVersion: 1,
		type: 'mock',
		position: [0, 0],
		parameters: {},
	};
	const description = { properties: [] };
	const nodeTypes = {
		getByName: () => ({ description }),
		getByNameAndVersion: () => ({ description }),
		getKnownTypes: () => ({}),
	} as unknown as INodeTypes;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	await workflow.expression.acquireIsolate();
	try {
		return workflow.expression.getComplexParameterValue(
			node,
			values,
			'internal',
			{},
			undefined,
			undefined,
			values,
		) as Record<string, unknown>;
	} finally {
		await workflow.expression.releaseIsolate();
	}
}

/** What is visible in the dialog for these stored fields, those of other choices among them. */
export function visible(stored: StoredFields): string[] {
	const values = withDefaults(stored, true);
	return type.properties
		.filter((candidate) => candidate.type !== 'hidden')
		.filter((candidate) => NodeHelpers.displayParameter(values, candidate, null, null))
		.map((candidate) => candidate.name);
}
