import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { runCommand } from './run-command.js';

/** The folder of this project. */
export const PROJECT_PATH = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Builds and packs this project into `folder` and resolves with the tarball's path: what `npm
 * publish` would upload, and nothing else of the working copy.
 *
 * @throws Error with the end of the log when the build or the packing fails.
 */
export async function packProject(folder: string): Promise<string> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const logPath = (name: string) => path.join(folder, `${name}.log`);
	await runCommand({
		command: 'npm',
		args: ['run', 'build'],
		cwd: PROJECT_PATH,
		logPath: logPath('build'),
		purpose: 'The build',
	});
	await runCommand({
		command: 'npm',
		args: ['pack', '--ignore-scripts', '--pack-destination', folder],
		cwd: PROJECT_PATH,
		logPath: logPath('pack'),
		purpose: 'npm pack',
	});
	const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
	if (tarball === undefined) throw new Error(`npm pack left no tarball in ${folder}.`);
	return path.join(folder, tarball);
}

/** Where `installAsCommunityPackage` puts the package: n8n loads its `dist`. */
export function installedPackagePath(userFolder: string): string {
	return path.join(userFolder, '.n8n/nodes/node_modules/n8n-nodes-smtp-oauth');
}

/**
 * Installs the tarball where n8n keeps community packages, as its own installer does: without
 * install scripts, and without the peer dependencies, which n8n itself provides.
 *
 * @param userFolder the folder named by `N8N_USER_FOLDER`
 */
export async function installAsCommunityPackage(tarball: string, userFolder: string) {
	const folder = path.join(userFolder, '.n8n/nodes');
	await mkdir(folder, { recursive: true });
	// Of an earlier run: npm takes another package of the same version for the one it knows.
	for (const name of ['package-lock.json', 'node_modules/.package-lock.json']) {
		await rm(path.join(folder, name), { force: true });
	}
	await rm(installedPackagePath(userFolder), { recursive: true, force: true });
	const manifest = { name: 'installed-nodes', private: true, dependencies: {} };
	// `wx`: what n8n itself has installed beside it stays.
	await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest), {
		flag: 'wx',
	}).catch(() => undefined);
	await runCommand({
		command: 'npm',
		args: [
			'install',
			tarball,
			'--ignore-scripts',
			'--legacy-peer-deps',
			'--omit=dev',
			'--no-audit',
			'--no-fund',
		],
		cwd: folder,
		logPath: path.join(userFolder, 'install-package.log'),
		purpose: 'Installing the packed package into n8n',
	});
}
