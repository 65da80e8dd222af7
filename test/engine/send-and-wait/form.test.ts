import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IDataObject } from 'n8n-workflow';
import { jsonOf, outputOf } from '../../../sandbox/n8n/workflow-host.js';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.js';
import { storeBinary } from '../../support/n8n/binary-store.js';
import { MAIL } from '../../support/n8n/mail-workflow.js';
import { askBy, asking } from '../../support/question/asking.js';

let sandbox: Sandbox;
let uploads: string;
beforeAll(async () => {
	sandbox = await startSandbox();
	uploads = await mkdtemp(path.join(tmpdir(), 'uploads-'));
	// Starts n8n's binary store.
	await storeBinary(Buffer.from('x'), { mimeType: 'text/plain', fileName: 'x' });
});
afterAll(async () => {
	await sandbox.close({ removeData: true });
	await rm(uploads, { recursive: true, force: true });
});

const BOB = 'bob@sandbox.test';

/** A file as n8n's parser of multipart bodies puts it aside. */
async function upload(name: string, text: string) {
	const filepath = path.join(uploads, name);
	await writeFile(filepath, text);
	return { filepath, originalFilename: name, mimetype: 'text/plain', size: text.length };
}

async function answer(parameters: IDataObject, body: IDataObject, contentType?: string) {
	const { execution, links } = await askBy(sandbox, asking(parameters));
	const url = links[BOB]?.['Respond'] ?? '';
	const page = await execution.visit({ url });
	const sent = await execution.visit({
		method: 'POST',
		url,
		body,
		...(contentType === undefined ? {} : { contentType }),
	});
	return { page, sent, execution };
}

const choices = (...options: string[]) => ({ values: options.map((option) => ({ option })) });

describe('free text', () => {
	it('is asked for in the words of the options and comes out as text', async () => {
		const { page, sent, execution } = await answer(
			{
				responseType: 'freeText',
				options: {
					messageButtonLabel: 'Respond',
					responseFormTitle: 'Your opinion',
					responseFormDescription: 'Tell us\\nmore.',
					responseFormButtonLabel: 'Send it',
					responseFormCustomCss: 'h1 { color: green } @import "https://evil.test";',
				},
			},
			{ 'field-0': 'It is\r\nfine.' },
		);
		for (const text of [
			'Your opinion</h1>',
			'Tell us<br>more.',
			'Send it',
			'<style>h1 { color: green }',
		]) {
			expect(page.html).toContain(text);
		}
		expect(page.html).not.toContain('evil.test');
		const run = await execution.goOn(sent.items);
		expect(jsonOf(run, MAIL)).toEqual([
			{ data: { text: 'It is\r\nfine.', respondedAt: expect.any(String), respondedBy: BOB } },
		]);
	});

	it('is asked for again where it is empty', async () => {
		const { sent } = await answer({ responseType: 'freeText' }, { 'field-0': ' ' });
		expect(sent.status).toBe(422);
		expect(sent.items).toBeUndefined();
		expect(sent.html).toContain('This field is required.');
	});
});

const FIELDS = [
	{ fieldLabel: 'Name', requiredField: true },
	{ fieldLabel: 'Amount', fieldType: 'number' },
	{ fieldLabel: 'Size', fieldType: 'dropdown', fieldOptions: choices('Small', 'Large') },
	{ fieldLabel: 'Extras', fieldType: 'checkbox', fieldOptions: choices('Bag', 'Card') },
	{ fieldLabel: 'Paper', fieldType: 'file' },
	{ fieldName: 'order', fieldType: 'hiddenField', fieldValue: '={{ $json.order }}' },
	{ elementName: 'note', fieldType: 'html', html: '<p onclick="x()">Order {{ $json.order }}</p>' },
];

const FORM = { responseType: 'customForm', formFields: { values: FIELDS } };

