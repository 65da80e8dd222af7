import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** What the build reads. */
const SOURCES = ['nodes', 'credentials', 'tsconfig.json', 'gulpfile.js', 'package-lock.json'];

/** What it writes, the last step's first file among them. */
const RESULTS = [
	'dist/nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.js',
	'dist/nodes/SmtpOAuthSendEmail/SmtpOAuthSendEmail.node.json',
	'dist/credentials/SmtpOAuth2Api.credentials.js',
];

/** Builds `dist` if it is not there, or older than a source. Fails if the sources do not compile. */
export async function buildOnce(): Promise<void> {
	if (await isBuilt(PROJECT)) return;
	console.log('Building the node: its sources are newer than dist …');
	const child = spawn('npm', ['run', 'build', '--silent'], {
		cwd: PROJECT,
		stdio: 'inherit',
		shell: process.platform === 'win32',
	});
	const [code] = (await once(child, 'exit')) as [number | null];
	if (code !== 0) throw new Error(`The build failed (exit code ${String(code)})`);
}

/** Whether everything that the build writes is there and was compiled after the last change. */
export async function isBuilt(project: string): Promise<boolean> {
	const results = await Promise.all(RESULTS.map((file) => changedAtMs(join(project, file))));
	if (results.includes(undefined)) return false;
	// The build copies what is no source code with its old time: the compiled node tells.
	const [compiledAtMs = 0] = results;
	const sources = await Promise.all(SOURCES.map((path) => newestChangeMs(join(project, path))));
	return Math.max(...sources) < compiledAtMs;
}

/** When a file, or something in a folder, was changed last; a folder changes when a file goes. */
async function newestChangeMs(path: string): Promise<number> {
	const inside = await readdir(path, { withFileTypes: true }).catch(() => []);
	const changes = await Promise.all(inside.map(({ name }) => newestChangeMs(join(path, name))));
	return Math.max((await changedAtMs(path)) ?? 0, ...changes);
}

async function changedAtMs(path: string): Promise<number | undefined> {
	return (await stat(path).catch(() => undefined))?.mtimeMs;
}
