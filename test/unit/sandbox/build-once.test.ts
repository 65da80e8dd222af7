import { mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBuilt } from '../../../sandbox/demo/build-once.js';

const NODE = 'nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node';
const CREDENTIAL = 'credentials/SmtpOAuth2Api.credentials';
const SOURCE = 'nodes/SmtpOAuthSendEmail/status/item.ts';

describe('a build', () => {
	let project: string;

	/** Writes a file as of so many minutes after the start of time. */
	const write = (file: string, minute: number) => {
		const path = join(project, file);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, '');
		utimesSync(path, minute * 60, minute * 60);
	};
	/** Gives the folders of the sources the time of their making, as files come into them. */
	const touchFolders = (minute: number) => {
		for (const folder of ['nodes', 'nodes/SmtpOAuthSendEmail', dirname(SOURCE), 'credentials']) {
			utimesSync(join(project, folder), minute * 60, minute * 60);
		}
	};

	beforeEach(() => {
		project = mkdtempSync(join(tmpdir(), 'build-once-'));
		for (const file of [`${NODE}.ts`, `${NODE}.json`, `${CREDENTIAL}.ts`, SOURCE]) write(file, 1);
		for (const file of ['tsconfig.json', 'gulpfile.js', 'package-lock.json']) write(file, 1);
		touchFolders(1);
		for (const file of [`dist/${NODE}.js`, `dist/${CREDENTIAL}.js`]) write(file, 2);
		// The build copies it with the time of its source.
		write(`dist/${NODE}.json`, 1);
	});
	afterEach(() => rmSync(project, { recursive: true, force: true }));

	it('is good while nothing has changed since', async () => {
		expect(await isBuilt(project)).toBe(true);
	});

	it.each([`${NODE}.ts`, `${NODE}.json`, `${CREDENTIAL}.ts`, SOURCE, 'tsconfig.json'])(
		'is due when %s has changed',
		async (file) => {
			write(file, 3);
			expect(await isBuilt(project)).toBe(false);
		},
	);

	it.each([`dist/${NODE}.js`, `dist/${NODE}.json`, `dist/${CREDENTIAL}.js`])(
		'is due when %s is missing',
		async (file) => {
			unlinkSync(join(project, file));
			expect(await isBuilt(project)).toBe(false);
		},
	);

	it('is due when a source was deleted', async () => {
		unlinkSync(join(project, SOURCE));
		expect(await isBuilt(project)).toBe(false);
	});
});
