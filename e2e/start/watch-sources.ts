import { spawn } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import { watch } from 'node:fs';
import path from 'node:path';

import { PROJECT_PATH } from '../n8n/install-package.js';

/** Beside the compiled classes n8n reads these; the build copies them as well. */
const ASSET = /\.(svg|png|node\.json)$/;

/**
 * Compiles the sources into an installed package whenever one of them is saved, and copies icons and
 * codex files. What does not compile is said and not written, so that n8n keeps the last that did.
 *
 * @param packagePath the package as installed into n8n, which watches its `dist`
 * @returns how to stop
 */
export function watchSources(packagePath: string): () => Promise<void> {
	const dist = path.join(packagePath, 'dist');
	const compiler = spawn(
		process.execPath,
		[
			path.join(PROJECT_PATH, 'node_modules/typescript/bin/tsc'),
			...['-p', 'tsconfig.json', '--watch', '--preserveWatchOutput', '--pretty'],
			...['--noEmitOnError', '--sourceMap', '--outDir', dist],
		],
		{ cwd: PROJECT_PATH, stdio: ['ignore', 'inherit', 'inherit'] },
	);
	const watchers = ['nodes', 'credentials'].map((folder) =>
		watch(path.join(PROJECT_PATH, folder), { recursive: true }, (_event, name) => {
			if (name === null || !ASSET.test(name)) return;
			const target = path.join(dist, folder, name);
			mkdir(path.dirname(target), { recursive: true })
				.then(() => copyFile(path.join(PROJECT_PATH, folder, name), target))
				.catch((error: unknown) => console.error(`${name} was not copied:`, error));
		}),
	);
	return async () => {
		for (const watcher of watchers) watcher.close();
		compiler.kill();
	};
}
