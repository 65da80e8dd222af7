import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import {
	operationProperty,
	readOperation,
} from '../../../nodes/SmtpOAuthSendEmail/operations/operation-property.js';
import { OPERATIONS } from '../../../nodes/SmtpOAuthSendEmail/operations/operations.js';
import { SmtpOAuthSendEmail } from '../../../nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.js';

const { properties, subtitle, version, defaultVersion } = new SmtpOAuthSendEmail().description;

const isShownFor = (operation: string, { displayOptions }: INodeProperties): boolean =>
	displayOptions?.show?.['operation']?.includes(operation) === true;

function operationOf(value: unknown) {
	return readOperation({ getNodeParameter: (() => value) as never });
}

describe('the operation', () => {
	it('offers what can be read', () => {
		const values = operationProperty.options?.map((option) => 'value' in option && option.value);
		expect(values).toEqual(Object.keys(OPERATIONS));
		for (const operation of Object.keys(OPERATIONS)) expect(operationOf(operation)).toBe(operation);
	});

	it('is none of n8n’s own, which it adds to nodes of which these two are the same or one is missing', () => {
		expect(version).toEqual([1]);
		expect(defaultVersion).toBe(1);
	});

	it('is to send where a workflow names none', () => {
		expect(operationProperty.default).toBe('send');
		expect(operationOf(undefined)).toBe('send');
	});

	it.each(['customApiCall', 'Verify', 'toString', 7])(
		'fails for %s, naming the known ones',
		(value) => {
			expect(() => operationOf(value)).toThrow(/must be one of send, .*verify/);
		},
	);

	it('decides what stands below the node’s name', () => {
		for (const { subtitle: part } of Object.values(OPERATIONS)) expect(subtitle).toContain(part);
	});

	it('decides which parameters are shown', () => {
		const [first, ...others] = properties;
		expect(first).toBe(operationProperty);
		for (const property of others) {
			const shown = Object.keys(OPERATIONS).filter((operation) => isShownFor(operation, property));
			expect(shown, property.name).toHaveLength(1);
		}
		expect(
			others.filter((property) => isShownFor('verify', property)).map(({ name }) => name),
		).toEqual(['fromEmail', 'options']);
	});
});
