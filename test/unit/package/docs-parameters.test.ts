import { readFileSync } from 'node:fs';
import type { INodeProperties } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import {
	OPERATIONS,
	type Operation,
} from '../../../nodes/SmtpOAuthSendEmail/operations/operations.js';
import { type as credentialType } from '../../support/n8n/credential-dialog.js';

/** The page of each operation. It leaves to the page of Send what it shares with that. */
const PAGES: readonly (readonly [Operation, string])[] = [
	['send', 'send'],
	['reply', 'reply'],
	['sendAndWait', 'send-and-wait'],
	['alert', 'alerts'],
	['alertDigest', 'alerts'],
	['verify', 'verify'],
];

function read(page: string): string {
	return readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8');
}

const pageOfSend = read('send');

function isProperty(option: object): option is INodeProperties {
	return 'displayName' in option && 'type' in option;
}

/** The parameters of an operation, and what its collection "Options" holds. */
function parametersOf(operation: Operation): INodeProperties[] {
	const properties: readonly INodeProperties[] = OPERATIONS[operation].properties;
	const options = properties
		.filter(({ type }) => type === 'collection')
		.flatMap(({ options: entries = [] }) => entries.filter(isProperty));
	return [...properties, ...options].filter(
		(field) => isFilledIn(field) && field.name !== 'options',
	);
}

/** Whether people fill it in. */
function isFilledIn({ type }: INodeProperties): boolean {
	return type !== 'notice' && type !== 'hidden';
}

/** Whether a page names the parameter as the editor does, and not only as a part of other words. */
function isNamed({ displayName }: INodeProperties, page: string): boolean {
	const name = displayName.replaceAll(/[()-]/g, String.raw`\$&`);
	return new RegExp(String.raw`(?:^|[|*,]|→) *${name} *(?:[|*,:(]|$)`, 'm').test(page);
}

describe('parameters in the documentation', () => {
	it('each operation has a page', () => {
		expect(PAGES.map(([operation]) => operation)).toEqual(Object.keys(OPERATIONS));
	});

	it.each(PAGES)('the page of %s, or that of Send, names every parameter', (operation, page) => {
		const text = `${read(page)}\n${pageOfSend}`;
		const parameters = parametersOf(operation);
		expect(parameters.length).toBeGreaterThan(1);
		const missing = parameters.filter((parameter) => !isNamed(parameter, text));
		expect(missing.map(({ displayName }) => displayName)).toEqual([]);
	});

	it.each(PAGES)(
		'the page of %s, or that of Send, tells the defaults of numbers',
		(operation, page) => {
			const rows = `${read(page)}\n${pageOfSend}`
				.split('\n')
				.filter((line) => line.startsWith('|'));
			const numbers = parametersOf(operation).filter(({ type }) => type === 'number');
			const wrong = numbers.filter(({ displayName, default: value }) => {
				const own = rows.filter((row) => row.includes(displayName));
				return !own.some((row) => new RegExp(String.raw`\b${JSON.stringify(value)}\b`).test(row));
			});
			expect(wrong.map(({ displayName }) => displayName)).toEqual([]);
		},
	);

	it('the page of Send gives each parameter the name that stands in a workflow', () => {
		const missing = parametersOf('send').filter(({ name }) => !pageOfSend.includes(`\`${name}\``));
		expect(missing.map(({ name }) => name)).toEqual([]);
	});

	it('the page of the credential names every field of its dialog', () => {
		const page = read('credential');
		const fields = credentialType.properties.filter(isFilledIn);
		expect(fields.length).toBeGreaterThan(20);
		const missing = fields.filter((field) => !isNamed(field, page));
		expect(missing.map(({ displayName }) => displayName)).toEqual([]);
	});
});
