import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { startProgress } from './progress.js';
import { runCommand } from './run-command.js';

/** The n8n that the editor and the end-to-end tests run unless told otherwise. */
export const DEFAULT_N8N_VERSION = '2.40.7';

/** An n8n on disk with the Node.js that it needs. */
export interface InstalledN8n {
	version: string;
	/** The Node.js 24 executable that runs it. */
	nodePath: string;
	/** The folder of that executable, to stand first in PATH. */
	nodeBinPath: string;
	/** n8n's own start script. */
	scriptPath: string;
}

/** What npm fetched for n8n 2.40.7, descriptions of packages included. */
const EXPECTED_DOWNLOADS = 3_500;

const INSTALLATIONS_PATH = fileURLToPath(new URL('../.n8n/', import.meta.url));

/**
 * The manifest that npm installs from. The overrides pin packages whose newer releases n8n's own
 * ranges let in and that do not fit it, or that the registry does not carry.
 */
function manifestOf(version: string) {
	const isFirstMajor = version.startsWith('1.');
	return {
		name: 'n8n-for-e2e',
		private: true,
		dependencies: { n8n: version, node: '24' },
		overrides: { linkedom: '0.18.12', ...(isFirstMajor ? { xlsx: '0.18.5' } : {}) },
	};
}

/**
 * Installs the released n8n of a version into `e2e/.n8n/<version>/`, once: a finished installation
 * is taken as it is, a broken one is repaired, one made by another recipe is replaced.
 *
 * Install scripts stay off for everything but the two packages that need theirs: `node` (brings
 * Node.js 24) and `sqlite3` (compiled against that Node.js). Takes some minutes and about 3 GB.
 * Fails with the end of npm's log when the registry or the compiler fails.
 */
export async function installN8n(version = DEFAULT_N8N_VERSION): Promise<InstalledN8n> {
	const root = path.join(INSTALLATIONS_PATH, version);
	const manifest = JSON.stringify(manifestOf(version), null, '\t');
	const recipe = createHash('sha256').update(manifest).update(process.arch).digest('hex');
	const markerPath = path.join(root, '.installed');
	const installed = describe(root, version);
	if ((await readIfThere(markerPath)) === recipe && isComplete(root, installed)) return installed;

	await rm(markerPath, { force: true });
	await mkdir(root, { recursive: true });
	if ((await readIfThere(path.join(root, 'package.json'))) !== manifest) {
		await rm(path.join(root, 'node_modules'), { recursive: true, force: true });
		await rm(path.join(root, 'package-lock.json'), { force: true });
		await writeFile(path.join(root, 'package.json'), manifest);
	}

	const progress = startProgress(
		`Installing n8n ${version} into e2e/.n8n. This happens once: 3 to 10 minutes, about 3 GB.`,
		root,
	);
	try {
		progress.step('1/3 downloading the packages', () => countDownloads(root));
		await npm(root, version, 'install', [
			'install',
			'--ignore-scripts',
			'--no-audit',
			'--no-fund',
			'--loglevel=http',
		]);
		progress.step('2/3 fetching Node.js 24');
		await npm(root, version, 'rebuild-node', ['rebuild', 'node', '--ignore-scripts=false']);
		progress.step('3/3 compiling sqlite3');
		await compileSqlite(root, version, installed);
		if (!isComplete(root, installed)) {
			throw new Error(
				`n8n ${version} was installed, but a part is missing (${missingParts(root, installed).join(', ')}). ` +
					`Remove ${root} and try again; npm's logs are in ${path.join(root, 'logs')}.`,
			);
		}
		await writeFile(markerPath, recipe);
	} finally {
		progress.end();
	}
	return installed;
}

/** How many files npm has fetched: its log grows long before anything is unpacked. */
async function countDownloads(root: string): Promise<string> {
	const log = await readIfThere(logPathOf(root, 'install'));
	const count = log?.match(/^npm http fetch/gm)?.length ?? 0;
	return `${count} of about ${EXPECTED_DOWNLOADS} files`;
}

async function compileSqlite(root: string, version: string, installed: InstalledN8n) {
	if (existsSync(sqlitePath(root))) return;
	const headers = await findNodeHeaders(root);
	await npm(root, version, 'rebuild-sqlite3', ['rebuild', 'sqlite3', '--ignore-scripts=false'], {
		npm_config_nodedir: headers,
		PATH: `${installed.nodeBinPath}${path.delimiter}${process.env['PATH'] ?? ''}`,
	});
}

async function findNodeHeaders(root: string): Promise<string> {
	const candidates = [path.join(root, 'node_modules/node/node_modules'), `${root}/node_modules`];
	const name = new RegExp(`^node-(${process.platform}|win)-`);
	for (const folder of candidates) {
		for (const entry of existsSync(folder) ? await readdir(folder) : []) {
			const candidate = path.join(folder, entry);
			if (name.test(entry) && existsSync(path.join(candidate, 'include'))) return candidate;
		}
	}
	throw new Error(`No headers of Node.js 24 under ${root}/node_modules/node: is its install off?`);
}

async function npm(
	root: string,
	version: string,
	logName: string,
	args: readonly string[],
	env: Record<string, string> = {},
) {
	await runCommand({
		command: 'npm',
		args,
		cwd: root,
		env,
		logPath: logPathOf(root, logName),
		purpose: `npm ${args[0] ?? ''} for n8n ${version}`,
	});
}

function logPathOf(root: string, name: string): string {
	return path.join(root, 'logs', `${name}.log`);
}

function describe(root: string, version: string): InstalledN8n {
	const nodeBinPath = path.join(root, 'node_modules/node/bin');
	return {
		version,
		nodeBinPath,
		nodePath: path.join(nodeBinPath, process.platform === 'win32' ? 'node.exe' : 'node'),
		scriptPath: path.join(root, 'node_modules/n8n/bin/n8n'),
	};
}

function sqlitePath(root: string): string {
	return path.join(root, 'node_modules/sqlite3/build/Release/node_sqlite3.node');
}

function missingParts(root: string, installed: InstalledN8n): string[] {
	return [installed.nodePath, installed.scriptPath, sqlitePath(root)].filter(
		(part) => !existsSync(part),
	);
}

function isComplete(root: string, installed: InstalledN8n): boolean {
	return missingParts(root, installed).length === 0;
}

async function readIfThere(file: string): Promise<string | undefined> {
	return existsSync(file) ? await readFile(file, 'utf8') : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const { scriptPath } = await installN8n(process.argv[2] ?? process.env['N8N_VERSION']);
	console.log(`Ready: ${scriptPath}`);
}
