import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { isSameForAllItems } from '../../../credentials/checks/item-independence.js';
import { SmtpOAuth2Api } from '../../../credentials/SmtpOAuth2Api.credentials.js';

const { properties } = new SmtpOAuth2Api();
const fields = properties.filter(({ type }) => type !== 'notice' && type !== 'hidden');
const computed = properties.filter(
	({ default: value }) => typeof value === 'string' && value.startsWith('='),
);

/** Whether n8n, of the stored data, gives a credential that is known to be the same for all items. */
function isKnownSame(stored: INodeParameters, of: INodeProperties[] = properties): boolean {
	return isSameForAllItems(
		NodeHelpers.getNodeParameters(of, stored, true, false, null, null) ?? {},
	);
}

describe('a credential', () => {
	it('is the same for all items where nothing was entered', () => {
		expect(isKnownSame({})).toBe(true);
	});

	it('is the same for all items where every field has a value of its own', () => {
		const values = { string: 'a = b {{ x }}', number: 587, boolean: true };
		const stored = fields.map(({ name, type, options }) => {
			const [option] = options ?? [];
			const choice = option !== undefined && 'value' in option ? option.value : '';
			return [name, type in values ? values[type as keyof typeof values] : choice] as const;
		});
		expect(isKnownSame(Object.fromEntries(stored))).toBe(true);
	});

	it.each(fields.map(({ name }) => name))(
		'is not known to be the same when %s is an expression',
		(name) => {
			expect(isKnownSame({ [name]: '={{ $json.value ?? "default" }}' })).toBe(false);
			expect(isKnownSame({ [name]: '=' })).toBe(false);
			// Whether or not another field hides it.
			for (const provider of ['gmail', 'microsoft365', 'custom']) {
				expect(isKnownSame({ provider, [name]: '=i{{ $itemIndex }}' })).toBe(false);
			}
		},
	);

	it.each(computed.map(({ name }) => name))(
		'is not known to be the same when %s was replaced',
		(name) => {
			expect(isKnownSame({ [name]: '={{ $json.value }}' })).toBe(false);
		},
	);

	it('is not known to be the same on a host that shows fields by other rules', () => {
		const shown = properties.map(({ displayOptions, ...property }) => property);
		expect(isKnownSame({}, shown)).toBe(false);
		expect(isKnownSame({}, properties.slice(0, -2))).toBe(false);
	});
});
