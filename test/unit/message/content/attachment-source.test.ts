import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	findAttachment,
	type BinaryStore,
	type FileReference,
} from '../../../../nodes/SmtpOAuthSendEmail/message/content/attachment-source.js';
import { problemOf, valueOf } from '../../../support/message/prepared-message.js';

const OPTION = { label: 'Options → Attachments', isEmbeddable: true };

/** The item's files, without a store of n8n's behind them. */
function storeOf(files: Record<string, unknown>, before?: string): BinaryStore {
	return {
		find: (name) => {
			if (!Object.hasOwn(files, name)) throw new Error('no such file');
			return Object(files[name]) as never;
		},
		files: () => files,
		ownNodeBefore: () => before,
		sizeOf: (id) =>
			id === 'gone' ? Promise.reject(new Error('gone')) : Promise.resolve(id.length),
		openStream: (id) => Promise.resolve(Readable.from([Buffer.from(id)])),
	};
}

const find = (files: Record<string, unknown>, reference: FileReference) =>
	findAttachment(storeOf(files), reference, OPTION);

async function bytesOf(data: string): Promise<Buffer> {
	const source = valueOf(await find({ file: { data, mimeType: 'text/plain' } }, 'file'));
	const bytes = await buffer(await source.open());
	expect(source.sizeBytes).toBe(bytes.length);
	return bytes;
}

describe('the data of a file', () => {
	it('is read as any encoder writes it', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (array) => {
				const bytes = Buffer.from(array);
				const base64 = bytes.toString('base64');
				for (const data of [
					base64,
					base64.replace(/=+$/, ''),
					bytes.toString('base64url'),
					base64.replace(/.{1,76}/g, '$&\r\n'),
					`data:application/pdf;base64,${base64}`,
				]) {
					expect(await bytesOf(data)).toEqual(bytes);
				}
			}),
			{ numRuns: 100 },
		);
	});

	it.each([
		'Hello World!',
		'hello',
		'hey',
		'a,b\n1,2\n',
		'<html></html>',
		'ÄÖ',
		'{"a":1}',
		'====',
		'YQ=YQ',
	])('that is no base64 is refused: %s', async (data) => {
		const problem = problemOf(await find({ file: { data, mimeType: 'text/plain' } }, 'file'));
		expect(problem).toMatchObject({ code: 'INVALID_PARAMETER', parameter: OPTION.label });
		expect(problem.detail).toContain('"file"');
		expect(problem.detail).not.toContain(data);
	});
});

describe('a file given as an object', () => {
	const pdf = {
		data: 'YQ==',
		mimeType: 'application/pdf',
		fileName: 'a.pdf',
		fileExtension: 'pdf',
	};
	const stored = { id: 'filesystem-v2:1', mimeType: 'image/png', fileName: 'b.png' };

	it('is called as the item’s property that holds it', async () => {
		const files = { one: { ...stored, id: 'x' }, doc: { ...pdf }, logo: { ...stored } };
		expect(valueOf(await find(files, pdf))).toMatchObject({
			propertyName: 'doc',
			fileName: 'a.pdf',
		});
		expect(valueOf(await find(files, stored))).toMatchObject({
			propertyName: 'logo',
			sizeBytes: 15,
		});
	});

	it('of another node is called by its file name', async () => {
		expect(valueOf(await find({}, pdf))).toMatchObject({ propertyName: 'a.pdf', sizeBytes: 1 });
		expect(valueOf(await find({}, { data: 'YQ==' }))).toMatchObject({
			propertyName: 'attachment',
			mimeType: 'application/octet-stream',
		});
	});

	it('without data is known by all the rest, but not where two are alike', async () => {
		const given = { mimeType: 'application/pdf', fileName: 'a.pdf', fileExtension: 'pdf' };
		const other = { ...pdf, fileName: 'b.pdf' };
		expect(valueOf(await find({ one: other, two: pdf }, given))).toMatchObject({
			propertyName: 'two',
			sizeBytes: 1,
		});
		expect(problemOf(await find({ one: pdf, two: { ...pdf, data: 'Yg==' } }, given)).code).toBe(
			'ATTACHMENT_MISSING',
		);
	});

	it('without data is missing, with the way to get it', async () => {
		const problem = problemOf(await find({}, { mimeType: 'image/png', fileName: 'c.png' }));
		expect(problem.code).toBe('ATTACHMENT_MISSING');
		expect(problem.remedy).toContain("$('Node name').item.binary.data");
	});
});

describe('a file whose data is a Buffer', () => {
	const bytes = Buffer.from([0, 255, 10]);

	it.each<[string, unknown]>([
		['itself', bytes],
		['of another kind', new Uint8Array(bytes)],
		['after a way through JSON', JSON.parse(JSON.stringify(bytes))],
	])('is attached: the Buffer %s', async (_what, data) => {
		for (const reference of ['file', { data, mimeType: 'text/plain' }]) {
			const source = valueOf(await find({ file: { data, mimeType: 'text/plain' } }, reference));
			expect(await buffer(await source.open())).toEqual(bytes);
			expect(source.sizeBytes).toBe(3);
		}
	});
});

describe('a file that is not there', () => {
	it('is answered by the names that there are', async () => {
		const files = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, {}]));
		const { code, detail } = problemOf(await find(files, 'invoice'));
		expect(code).toBe('ATTACHMENT_MISSING');
		expect(detail).toContain('"invoice"');
		expect(detail).toContain('It has "a", "b", "c", "d", "e" and others.');
		expect(problemOf(await find({}, 'invoice')).detail).toContain('It has no files.');
	});

	it.each([
		['a.pdf', 'Give the name of its property: "invoice".'],
		['{{ $binary.invoice }}', 'Switch the field from Fixed to Expression'],
		['$binary.invoice', 'Switch the field from Fixed to Expression'],
		['[object Object]', 'as a list'],
		['invoices', 'Binary tab'],
	])('is answered by how to name it: %s', async (name, words) => {
		const files = { invoice: { data: 'YQ==', fileName: 'a.pdf' } };
		expect(problemOf(await find(files, name)).remedy).toContain(words);
	});

	it('behind a node that sends mail is answered by that node’s name and its option', async () => {
		const store = storeOf({}, 'Send "A"');
		const { remedy } = problemOf(await findAttachment(store, 'data', OPTION));
		expect(remedy).toContain('Send \\"A\\"');
		expect(remedy).toContain('Pass Binary Data Through');
	});

	it.each(['filesystem', 'filesystem-v2', 's3', 'azure', 'database'])(
		'whose bytes are in n8n’s store, but whose ID was not copied, is missing: %s',
		async (data) => {
			const file = { data, mimeType: 'application/pdf', fileName: 'a.pdf' };
			const problem = problemOf(await find({ file }, 'file'));
			expect(problem.code).toBe('ATTACHMENT_MISSING');
			expect(problem.detail).toContain('has no data');
			expect(problemOf(await find({}, file)).code).toBe('ATTACHMENT_MISSING');
		},
	);

	it('any more in n8n’s store is missing', async () => {
		const problem = problemOf(await find({ file: { id: 'gone' } }, 'file'));
		expect(problem.code).toBe('ATTACHMENT_MISSING');
		expect(problem.detail).toContain('could not read the file');
	});
});
