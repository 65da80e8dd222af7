import { readProperty } from '../../../untrusted/read-property';

/** A file that came with a form, as n8n has put it aside. */
export interface SubmittedFile {
	/** Where n8n has put it. */
	readonly path: string;
	readonly name: string;
	readonly mimeType: string;
	readonly sizeBytes: number;
}

/** What a form's page has sent: texts and files by the name of their control. */
export interface Submission {
	readonly texts: ReadonlyMap<string, readonly string[]>;
	readonly files: ReadonlyMap<string, readonly SubmittedFile[]>;
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function entriesOf(value: unknown): [string, unknown][] {
	return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function readFile(value: unknown): SubmittedFile | undefined {
	const path = readProperty(value, 'filepath');
	if (typeof path !== 'string') return undefined;
	const name = readProperty(value, 'originalFilename');
	const mimeType = readProperty(value, 'mimetype');
	const size = readProperty(value, 'size');
	return {
		path,
		name: typeof name === 'string' ? name : '',
		mimeType:
			typeof mimeType === 'string' && mimeType !== '' ? mimeType : 'application/octet-stream',
		sizeBytes: typeof size === 'number' ? size : 0,
	};
}

function readTexts(fields: unknown): Map<string, readonly string[]> {
	return new Map(
		entriesOf(fields).map(([name, value]) => [
			name,
			listOf(value).filter((text) => typeof text === 'string'),
		]),
	);
}

/**
 * Reads the body of a POST as n8n has parsed it. Files are taken of a multipart body only: in any
 * other one a path would be the sender's word.
 *
 * @param contentType as n8n gives it, without parameters
 */
export function readSubmission(contentType: unknown, body: unknown): Submission {
	if (contentType !== 'multipart/form-data') return { texts: readTexts(body), files: new Map() };
	return {
		texts: readTexts(readProperty(body, 'data')),
		files: new Map(
			entriesOf(readProperty(body, 'files')).map(([name, value]) => [
				name,
				listOf(value).flatMap((file) => readFile(file) ?? []),
			]),
		),
	};
}

/** The first text of a control; empty where there is none. */
export function textOf(submission: Submission, name: string): string {
	return submission.texts.get(name)?.[0] ?? '';
}

/** The files of a control, without the empty one that browsers send where none was chosen. */
export function filesOf(submission: Submission, name: string): readonly SubmittedFile[] {
	return (submission.files.get(name) ?? []).filter(
		(file) => file.name !== '' || file.sizeBytes > 0,
	);
}
