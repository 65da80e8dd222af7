import { NodeHelpers, type INode, type INodeParameters } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import {
	operationParameters,
	operationProperty,
} from '../../../nodes/SmtpOAuthSendEmail/operations/operation-property.js';

const properties = [operationProperty, ...operationParameters];
const node = { typeVersion: 1 } as INode;

/** What n8n keeps of a node's parameters when a workflow is saved, and the fields that the editor shows. */
function inEditor(parameters: INodeParameters) {
	const kept = NodeHelpers.getNodeParameters(properties, parameters, false, false, node, null);
	const values = NodeHelpers.getNodeParameters(properties, parameters, true, false, node, null);
	const shown = properties
		.filter(({ type }) => type !== 'hidden')
		.filter((property) => NodeHelpers.displayParameter(values ?? {}, property, node, null))
		.map(({ name }) => name);
	return { kept, shown };
}

const USUAL = ['operation', 'fromEmail', 'toEmail', 'subject', 'emailFormat', 'html', 'options'];

describe('a parameter of an older Send Email', () => {
	it('is not shown in a new node', () => {
		expect(inEditor({}).shown).toEqual(USUAL);
	});

	it('is kept and shown where it is filled in', () => {
		const parameters = {
			ccEmail: 'a@x.test',
			bccEmail: '={{ $json.b }}',
			attachments: 'data',
			text: 'Hi',
		};
		const { kept, shown } = inEditor(parameters);
		expect(kept).toEqual(parameters);
		expect(shown.toSorted()).toEqual([...USUAL, ...Object.keys(parameters)].toSorted());
	});

	it('is gone when it is emptied', () => {
		const { kept, shown } = inEditor({ ccEmail: '', text: '', html: 'x' });
		expect(kept).toEqual({ html: 'x' });
		expect(shown).toEqual(USUAL);
	});

	it('does not belong to other operations', () => {
		expect(inEditor({ operation: 'verify', ccEmail: 'a@x.test', text: 'x' }).kept).toEqual({
			operation: 'verify',
		});
	});
});

describe('the option Ignore SSL Issues', () => {
	const collection = operationParameters.find(({ name }) => name === 'options');
	const option = (collection?.options ?? []).find(({ name }) => name === 'allowUnauthorizedCerts');
	const isShown = (options: INodeParameters) =>
		option !== undefined &&
		'type' in option &&
		NodeHelpers.displayParameter(options, option, node, null, { options });

	it('is shown where it is set, so that it can be switched off, and nowhere else', () => {
		expect(isShown({ allowUnauthorizedCerts: true })).toBe(true);
		expect(isShown({ allowUnauthorizedCerts: false })).toBe(false);
		expect(isShown({})).toBe(false);
		const options = { allowUnauthorizedCerts: true, replyTo: 'a@x.test' };
		expect(inEditor({ options }).kept).toEqual({ options });
		expect(inEditor({ options: { allowUnauthorizedCerts: false } }).kept).toEqual({ options: {} });
	});
});