describe('a custom form', () => {
	it('comes out with the values, names and files of n8n’s own forms', async () => {
		const files = { 'field-4': [await upload('a.txt', 'one'), await upload('b.txt', 'three')] };
		const data = {
			'field-0': ' Ada ',
			'field-1': '2.5',
			'field-2': 'Large',
			'field-3': ['Bag', 'Card'],
		};
		const { page, sent, execution } = await answer(FORM, { data, files }, 'multipart/form-data');
		expect(page.html).toContain('<p>Order 4711</p>');
		expect(page.html).not.toMatch(/onclick|value="4711"/);
		const run = await execution.goOn(sent.items);
		expect(jsonOf(run, MAIL)).toEqual([
			{
				data: {
					Name: 'Ada',
					Amount: 2.5,
					Size: 'Large',
					Extras: ['Bag', 'Card'],
					Paper: [
						{ filename: 'a.txt', mimetype: 'text/plain', size: 3 },
						{ filename: 'b.txt', mimetype: 'text/plain', size: 5 },
					],
					order: '4711',
					note: '<p>Order 4711</p>',
					respondedAt: expect.any(String),
					respondedBy: BOB,
				},
			},
		]);
		const binary = outputOf(run, MAIL)[0]?.[0]?.binary ?? {};
		expect(Object.keys(binary)).toEqual(['Paper_0', 'Paper_1']);
		expect(binary['Paper_1']).toMatchObject({ fileName: 'b.txt', mimeType: 'text/plain' });
		for (const file of files['field-4']) expect(existsSync(file.filepath)).toBe(false);
	});

	it('cannot make the node read or delete files of the computer', async () => {
		const file = await upload('secret.txt', 'secret');
		const { sent, execution } = await answer(
			FORM,
			{ 'field-0': 'Ada', data: { 'field-0': 'Ada' }, files: { 'field-4': file } },
			'application/json',
		);
		const run = await execution.goOn(sent.items);
		expect(outputOf(run, MAIL)[0]?.[0]?.binary).toBeUndefined();
		expect(existsSync(file.filepath)).toBe(true);
	});

	it('is shown again where it is not complete, with what was filled in, and leaves no files behind', async () => {
		const file = await upload('c.txt', 'c');
		const data = { 'field-0': '', 'field-1': 'many', 'field-2': 'Huge' };
		const { sent } = await answer(
			FORM,
			{ data, files: { 'field-4': file } },
			'multipart/form-data',
		);
		expect(sent.status).toBe(422);
		expect(sent.items).toBeUndefined();
		for (const text of [
			'This field is required.',
			'Enter a number.',
			'Choose from the list.',
			'value="many"',
		]) {
			expect(sent.html).toContain(text);
		}
		expect(existsSync(file.filepath)).toBe(false);
	});

	it.each([
		['as text', JSON.stringify([{ fieldLabel: 'Order 4711' }])],
		['with expressions in it', '=[{ "fieldLabel": "Order {{ $json.order }}" }]'],
		['from an expression', '={{ [{ fieldLabel: "Order " + $json.order }] }}'],
		['from an expression that gives text', '={{ JSON.stringify([{ fieldLabel: "Order 4711" }]) }}'],
		[
			'with the options of an expression',
			'=[{ "fieldLabel": "Order 4711", "fieldType": "radio", "fieldOptions": {{ [{ option: "Yes" }] }} }]',
		],
	])('is defined by JSON %s', async (_how, jsonOutput) => {
		const parameters = { responseType: 'customForm', defineForm: 'json', jsonOutput };
		const isRadio = jsonOutput.includes('radio');
		const { sent } = await answer(parameters, { 'field-0': 'Yes' });
		expect(sent.items?.[0]?.json).toMatchObject({ data: { 'Order 4711': 'Yes' } });
		if (isRadio) expect((await answer(parameters, { 'field-0': 'No' })).sent.status).toBe(422);
	});

	it('cannot take the place of who answered and when', async () => {
		const values = ['respondedBy', 'respondedAt', '__proto__'].map((fieldLabel) => ({
			fieldLabel,
		}));
		const { sent } = await answer(
			{ responseType: 'customForm', formFields: { values } },
			{ 'field-0': 'eve@evil.test', 'field-1': 'never', 'field-2': 'x' },
		);
		const data = sent.items?.[0]?.json['data'] as IDataObject;
		expect(data['respondedBy']).toBe(BOB);
		expect(data['respondedAt']).not.toBe('never');
	});
});
